"""Personal links and codes as rows: made, found, revoked, counted."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import ChangeSet, Revision
from mailsettings import changes, personal, reverting
from mailsettings.models import CallCode, Domain, Mailbox, PersonalLink
from tests import build
from tests.admin.desk import person

from .browsing import link_to, mailbox

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00:00+00:00"


def test_a_token_has_more_than_128_bits_and_no_character_that_messengers_cut_off():
    _link, token = link_to(mailbox())

    assert len(personal.TOKEN_LETTERS) ** len(token) > 2**128
    assert token.isalnum()
    assert token.isascii()


def test_the_database_never_holds_the_token():
    _link, token = link_to(mailbox())

    assert token not in " ".join(str(value) for row in PersonalLink.objects.values() for value in row.values())


def test_a_link_is_found_by_its_token_as_often_as_it_is_asked_for():
    link, token = link_to(mailbox())

    assert [personal.find(token) for _ in range(3)] == [link] * 3


@pytest.mark.parametrize(
    ("lasts", "until"), [("day", "2026-11-25"), ("week", "2026-12-01"), ("month", "2026-12-24"), ("year", "2027-11-24")]
)
def test_a_link_lasts_as_long_as_was_chosen(time_machine, lasts, until):
    time_machine.move_to(NOON, tick=False)
    link, _token = link_to(mailbox(), lasts=lasts)

    assert f"{link.expires_at:%Y-%m-%d}" == until
    assert link.works
    time_machine.move_to(f"{until} 12:00:00+00:00", tick=False)
    assert not link.works


def test_a_revoked_link_stops_working_and_says_who_revoked_it_and_why():
    link, token = link_to(mailbox())
    somebody = build.operator()

    personal.revoke(link, somebody, "sent to the wrong person")
    personal.revoke(link, None, "again")

    found = personal.find(token)
    assert not found.works
    assert (found.revoked_by, found.revoke_reason) == (somebody, "sent to the wrong person")


def test_a_link_opens_nothing_once_its_mailbox_is_removed_and_works_again_when_that_is_reverted():
    box = mailbox()
    _link, token = link_to(box)
    removal = build.remove(box)

    assert personal.find(token) is None
    changes.apply(reverting.prepare(removal.changes.all()).plan, ChangeSet(source="revert"))
    assert personal.find(token).record == box


def test_a_domain_with_links_can_be_removed():
    box = mailbox()
    _link, token = link_to(box.domain)
    build.remove(box.domain)

    assert personal.find(token) is None


def test_a_recipient_is_kept_masked():
    link, _token = link_to(mailbox())

    personal.sent(link, "olena.koval@gmail.com")

    link.refresh_from_db()
    assert link.recipient == "o…@gmail.com"
    assert link.sent_at


def test_opening_and_downloading_are_counted_apart():
    link, _token = link_to(mailbox())

    personal.count_opened(link)
    personal.count_opened(link)
    personal.count_downloaded(link)

    link.refresh_from_db()
    assert (link.opened, link.downloaded) == (2, 1)
    assert link.opened_at
    assert link.downloaded_at


def test_links_are_no_part_of_the_directory():
    box = mailbox()
    number = Revision.objects.get().number
    link, _token = link_to(box)
    personal.revoke(link, None)

    assert Revision.objects.get().number == number


def test_a_link_opens_exactly_one_record():
    box = mailbox()
    values = {"way": "copy", "language": "uk", "expires_at": "2026-11-24T12:00Z"}
    for number, scope in enumerate(({}, {"mailbox": box, "domain": box.domain})):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonalLink.objects.create(digest=str(number), **values, **scope)


def test_links_are_seen_by_those_who_see_the_record():
    ours, theirs = build.brand("ours"), build.brand("theirs")
    for brand in (ours, theirs):
        build.domain(f"{brand.slug}.com.ua", customer=build.customer(brand.slug, brand=brand), mailboxes=["olena"])
    for record in (*Domain.objects.all(), *Mailbox.objects.all()):
        link_to(record)
    seen = PersonalLink.objects.visible_to(person("support", brand=ours))

    assert {link.record.domain.customer.ref if link.mailbox else link.domain.customer.ref for link in seen} == {"ours"}
    assert len(seen) == 2
    assert PersonalLink.objects.visible_to(build.operator()).count() == 4


def test_the_address_of_a_link_is_at_the_brands_own_host_and_in_the_links_language():
    brand = build.brand("ava", hosts=["mail.ava.example"])
    build.domain("firma.com.ua", customer=build.customer(brand=brand), mailboxes=["olena"])
    box = Mailbox.objects.get()
    link, token = link_to(box, language="en", guide="iphone")

    assert personal.url(box, link, token) == f"https://mail.ava.example/en/s/{token}/iphone/"


def test_a_code_is_eight_digits_in_two_groups_and_is_not_stored():
    code = personal.make_code(mailbox(), language="uk", by=None)

    assert code.replace(" ", "").isdigit()
    assert [len(group) for group in code.split(" ")] == [4, 4]
    assert code.replace(" ", "") not in str(list(CallCode.objects.values()))


def test_a_code_opens_one_link_and_no_second():
    box = mailbox()
    code = personal.make_code(box, language="uk", by=None)
    found = personal.find_code(code)

    token = personal.redeem(found, "en")

    assert personal.find(token).record == box
    assert personal.redeem(found, "en") is None
    assert personal.find_code(code) is None


def test_a_code_lasts_ten_minutes(time_machine):
    time_machine.move_to(NOON, tick=False)
    code = personal.make_code(mailbox(), language="uk", by=None)

    time_machine.move_to("2026-11-24 12:09:59+00:00", tick=False)
    assert personal.find_code(code)
    time_machine.move_to("2026-11-24 12:10:00+00:00", tick=False)
    assert personal.find_code(code) is None


def test_a_new_code_takes_the_place_of_the_one_before():
    box = mailbox()
    first = personal.make_code(box, language="uk", by=None)
    second = personal.make_code(box, language="uk", by=None)

    assert personal.find_code(first) is None
    assert personal.find_code(second)


def test_digits_that_were_given_out_before_are_not_given_out_again(monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(personal.secrets, "randbelow", lambda _most: next(drawn))
    box = mailbox()

    assert personal.make_code(box, language="uk", by=None) == "0000 0007"
    assert personal.make_code(box, language="uk", by=None) == "0000 0008"


@pytest.mark.parametrize("spelling", ["{}{}", "{} {}", "{}-{}", " {}  {} ", "{}\u00a0{}"])
def test_a_code_is_read_as_people_type_it(spelling):
    code = personal.make_code(mailbox(), language="uk", by=None)

    assert personal.find_code(spelling.format(*code.split(" ")))


class HostileTest(TestCase):
    """Whatever is sent in place of a token or a code opens nothing, and breaks nothing."""

    @given(text=st.text(max_size=60))
    @example(text="A" * 24)
    @example(text="А" * 24)
    @example(text="A" * 24 + "\n")
    def test_no_text_is_a_token(self, text):
        assert personal.find(text) is None

    @given(text=st.text(max_size=30) | st.from_regex(r"\d{4}\s?\d{4}"))
    @example(text="١٢٣٤ ٥٦٧٨")
    @example(text="1234 5678\n")
    def test_no_text_is_a_code(self, text):
        assert personal.find_code(text) is None
