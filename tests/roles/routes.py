"""Every address that the site has, taken from the resolver, with what it is asked with and whom it lets in.

Whoever adds a page is told by the walk what is missing here: mostly a line in ``ACTIONS``, which says what row of the
table in the README the page belongs to, and a line in ``BODIES`` if it takes forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Brand, ChangeSet, Customer, User
from mailsettings.models import Domain, GuideAnswer, Mailbox, MailServer

from . import table
from .world import World

# Rows of the table in the README.
FIND, ADD, CHANGE, REMOVE = (
    "find and see customers, domains, mailboxes", "add them", "change them", "remove them",
)  # fmt: skip
LINKS, CODES = "send and revoke personal links", "give a code for a call"
IMPORT, EXPORT = "import a list", "export a list"
HISTORY, LOG = "read a record’s history", "read the change log"
REVERT = "revert what the change log holds"
EXAMINE, CONFIRM = "prove and replay a domain, ask for its MX", "confirm a domain name"
CONFIRM_BY_MX = "have a domain name confirmed by its MX"
SEE_SERVERS, WRITE_SERVERS = "see mail servers", "add, change, remove mail servers"
SEE_BRANDS, WRITE_BRANDS = "see brands", "add, change, remove brands"
USERS = "users and their roles"
PERSONAL_DATA = "export and erase a customer’s personal data"
ANSWERS = "answers to “Did it work?”"
MINE = "own domains and mailboxes at `/uk/mine/`"
# Pages that are no row of it: what every role at the desk needs, what nobody may, what is for the public, and what is
# for whoever signs in (each of these answers by what the reader has, and shows nobody else's).
DESK, NOBODY, PUBLIC, ACCOUNT = "desk", "nobody", "public", "account"


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern. ``name`` is its name with its namespaces, or the pattern itself where it has none."""

    name: str
    pattern: str
    parameters: frozenset[str]

    @property
    def view(self) -> str:
        """What an admin page does: ``changelist``, ``links``; empty for the bare address of a record."""
        return self.name.rpartition("_")[2] if self.name.startswith("admin:") else ""

    @property
    def model(self) -> type[Model] | None:
        """The kind of record that an admin page is about."""
        found = re.match(r"admin/(accounts|mailsettings)/(\w+)/", self.pattern)
        return apps.get_model(*found.groups()) if found else None

    @property
    def of_world(self) -> bool:
        return bool(self.parameters & OF_WORLD)

    def path(self, arguments: dict[str, Any]) -> str:
        """The address with these arguments, built from the pattern itself: half of them have no name to reverse."""
        filled = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda m: str(arguments[m[1] or m[2]]), self.pattern)
        return "/" + filled.strip("^$")


def routes() -> list[Route]:
    """All of them, in the order of the resolver. Pages with a language are there once, in the active one."""
    return list(_routes(get_resolver(), "", ()))


def _routes(resolver: URLResolver, before: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, pattern, (*spaces, *filter(None, [entry.namespace])))
        elif isinstance(entry, URLPattern):
            # What is included loses the anchor of its own beginning.
            pattern = before + str(entry.pattern).removeprefix("^") if before else pattern
            groups = [*entry.pattern.converters, *getattr(entry.pattern, "regex", re.compile("")).groupindex]
            name = ":".join([*spaces, entry.name]) if entry.name else pattern
            yield Route(name, pattern, frozenset(groups))


# --- Arguments --------------------------------------------------------------------------------------------------------

