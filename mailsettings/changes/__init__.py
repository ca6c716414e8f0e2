"""The only way into the database: a plan of rows to add, change and remove, applied whole or not at all.

Forms, files, commands and the API make a ``Plan`` and hand it to ``apply`` with a change set that says who, why, for
which ticket and from where. ``reverting`` makes the plan that undoes changes.
"""

from mailsettings.rules import Problem

from .applying import Refused, apply, check
from .log import name_rows, words_of_log
from .plan import MODELS, Action, Plan, Row, logged_columns, snapshot
from .writing import Progress

__all__ = [
    "MODELS", "Action", "Plan", "Problem", "Progress", "Refused", "Row", "apply", "check", "logged_columns",
    "name_rows", "snapshot", "words_of_log",
]  # fmt: skip
