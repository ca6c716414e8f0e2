"""Who an address belongs to: somebody who signs in already, or a customer's contact who has not done so yet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import ChangeSet, Customer, Membership, User
from mailsettings import changes


def user_with(name: str) -> User | None:
    """Who has this user name, or else as the only one this e-mail address; None for nobody, and for several."""
    found = User.objects.filter(username=name).first()
    if found or "@" not in name:
        return found
    by_email = list(users_at(name)[:2])
    return by_email[0] if len(by_email) == 1 else None


def users_at(email: str) -> QuerySet[User]:
    """The users with this e-mail address in any case, the oldest first."""
    return User.objects.annotate(folded_email=Lower("email")).filter(folded_email=email.lower()).order_by("pk")


def customers_at(email: str) -> QuerySet[Customer]:
    """The customers whose recorded contact address this is, in any case."""
    return Customer.objects.annotate(folded_email=Lower("email")).filter(folded_email=email.lower()).order_by("pk")


@dataclass(frozen=True, slots=True)
class Known:
    """Whose an address is: a user's, and that of customers' contacts. ``is_known`` says whether it is anybody's."""

    user: User | None
    customers: list[Customer]
    is_known: bool


def known_at(email: str) -> Known:
    """Whose this address is. Asks the database the same for every address, and writes nothing."""
    users, customers = list(users_at(email)), list(customers_at(email))
    active = next((user for user in users if user.is_active), None)
    # Whoever was switched off does not come back as somebody new.
    return Known(active, customers, bool(active or (customers and not users)))


def person_at(email: str) -> User | None:
    """Who signs in by having read a letter to this address; None where it is nobody's any more.

    A customer's contact becomes a user by that, with a membership in every customer who records the address.
    """
    known = known_at(email)
    if not known.is_known or not known.customers:
        return known.user
    return _with_access(known.user, known.customers, email)


def _with_access(user: User | None, customers: list[Customer], email: str) -> User | None:
    """The contact of these customers, with a membership in each that is still missing."""
    missing = [customer for customer in customers if user is None or customer.pk not in user.customer_ids]
    if user is not None and not missing:
        return user
    try:
        with transaction.atomic():
            user = user or _new_user(customers[0], email)
            plan = changes.Plan()
            for customer in missing:
                plan.add(Membership(user=user, role=Membership.Role.CUSTOMER, customer=customer))
            reason = _("signed in with a code at the customer’s contact address")
            changes.apply(plan, ChangeSet(source=ChangeSet.Source.SIGN_IN, reason=reason))
    except (changes.Refused, IntegrityError):
        # Somebody did the same at the same moment.
        return users_at(email).filter(is_active=True).first()
    return user


def _new_user(customer: Customer, email: str) -> User:
    user = User(username=_free_name(customer.ref), email=email, language=customer.language)
    user.set_unusable_password()
    user.save()
    return user


def _free_name(ref: str) -> str:
    """A user name that says whose contact this is, and nothing about the person: the change log keeps it."""
    stem = "customer-" + re.sub(r"[^\w.@+-]", "-", ref)
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 2)))
    return next(name for name in names if name not in taken)
