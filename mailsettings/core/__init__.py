"""Mail settings as values: addresses, domain names, endpoints, MailSettings.

Pure Python: the standard library and idna, nothing of Django, no clock and no randomness.
"""