# What fills a parameter, whatever the page.
PARAMETERS: dict[str, Callable[[World], list[Any]]] = {
    "app_label": lambda _world: ["accounts", "mailsettings"],
    "code": lambda _world: ["en"],
    "content_type_id": lambda _world: [ContentType.objects.get_for_model(Customer).pk],
    "digest": lambda _world: ["0"],
    "domain": lambda world: [world.domain],
    "error_id": lambda _world: ["login-refused"],
    "guide_id": lambda _world: ["thunderbird"],
    "name": lambda _world: ["brands/feedfeedfeedfeed.png"],
    "number": lambda world: list(world.pending.values()),
    "slug": lambda world: [world.mark],
    "token": lambda world: world.tokens,
    "url": lambda _world: ["nowhere/"],
}
# Parameters that say which record: of the page's own kind at the desk, and elsewhere of the kind that is named here.
NUMBERS = ("object_id", "id", "pk")
RECORDS: dict[str, type[Model]] = {
    "admin:view_on_site": Customer,
    "pages:mine_domain": Domain,
    "pages:mine_sheets": Domain,
    "pages:mine_mailbox": Mailbox,
}
# What one table cannot say.
SPECIAL: dict[str, Callable[[World], list[dict[str, Any]]]] = {
    "mfa_remove_webauthn": lambda world: [{"pk": world.authenticator}],
    "mfa_edit_webauthn": lambda world: [{"pk": world.authenticator}],
}
OF_WORLD = frozenset({"domain", "token", "number", "slug", *NUMBERS})


def arguments(route: Route, world: World) -> list[dict[str, Any]]:
    """What a page is asked with in a world. Raises LookupError where nobody said so yet."""
    if route.name in SPECIAL:
        return SPECIAL[route.name](world)
    found: list[dict[str, Any]] = [{}]
    for parameter in sorted(route.parameters):
        if parameter in NUMBERS:
            values = [world.rows[RECORDS.get(route.name) or route.model].pk]
        else:
            values = PARAMETERS[parameter](world)
        found = [some | {parameter: value} for some in found for value in values]
    return found


# --- Whom they let in -------------------------------------------------------------------------------------------------

READ = ("changelist", "change", "history")
ACTIONS: dict[str, str] = {
    **dict.fromkeys(
        ("admin:index", "admin:login", "admin:logout", "admin:password_change", "admin:password_change_done",
         "admin:autocomplete", "admin:jsi18n", "admin:view_on_site", "admin:app_list", "admin:find",
         "admin/(?P<url>.*)$"),
        DESK,
    ),
    "admin:import": IMPORT,
    "admin:import_preview": IMPORT,
    "admin:import_report": IMPORT,
    "admin:accounts_customer_data": PERSONAL_DATA,
    "admin:accounts_customer_export": PERSONAL_DATA,
    "admin:auth_user_password_change": USERS,
    "admin:accounts_user_delete": NOBODY,
    **dict.fromkeys(("pages:mine", "pages:mine_domain", "pages:mine_mailbox", "pages:mine_sheets"), MINE),
}  # fmt: skip
# By what a page of the desk does: of what a customer has, and of every kind.
RECORD = {
    "changelist": FIND, "change": FIND, "history": HISTORY, "add": ADD, "delete": REMOVE, "links": LINKS,
    "export": EXPORT, "mx": EXAMINE, "proof": EXAMINE, "replay": EXAMINE, "card": FIND,
    "confirm": CONFIRM_BY_MX,
}  # fmt: skip
VIEWS: dict[type[Model], dict[str, str]] = {
    Customer: RECORD,
    Domain: RECORD,
    Mailbox: RECORD,
    MailServer: dict.fromkeys(READ, SEE_SERVERS) | dict.fromkeys(("add", "delete"), WRITE_SERVERS),
    Brand: dict.fromkeys(READ, SEE_BRANDS) | dict.fromkeys(("add", "delete", "logo"), WRITE_BRANDS),
    User: dict.fromkeys((*READ, "add"), USERS),
    ChangeSet: dict.fromkeys((*READ, "find"), LOG) | {"revert": REVERT} | dict.fromkeys(("add", "delete"), NOBODY),
    GuideAnswer: dict.fromkeys(READ, ANSWERS) | dict.fromkeys(("add", "delete"), NOBODY),
}  # fmt: skip
AT_THE_DESK = ("operator", "support", "reseller")


