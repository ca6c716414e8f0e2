import pytest
from django.db import transaction

from accounts.models import Revision
from mailsettings.memory import MISSING, Memory, Renderings, settings_by_name
from tests import build

pytestmark = pytest.mark.django_db


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def set_revision(number: int) -> None:
    Revision.objects.update_or_create(pk=1, defaults={"number": number})


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_what_was_put_is_there_under_the_same_revision(clock):
    memory = Memory(2, clock)
    memory.put("a", 1, memory.revision())

    assert memory.get("a") == 1


def test_everything_is_forgotten_when_the_revision_moved(clock):
    memory = Memory(2, clock)
    memory.put("a", 1, memory.revision())
    set_revision(7)
    clock.now += 2

    assert memory.revision() == 7
    assert memory.get("a") is MISSING


def test_the_revision_is_read_at_most_every_two_seconds(clock, django_assert_num_queries):
    memory = Memory(2, clock)

    with django_assert_num_queries(1):
        memory.revision()
        clock.now += 1.9
        memory.revision()
    clock.now += 0.2
    with django_assert_num_queries(1):
        memory.revision()


def test_what_was_read_before_the_revision_moved_is_not_kept(clock):
    memory = Memory(2, clock)
    read_under = memory.revision()
    set_revision(7)
    clock.now += 2
    memory.revision()

    memory.put("a", "old", read_under)

    assert memory.get("a") is MISSING


def test_the_entry_that_nobody_asked_for_longest_goes_first(clock):
    memory = Memory(2, clock)
    revision = memory.revision()
    for key in ("a", "b"):
        memory.put(key, key, revision)
    memory.get("a")
    memory.put("c", "c", revision)

    assert [memory.get(key) for key in ("a", "b", "c")] == ["a", MISSING, "c"]


def test_a_rendering_is_made_once_for_equal_sources():
    made = []
    renderings = Renderings(2)
    for source in (("imap", 993), ("imap", 993)):
        renderings.of(source, "page", lambda: made.append(1))

    assert made == [1]


def test_a_rendering_of_something_else_is_never_found():
    renderings = Renderings(2)
    renderings.of("old settings", "page", lambda: "old page")

    assert renderings.of("new settings", "page", lambda: "new page") == "new page"


def test_the_rendering_that_nobody_asked_for_longest_goes_first():
    renderings = Renderings(2)
    for key in ("a", "b", "a", "c"):
        renderings.of("settings", key, lambda key=key: key)

    assert renderings.of("settings", "a", lambda: "made again") == "a"
    assert renderings.of("settings", "b", lambda: "made again") == "made again"


def test_failures_are_not_kept():
    renderings = Renderings(2)

    def fail():
        raise ValueError

    with pytest.raises(ValueError):
        renderings.of("settings", "page", fail)
    assert renderings.of("settings", "page", lambda: "page") == "page"


@pytest.mark.django_db(transaction=True)
def test_what_another_thread_remembers_before_a_change_is_committed_is_forgotten_then():
    with transaction.atomic():
        build.customer("changed")
        settings_by_name.settle(revision=1)
        settings_by_name.put("a", "old", revision=1)

    assert settings_by_name.get("a") is MISSING
