"""A browser on the support desk for tests: it signs somebody in, and fills forms in the way a person finds them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Customer, Membership, User
from tests import build


class Desk(Client):
    """A client on the portal's own host, over https, signed in as ``user``."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__(headers={"host": "portal.example", "accept-language": "en"})
        if user:
            self.force_login(user)

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        return super().generic(*args, **kwargs | {"secure": True})

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        """Django's. Who confirms a removal has looked at its page before, which sends along what it showed."""
        if isinstance(data, dict) and "post" in data and "seen" not in data:
            rest = {name: value for name, value in data.items() if name != "post"}
            shown = super().post(path, rest) if "action" in data else self.get(path)
            data = data | {"seen": (shown.context or {}).get("seen", "")}
        return super().post(path, data, **kwargs)

    def submit(self, path: str, **values: Any) -> Any:
        """Open a form, change some of what stands in it, and save. None takes a value out, as an unticked box does."""
        return self.post(path, changed(entered(self.get(path)), values))


def changed(data: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Posted data with some other values."""
    return {name: value for name, value in (data | values).items() if value is not None}


def entered(response: Any) -> dict[str, Any]:
    """What a page's form would post if nobody touched it."""
    context = response.context
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not False:
                data[field.html_name] = "" if value is None else value
    return data


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of a page that came back, by the name of the field in the page; "" for those of no field."""
    assert response.status_code == 200, (response.status_code, response.get("Location"))
    context = response.context
    found: dict[str, list[str]] = {}
    for form in [
        context["adminform"].form,
        *(f for inline in context["inline_admin_formsets"] for f in inline.formset),
    ]:
        for field, messages in form.errors.items():
            name = form.add_prefix(field) if field != "__all__" else (form.prefix or "")
            found.setdefault(name, []).extend(messages)
    for inline in context["inline_admin_formsets"]:
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = list(inline.formset.non_form_errors())
    return found


def operator() -> Desk:
    """The operator's browser: a new one of the same person each time."""
    return Desk(User.objects.filter(username="operator").first() or build.operator())


def outsider(who: str, customer: Customer | None = None) -> Desk:
    """The browser of somebody who has no business at the desk: ``anonymous``, or a ``customer``."""
    return Desk(person("customer", customer=customer or build.customer()) if who == "customer" else None)


OUTSIDERS = ("anonymous", "customer")


def person(role: str, *, username: str = "", is_staff: bool = True, **scope: Any) -> User:
    """Somebody with one role."""
    user = User.objects.create_user(username or role, f"{username or role}@hoster.example", is_staff=is_staff)
    build.save(Membership(user=user, role=role, **scope))
    return user


def page(kind: str, view: str, *args: Any) -> str:
    """The address of a view: ``page("mailsettings_domain", "change", 1)``."""
    return reverse(f"admin:{kind}_{view}", args=args)


DOMAIN, MAILBOX, SERVER = "mailsettings_domain", "mailsettings_mailbox", "mailsettings_mailserver"
BRAND, CUSTOMER, USER, LOG = "accounts_brand", "accounts_customer", "accounts_user", "accounts_changeset"
ANSWER = "mailsettings_guideanswer"
