import pytest

from mailsettings.core.prose import ProseError, Run, RunKind, parse_prose, parse_runs, parse_text


def test_marks_become_runs():
    assert parse_runs("Press {label:next}, type {setting:address}, see {link:help|help} or {code:0x1}.") == (
        Run(RunKind.TEXT, "Press "),
        Run(RunKind.LABEL, "", "next"),
        Run(RunKind.TEXT, ", type "),
        Run(RunKind.SETTING, "", "address"),
        Run(RunKind.TEXT, ", see "),
        Run(RunKind.LINK, "help", "help"),
        Run(RunKind.TEXT, " or "),
        Run(RunKind.CODE, "0x1"),
        Run(RunKind.TEXT, "."),
    )


def test_doubled_braces_are_braces():
    assert parse_runs("{{x}}") == (Run(RunKind.TEXT, "{x}"),)


@pytest.mark.parametrize("source", ["{", "}", "{other:x}", "{label:a|b}", "{link:a}", "{setting:}", "{label:a"])
def test_broken_markup_is_refused(source):
    with pytest.raises(ProseError):
        parse_runs(source)


@pytest.mark.parametrize("table", [{"uk": "а"}, {"uk": "а", "en": ""}, {"uk": "а", "en": "a", "ru": "а"}, "text", None])
def test_both_languages_must_be_written(table):
    with pytest.raises(ProseError, match="somewhere"):
        parse_prose(table, "somewhere")


def test_plain_text_has_no_marks():
    with pytest.raises(ProseError, match="marks"):
        parse_text({"uk": "{label:a}", "en": "{label:a}"}, "title")
