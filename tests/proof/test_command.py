from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from mailsettings import proof
from mailsettings.guides import guides
from mailsettings.management.commands import prove
from mailsettings.proof import sources
from tests import build

from .test_proof import load_demo, render_with, wrong_port


def run(*arguments: str, verbosity: int = 1) -> str:
    out = StringIO()
    call_command("prove", *arguments, stdout=out, stderr=out, verbosity=verbosity)
    return out.getvalue()


def refused(*arguments: str) -> tuple[str, CommandError]:
    """What the command printed, and the error that it stopped with."""
    out = StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("prove", *arguments, stdout=out, stderr=out)
    assert stopped.value.returncode == 1
    return out.getvalue(), stopped.value


@pytest.fixture(autouse=True)
def one_guide(monkeypatch):
    """What the command does with a proof is the same with fewer guides in it, and sooner seen."""
    monkeypatch.setattr(sources, "guides", lambda: {"other": guides()["other"]})


@pytest.mark.django_db
class TestProve:
    def test_a_domain_that_agrees_is_a_line_with_counts(self):
        load_demo()

        first, summary = run("firma.com.ua").splitlines()

        assert first.startswith("firma.com.ua: ")
        assert "values agree" in first
        assert "differ" not in first
        assert summary.startswith("1 domain, ")

    def test_a_difference_is_told_in_full_and_fails(self, monkeypatch):
        build.domain("firma.com.ua")
        render_with(monkeypatch, "autoconfig.xml", lambda made, ask: (wrong_port(made), ask))

        printed, error = refused("firma.com.ua")

        assert "autoconfig.xml for the domain: IMAP port: expected “993”, read “1000”" in printed
        assert str(error) == "1 domain is not proven."

    def test_every_row_comes_with_more_words(self):
        load_demo()

        printed = run("firma.com.ua", verbosity=2)

        assert len(printed.splitlines()) == 2 + len(proof.prove("firma.com.ua").rows)

    def test_a_name_that_is_not_here_fails(self):
        printed, _error = refused("nosuch.example")

        assert "nosuch.example: there is no such domain here" in printed

    def test_a_domain_that_is_not_served_is_called_so(self):
        load_demo()

        assert "paused.example (suspended): " in run("paused.example")

    @pytest.mark.parametrize("arguments", [(), ("--all", "firma.com.ua")])
    def test_without_names_or_all_nothing_is_done(self, arguments):
        printed, error = refused(*arguments)

        assert printed == ""
        assert "--all" in str(error)

    def test_all_are_proven_and_counted(self):
        load_demo()

        printed = run("--all")

        assert printed.startswith("5 domains, ")

    def test_all_shows_those_that_differ(self, monkeypatch):
        load_demo()
        render_with(
            monkeypatch,
            "mbsync.txt",
            lambda made, ask: (wrong_port(made) if made.domain == "ports.example" else made, ask),
        )

        printed, error = refused("--all")

        assert next(iter(printed.splitlines())).startswith("ports.example: ")
        assert str(error) == "1 domain is not proven."

    def test_domains_come_in_chunks(self, monkeypatch):
        load_demo()
        monkeypatch.setattr(proof, "CHUNK", 2)

        names = list(proof.served_names())

        assert len(names) == len(set(names)) == 5

    def test_it_speaks_ukrainian(self):
        load_demo()

        with translation.override("uk"):
            printed = run("firma.com.ua")

        assert "збіга" in printed

    def test_guides_can_be_left_out(self):
        load_demo()

        printed = run("firma.com.ua", "--without-guides", verbosity=2)

        assert "Guide" not in printed
        assert "autoconfig.xml" in printed

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", ["1 domain checked so far.", "2 domains checked so far."]),
            ("uk", ["Перевірено 1 домен.", "Перевірено 2 домени."]),
        ],
    )
    def test_how_far_it_is_stands_in_whole_sentences(self, monkeypatch, language, said):
        monkeypatch.setattr(prove, "PROGRESS_STEP", 1)
        for name in ("one.com.ua", "two.com.ua"):
            build.domain(name)

        with translation.override(language):
            lines = run("--all").splitlines()

        assert lines[:2] == said
