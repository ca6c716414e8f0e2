"""Who people are, whose face they see, and what was changed by whom."""

from .brands import Brand, BrandHost
from .finding import SearchWord
from .log import Change, ChangeSet, Recorded, Revision
from .people import Customer, Membership, User

__all__ = [
    "Brand",
    "BrandHost",
    "Change",
    "ChangeSet",
    "Customer",
    "Membership",
    "Recorded",
    "Revision",
    "SearchWord",
    "User",
]
