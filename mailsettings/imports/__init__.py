"""Lists of mailboxes and domains, from spreadsheets and control panels -> a plan, with a preview; and back.

``read`` makes a table of a file, without passwords. ``preview`` compares the table with what is stored, in the scope of
whoever brought it, and ``apply`` writes it. ``writing`` gives stored rows as files that read back as unchanged.
"""
