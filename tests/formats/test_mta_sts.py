"""MTA-STS: the policy that sending servers fetch, and the id that tells them to fetch it again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask, MtaSts
from mailsettings.formats import formats
from mailsettings.formats.mta_sts import FORMAT, policy_id, render

from . import build, strategies
from .golden import assert_golden


def policy(settings) -> list[tuple[str, str]]:
    """The policy's keys and values in order; the file must end with a line end and hold nothing else."""
    lines = render(settings, Ask()).decode("ascii").split("\n")
    assert lines.pop() == ""
    return [tuple(line.split(": ", 1)) for line in lines]


@pytest.mark.parametrize("mode", [MtaSts.TESTING, MtaSts.ENFORCE])
def test_the_policy_is_the_golden_one(mode):
    assert_golden(f"mta-sts-{mode}.txt", render(build.whole_zone(mta_sts=mode), Ask()))


def test_the_format_is_found_under_its_file_name():
    assert formats()["mta-sts.txt"] is FORMAT
    assert FORMAT.content_type == "text/plain"
    assert not FORMAT.attachment


def test_the_policy_names_its_version_first_and_every_mx_in_order():
    keys = policy(build.whole_zone())
    assert keys[0] == ("version", "STSv1")
    assert [value for key, value in keys if key == "mx"] == ["mx1.hoster.example", "mx2.hoster.example"]
    assert all(name == name.lower() and name.isascii() for key, name in keys if key == "mx")


def test_a_policy_under_test_is_forgotten_within_a_day_and_an_enforced_one_is_kept_for_a_week_at_least():
    ages = {
        mode: int(dict(policy(build.whole_zone(mta_sts=mode)))["max_age"]) for mode in (MtaSts.TESTING, MtaSts.ENFORCE)
    }
    assert ages["testing"] == 86400
    assert 604800 <= ages["enforce"] <= 31557600


@pytest.mark.parametrize(
    "settings",
    [build.complete(), build.whole_zone(mta_sts=MtaSts.OFF), build.complete(mta_sts=MtaSts.ENFORCE), build.generic()],
)
def test_there_is_no_policy_where_it_is_off_or_nothing_takes_mail(settings):
    with pytest.raises(CannotExpress):
        render(settings, Ask())
    with pytest.raises(CannotExpress):
        policy_id(settings)


def test_the_id_changes_with_the_mode_and_with_the_servers():
    ids = {
        policy_id(build.whole_zone()),
        policy_id(build.whole_zone(mta_sts=MtaSts.ENFORCE)),
        policy_id(build.whole_zone(dns=build.dns(mx=("mx1.hoster.example",)))),
        policy_id(build.whole_zone(dns=build.dns(mx=("mx2.hoster.example", "mx1.hoster.example")))),
    }
    assert len(ids) == 4


def test_the_id_stays_when_something_else_changes():
    assert policy_id(build.whole_zone()) == policy_id(build.whole_zone(dns=build.dns(spf="v=spf1 -all"), endpoints=()))


@given(strategies.zones())
def test_any_policy_is_stable_and_its_id_is_what_a_txt_record_may_hold(settings):
    if settings.mta_sts is MtaSts.OFF or not settings.dns.mx:
        with pytest.raises(CannotExpress):
            render(settings, Ask())
        return
    assert render(settings, Ask("uk")) == render(settings, Ask("en"))
    assert re.fullmatch("[A-Za-z0-9]{1,32}", policy_id(settings))