def action_of(route: Route) -> str:
    """The row of the table that a page belongs to, or one of the four words above. Raises LookupError."""
    if route.name in ACTIONS:
        return ACTIONS[route.name]
    if route.model is not None:
        # The bare address of a record leads to its page, and looks nothing up.
        return VIEWS[route.model][route.view] if route.view else DESK
    if route.pattern.startswith("accounts/"):
        return ACCOUNT
    if route.pattern.startswith("admin/"):
        raise LookupError(route.name)
    return PUBLIC


def lets_in(route: Route, role: str, arguments: dict[str, Any], world: World, *, at_home: bool) -> bool:
    """Whether the table lets a role in there, ``at_home`` in the world that the arguments are of."""
    action = action_of(route)
    if action in (DESK, NOBODY):
        return action == DESK and role in AT_THE_DESK
    cell = table.may(action, role)
    if "number" in route.parameters:
        # What somebody brought is theirs alone.
        return cell != table.NONE and at_home and world.pending.get(role) == arguments["number"]
    if cell == table.OWN and route.of_world and route.model is ChangeSet:
        return at_home and role == "support"
    if route.name == "pages:mine":
        # Everybody has the list, mostly an empty one.
        return role != "nobody"
    return cell == table.ALL or (cell in (table.BRAND, table.OWN) and (at_home or not route.of_world))


# What a GET gets where somebody is let in, unless it is a page.
ANSWERS_TO_GET: dict[str, int] = {
    **dict.fromkeys(("admin:login", "admin:logout", "admin:password_change", "admin:find"), 302),
    "admin:autocomplete": 405,
    "admin:view_on_site": 404,
    "admin/(?P<url>.*)$": 404,
    **dict.fromkeys(
        ("admin:accounts_customer_export", "admin:mailsettings_domain_export", "admin:mailsettings_mailbox_export"), 405
    ),
    **dict.fromkeys(("root", "choose_language", "set_language"), 302),
    **dict.fromkeys(("pages:send_link", "pages:personal_seen", "pages:answer"), 405),
    "logo": 404,
    "admin:accounts_brand_kept_logo": 404,
    # It asks the DNS, so only a POST does.
    "admin:mailsettings_domain_confirm": 302,
}  # fmt: skip


def answer_to_get(route: Route) -> int:
    if route.model is not None and not route.view:
        return 302
    return ANSWERS_TO_GET.get(route.name, 200)


# --- What is posted ---------------------------------------------------------------------------------------------------

Bodies = Callable[[World], list[dict[str, Any]]]
LINK = {"language": "en", "lasts": "week", "guide": "", "recipient": "customer", "reason": "why not"}
# Every page is also posted to with nothing.
BODIES: dict[str, Bodies] = {
    "delete": lambda _world: [{"post": "yes", "reason": "why not"}],
    "links": lambda world: [
        *({"do": do, **LINK} for do in ("copy", "send", "code", "paper")),
        {"do": "send", **LINK, "recipient": "other", "other": "thief@elsewhere.example"},
        {"do": "revoke", "link": world.link},
    ],
    "mx": lambda _world: [],
    "replay": lambda world: [{"program": "thunderbird", "address": world.address}],
    "admin:accounts_customer_data": lambda world: [
        {"domains": "remove", "reason": "why not", "ref": f"{world.hidden}-c1"}
    ],
    "admin:auth_user_password_change": lambda _world: [
        {"password1": "another long one", "password2": "another long one", "usable_password": "true"}
    ],
    "admin:import_preview": lambda _world: [{"discard": "yes"}, {"fingerprint": "", "reason": "why not"}],
    "pages:mine_domain": lambda world: [{"beginning": world.address}],
    "mfa_remove_webauthn": lambda _world: [{"yes": "yes"}],
    "mfa_edit_webauthn": lambda _world: [{"name": "stolen"}],
}


def bodies(route: Route, world: World) -> list[dict[str, Any]]:
    given = BODIES.get(route.name) or BODIES.get(route.view)
    return [{}, *(given(world) if given else [])]
