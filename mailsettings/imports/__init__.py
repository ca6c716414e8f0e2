"""Lists of mailboxes and domains, from spreadsheets and control panels -> a plan, with a preview; and back.

``read`` makes a table of a file, without passwords. ``preview`` compares the table with what is stored, in the scope of
whoever brought it, and ``apply`` writes it. ``writing`` gives stored rows as files that read back as unchanged.
"""

from .applying import NotConfirmed, apply
from .checking import check_mx
from .items import Everyone, Options
from .planning import preview
from .preview import Difference, Line, Preview, Problem, State
from .reading import read
from .table import COMMAND, DESK, BadFile, DomainNeeded, Form, Kind, Limits, Table

__all__ = [
    "COMMAND", "DESK", "BadFile", "Difference", "DomainNeeded", "Everyone", "Form", "Kind", "Limits", "Line",
    "NotConfirmed", "Options", "Preview", "Problem", "State", "Table", "apply", "check_mx", "preview", "read",
]  # fmt: skip
