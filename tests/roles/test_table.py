"""The table in the README, cell by cell, by doing what each says. A new row needs a line in TRIALS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Brand, ChangeSet, Customer, Membership, User
from mailsettings.models import CallCode, Domain, DomainName, GuideAnswer, Mailbox, MailServer, PersonalLink
from mailsettings.mx import Answer, MailHost, State
from tests import build
from tests.admin.desk import changed, entered
from tests.roles import routes, table, world
from tests.roles.asking import Visitor, text_of, undone
from tests.roles.routes import LINK

pytestmark = pytest.mark.django_db


@dataclass
class Trial:
    """A role that tries something on the records of one world. A clerk, who may everything, opens the forms for it."""

    visitor: Visitor
    clerk: Visitor
    world: world.World
    user: User | None

    def pk(self, model: Any) -> int:
        return self.world.rows[model].pk

    def stored(self, model: Any) -> Any:
        """The record of the world as it is now; None where it is gone."""
        return model.objects.filter(pk=self.pk(model)).first()

    def sees(self, model: Any, view: str = "change") -> bool:
        response = self.visitor.get(page(model, view, self.pk(model)))
        return response.status_code == 200 and bool(self.world.found_in(text_of(response)))

    def save(self, path: str, **values: Any) -> Any:
        return self.visitor.post(path, changed(entered(self.clerk.get(path)), values))

    def delete(self, row: Any) -> bool:
        self.visitor.post(page(type(row), "delete", row.pk), {"post": "yes", "reason": "why not"})
        return not type(row).objects.filter(pk=row.pk).exists()


def page(model: Any, view: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


# Each gives what it managed to do: everything where the cell says yes, and nothing where it says no.


def find(trial: Trial) -> list[bool]:
    listed = trial.visitor.get(page(Domain, "changelist"), {"q": trial.world.domain})
    rows = listed.context["cl"].result_list if listed.status_code == 200 else []
    ticket = trial.visitor.post(reverse("admin:find"), {"q": trial.world.address})
    found = ticket.get("Location") == page(Mailbox, "card", trial.pk(Mailbox))
    return [
        found,
        trial.world.rows[Domain] in rows,
        *map(trial.sees, (Customer, Domain, Mailbox)),
        trial.sees(Domain, "card"),
    ]


def add(trial: Trial) -> list[bool]:
    trial.save(page(Customer, "add"), ref="new-one", brand=trial.pk(Brand))
    owners = {"customer": trial.pk(Customer), "server": trial.pk(MailServer)}
    trial.save(page(Domain, "add"), **owners, **{"names-0-name": "new-one.com.ua", "names-0-is_primary": "on"})
    trial.save(page(Mailbox, "add"), domain=trial.pk(Domain), local_part="new-one")
    rows = (Customer.objects.filter(ref="new-one"), DomainName.objects.filter(name="new-one.com.ua"),
            Mailbox.objects.filter(local_part="new-one"))  # fmt: skip
    return [some.exists() for some in rows]


def change(trial: Trial) -> list[bool]:
    texts = {Customer: ("phone", "1234567"), Domain: ("status", "suspended"), Mailbox: ("recovery", "+380501234567")}
    for model, (column, text) in texts.items():
        trial.save(page(model, "change", trial.pk(model)), **{column: text})
    return [getattr(trial.stored(model), column) == text for model, (column, text) in texts.items()]


def remove(trial: Trial) -> list[bool]:
    rows = [trial.stored(Mailbox), *Domain.objects.filter(customer=trial.pk(Customer)), trial.stored(Customer)]
    return [trial.delete(row) for row in rows]


def links(trial: Trial) -> list[bool]:
    before = PersonalLink.objects.count()
    for model in (Domain, Mailbox):
        trial.visitor.post(page(model, "links", trial.pk(model)), {"do": "copy", **LINK})
    trial.visitor.post(page(Mailbox, "links", trial.pk(Mailbox)), {"do": "send", **LINK})
    trial.visitor.post(page(Mailbox, "links", trial.pk(Mailbox)), {"do": "paper"})
    made = PersonalLink.objects.count() - before
    trial.visitor.post(page(Mailbox, "links", trial.pk(Mailbox)), {"do": "revoke", "link": trial.world.link})
    revoked = PersonalLink.objects.get(pk=trial.world.link).revoked_at is not None
    return [made == 4, made > 0, revoked, *(trial.sees(model, "links") for model in (Domain, Mailbox))]


def codes(trial: Trial) -> list[bool]:
    done = []
    for model in (Domain, Mailbox):
        before = CallCode.objects.count()
        trial.visitor.post(page(model, "links", trial.pk(model)), {"do": "code"})
        done.append(CallCode.objects.count() == before + 1)
    return done


def import_list(trial: Trial) -> list[bool]:
    file = SimpleUploadedFile("list.csv", f"address;name\n{trial.world.address};Imported\n".encode())
    preview = trial.visitor.post(reverse("admin:import"), {"file": file}, follow=True)
    if "form" in (preview.context or {}) and "fingerprint" in preview.context["form"].initial:
        data = {"fingerprint": preview.context["form"].initial["fingerprint"], "reason": "a list"}
        trial.visitor.post(preview.request["PATH_INFO"], data)
    return [trial.stored(Mailbox).name == "Imported"]


def export_list(trial: Trial) -> list[bool]:
    files = [
        trial.visitor.post(page(model, "export"), {"way": way})
        for model in (Domain, Mailbox)
        for way in ("csv", "xlsx")
    ]
    return [bool(trial.world.found_in(text_of(file))) for file in files]


def history(trial: Trial) -> list[bool]:
    return [trial.sees(model, "history") for model in (Customer, Domain, Mailbox)]


def log(trial: Trial) -> list[bool]:
    """The change set of whoever tries, in their own world, and of somebody else in another one."""
    change_set = made_by(trial)
    opened = trial.visitor.get(page(ChangeSet, "change", change_set.pk))
    listed = trial.visitor.get(page(ChangeSet, "changelist"))
    rows = listed.context["cl"].result_list if listed.status_code == 200 else []
    return [opened.status_code == 200, change_set in rows]


def made_by(trial: Trial) -> ChangeSet:
    own = ChangeSet.objects.filter(actor=trial.user, reason__startswith=trial.world.hidden).first()
    return own or trial.world.rows[ChangeSet]


def revert(trial: Trial) -> list[bool]:
    change_set = made_by(trial)
    path = page(ChangeSet, "revert", change_set.pk)
    shown = trial.visitor.get(path)
    seen = shown.context["seen"] if "seen" in (shown.context or {}) else ""
    trial.visitor.post(path, {"seen": seen, "reason": "why not", "ticket": ""})
    return [ChangeSet.objects.filter(reverts=change_set).exists()]


def examine(trial: Trial) -> list[bool]:
    asked = {"program": "thunderbird", "address": trial.world.address}
    replayed = trial.visitor.post(page(Domain, "replay", trial.pk(Domain)), asked)
    return ["exchanges" in (replayed.context or {}), *(trial.sees(Domain, view) for view in ("proof", "replay", "mx"))]


def confirm(trial: Trial) -> list[bool]:
    waiting = DomainName.objects.get(name=f"{trial.world.hidden}-waiting.com.ua")
    trial.save(page(Domain, "change", waiting.domain_id), **{"names-0-is_confirmed": "on"})
    return [DomainName.objects.get(pk=waiting.pk).is_confirmed]


def confirm_by_mx(trial: Trial) -> list[bool]:
    waiting = DomainName.objects.get(name=f"{trial.world.hidden}-waiting.com.ua")
    host = MailHost(10, f"mx.{trial.world.mark}.example")
    answers = {waiting.name: Answer(waiting.name, State.FOUND, (host,))}
    with patch("mailsettings.mx.mx_of_all", return_value=answers):
        trial.visitor.post(page(Domain, "confirm", waiting.domain_id))
    return [DomainName.objects.get(pk=waiting.pk).is_confirmed]


def see_servers(trial: Trial) -> list[bool]:
    return [trial.sees(MailServer), trial.sees(MailServer, "history")]


def write_servers(trial: Trial) -> list[bool]:
    trial.save(page(MailServer, "add"), name="new-one", reason="why not", **{"endpoints-TOTAL_FORMS": 0})
    trial.save(page(MailServer, "change", trial.pk(MailServer)), mx="mx.new-one.example", reason="why not")
    spare = MailServer.objects.get(name=f"{trial.world.mark}-spare")
    added = MailServer.objects.filter(name="new-one").exists()
    return [added, trial.stored(MailServer).mx == ["mx.new-one.example"], trial.delete(spare)]


def see_brands(trial: Trial) -> list[bool]:
    return [trial.sees(Brand), trial.sees(Brand, "history")]


def write_brands(trial: Trial) -> list[bool]:
    trial.save(page(Brand, "add"), slug="new-one", name="New one")
    trial.save(page(Brand, "change", trial.pk(Brand)), name="Other", **{"hosts-0-name": "other.example"})
    spare = Brand.objects.get(slug=f"{trial.world.mark}-spare")
    changed_now = (
        trial.stored(Brand).name == "Other" and trial.stored(Brand).hosts.filter(name="other.example").exists()
    )
    return [Brand.objects.filter(slug="new-one").exists(), changed_now, trial.delete(spare)]


def users(trial: Trial) -> list[bool]:
    password = {"usable_password": "true", "password1": "entirely other words", "password2": "entirely other words"}
    trial.visitor.post(page(User, "add"), {**password, "username": "new-one", "language": "en", **NO_ROLES})
    role = {"memberships-TOTAL_FORMS": 2, "memberships-1-role": "operator", "memberships-1-user": trial.pk(User)}
    trial.save(page(User, "change", trial.pk(User)), first_name="Other", **role)
    trial.visitor.post(reverse("admin:auth_user_password_change", args=[trial.pk(User)]), password)
    stored = trial.stored(User)
    return [
        trial.sees(User), User.objects.filter(username="new-one").exists(), stored.first_name == "Other",
        Membership.objects.filter(user=stored, role="operator").exists(), stored.check_password(password["password1"]),
    ]  # fmt: skip


NO_ROLES = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}


def personal_data(trial: Trial) -> list[bool]:
    exported = trial.visitor.post(reverse("admin:accounts_customer_export", args=[trial.pk(Customer)]))
    asked = {"domains": "suspend", "reason": "asked for", "ref": trial.world.rows[Customer].ref}
    trial.visitor.post(reverse("admin:accounts_customer_data", args=[trial.pk(Customer)]), asked)
    return [bool(trial.world.found_in(text_of(exported))), trial.stored(Customer).name == ""]


def answers(trial: Trial) -> list[bool]:
    return ["thunderbird" in text_of(trial.visitor.get(page(GuideAnswer, "changelist")))]


def mine(trial: Trial) -> list[bool]:
    listed = trial.world.domain in text_of(trial.visitor.get(reverse("pages:mine")))
    pages = {"pages:mine_domain": Domain, "pages:mine_sheets": Domain, "pages:mine_mailbox": Mailbox}
    opened = [trial.visitor.get(reverse(name, args=[trial.pk(model)])) for name, model in pages.items()]
    trial.visitor.post(reverse("pages:mine_sheets", args=[trial.pk(Domain)]))
    on_paper = PersonalLink.objects.filter(mailbox=trial.pk(Mailbox), way="paper").exists()
    return [listed, on_paper, *(response.status_code == 200 for response in opened)]


TRIALS: dict[str, Callable[[Trial], list[bool]]] = {
    routes.FIND: find,
    routes.ADD: add,
    routes.CHANGE: change,
    routes.REMOVE: remove,
    routes.LINKS: links,
    routes.CODES: codes,
    routes.IMPORT: import_list,
    routes.EXPORT: export_list,
    routes.HISTORY: history,
    routes.LOG: log,
    routes.REVERT: revert,
    routes.EXAMINE: examine,
    routes.CONFIRM: confirm,
    routes.CONFIRM_BY_MX: confirm_by_mx,
    routes.SEE_SERVERS: see_servers,
    routes.WRITE_SERVERS: write_servers,
    routes.SEE_BRANDS: see_brands,
    routes.WRITE_BRANDS: write_brands,
    routes.USERS: users,
    routes.PERSONAL_DATA: personal_data,
    routes.ANSWERS: answers,
    routes.MINE: mine,
}
# What waits to be saved is no record: whoever brings a list of others' mailboxes gets bad rows.
NO_RECORD = 'INSERT INTO "mailsettings_pendingimport"', 'DELETE FROM "mailsettings_pendingimport"'
# Rows of which one copy is everybody's.
EVERYBODYS = (routes.ANSWERS,)


def test_every_row_of_the_table_is_tried_and_every_cell_says_something():
    assert set(table.cells()) == set(TRIALS)
    for action, cells in table.cells().items():
        assert set(cells) == set(table.COLUMNS.values()), action
        assert set(cells.values()) <= {table.ALL, table.BRAND, table.OWN, table.NONE}, action


def test_every_role_that_a_membership_can_have_has_a_column():
    assert set(table.COLUMNS.values()) == set(Membership.Role.values)


def test_each_role_does_what_the_table_says_and_nothing_else(role, visitor, home, foreign):
    clerk, wrong = Visitor(build.operator("clerk")), []
    for place in (home, foreign):
        build.server(f"{place.mark}-spare", brand=place.rows[Brand])
        build.brand(f"{place.mark}-spare")
    for action, attempt in TRIALS.items():
        cell = table.may(action, role)
        for place in (home,) if action in EVERYBODYS else (home, foreign):
            allowed = cell == table.ALL or (cell in (table.BRAND, table.OWN) and place is home)
            visitor.come_back()
            with undone() as written:
                done = attempt(Trial(visitor, clerk, place, home.people.get(role)))
            records = [sql for sql in written if not sql.startswith(NO_RECORD)]
            if not (all(done) if allowed else not any(done) and not records):
                wrong.append((action, place, cell, done, records[:1]))

    assert not wrong
    assert max(visitor.statuses) < 500


@pytest.mark.parametrize("role", ["support", "reseller"], indirect=True)
def test_a_server_of_the_operator_is_seen_by_every_brand(role, visitor, home):
    shared = build.server("shared")

    assert visitor.get(page(MailServer, "change", shared.pk)).status_code == 200


@pytest.mark.parametrize("role", ["reseller"], indirect=True)
def test_the_change_set_of_a_colleague_is_not_ones_own(role, visitor, home):
    assert visitor.get(page(ChangeSet, "change", home.rows[ChangeSet].pk)).status_code == 302
