"""The project as a whole: migrations, settings for production, catalogues, and what a clone must bring along."""

import io
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

from tests import apart

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "portal" / "locale" / "uk" / "LC_MESSAGES" / "django.po"
PRODUCTION = {
    "SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz-_ABCDEFGHIJ",
    "SITE_URL": "https://mail.hoster.example",
    "TRUSTED_PROXY_COUNT": "1",
    "DEBUG": "0",
    "DATABASE_URL": "sqlite:///:memory:",
}


def manage(*arguments, cwd=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=cwd, env=apart.environment(**environment), capture_output=True, text=True, check=False,
    )  # fmt: skip


# An exception from a rule of ruff, mypy or bandit, and what is said behind it.
EXCEPTION = re.compile(
    r"#\s*(?:ruff:\s*)?(?:noqa|type:\s*ignore|nosec)(?:\[[\w, -]+\]|[:,\s]+[A-Z]+\d+)*(?P<reason>.*)"
)


def unexplained(path):
    """Lines of a Python file with an exception that neither they nor a comment right above them explain."""
    text = path.read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = {token.start: token.string for token in tokens if token.type == tokenize.COMMENT}
    alone = {line for line, column in comments if not text.split("\n")[line - 1][:column].strip()}
    return [
        line
        for (line, _column), comment in comments.items()
        if (found := EXCEPTION.search(comment)) and not re.search(r"\w", found["reason"]) and line - 1 not in alone
    ]


def test_every_exception_from_a_rule_has_its_reason():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "*.py"], check=True, capture_output=True, text=True)
    found = {name: lines for name in listed.stdout.split() if (lines := unexplained(ROOT / name))}

    assert found == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import a  # noqa: F401\n", [1]),
        ("import a  # noqa\n", [1]),
        ("a = b()  # type: ignore[union-attr]\n", [1]),
        ("a = b()  # noqa: S608, S301\n", [1]),
        ("import a  # noqa: F401 (it registers itself)\n", []),
        ("# It registers itself.\nimport a  # noqa: F401\n", []),
        ("c = 1  # A comment of its own.\nimport a  # noqa: F401\n", [2]),
        ("a = '# noqa'\n", []),
    ],
)
def test_an_exception_without_a_reason_would_be_seen(tmp_path, source, lines):
    path = tmp_path / "a.py"
    path.write_text(source)

    assert unexplained(path) == lines


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.deploy
def test_a_production_set_up_has_no_complaint():
    result = manage("check", "--deploy", "--fail-level", "INFO", **PRODUCTION)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_without_a_key_the_site_stops_and_says_what_to_set(tmp_path):
    for name in ("manage.py", "portal"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(tmp_path / name)], check=True)

    result = manage("check", cwd=tmp_path, SECRET_KEY="")

    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr
    assert "token_urlsafe" in result.stderr


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"SITE_URL": "mail.hoster.example"}, "portal.E001"),
        ({"SITE_URL": "https://mail.hoster.example/path"}, "portal.E001"),
        ({"SITE_URL": "https://пошта.укр"}, "A-labels: xn--80a1acn3a.xn--j1amh"),
        ({"SITE_URL": "http://mail.hoster.example"}, "portal.W001"),
        ({"SITE_HOSTS": "https://other.example"}, "portal.E002"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "portal.E003"),
        ({"TRUSTED_PROXY_COUNT": "0"}, "portal.W002"),
        ({"LOG_FORMAT": "xml"}, "portal.W003"),
        ({"DNS_SERVERS": "9.9.9.9,dns.example"}, "portal.E011"),
        ({"LOG_DAYS": "-1"}, "portal.E010"),
        ({"SESSION_DAYS": "0"}, "portal.E010"),
        ({"ADMIN_SECOND_FACTOR": "0"}, "portal.W005"),
    ],
)
def test_a_misconfiguration_is_named_with_its_cure(values, found):
    result = manage("check", "--deploy", **PRODUCTION | values)

    assert found in result.stderr
    assert "HINT" in result.stderr


@pytest.mark.parametrize("name", ["LOG_DAYS", "TRUSTED_PROXY_COUNT", "HSTS_SECONDS"])
def test_a_number_that_is_none_stops_the_site_with_a_sentence(name):
    result = manage("check", **PRODUCTION | {name: "abc"})

    assert result.returncode != 0
    assert f"{name} is not a whole number: abc. Write digits only" in result.stderr.splitlines()[-1]
    assert "ValueError" not in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("host", ["help.hoster.example", "пошта.укр", "127.0.0.1", "[::1]", "localhost"])
def test_any_spelling_of_a_further_host_is_right(host):
    assert "portal.E002" not in manage("check", **PRODUCTION, SITE_HOSTS=host).stderr


def test_every_setting_is_explained_in_the_example():
    read = set(
        re.findall(r"(?:env\.\w+|whole_number)\(\s*['\"](\w+)['\"]", (ROOT / "portal" / "settings.py").read_text())
    )
    read |= set(re.findall(r"environ\.get\(['\"](\w+)['\"]", (ROOT / "portal" / "gunicorn.py").read_text()))
    explained = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read == explained


def test_the_ukrainian_catalogue_is_complete_and_nothing_in_it_is_a_guess():
    catalogue = polib.pofile(str(CATALOGUE))

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_the_catalogue_holds_every_string_of_the_source(tmp_path):
    known = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(CATALOGUE))}
    subprocess.run(["git", "-C", str(ROOT), "rev-parse"], check=True, capture_output=True)
    for app in ("accounts", "mailsettings", "portal", "templates"):
        subprocess.run(["cp", "-r", str(ROOT / app), str(tmp_path / app)], check=True)
    collected = tmp_path / "portal" / "locale" / "uk" / "LC_MESSAGES" / "django.po"
    collected.unlink()
    program = (
        "import django; from django.conf import settings; "
        f"settings.configure(LOCALE_PATHS=[{str(tmp_path / 'portal' / 'locale')!r}], USE_I18N=True); django.setup(); "
        "from django.core.management import call_command; "
        "call_command('makemessages', locale=['uk'], no_location=True, verbosity=0)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True)

    found = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(collected))}

    assert sorted(text for _, text in found - known) == []


def test_a_clone_brings_the_compiled_catalogue_along():
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def texts(entries):
        return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in entries}

    assert texts(compiled) == texts(polib.pofile(str(CATALOGUE)))


@pytest.mark.parametrize(
    "entry", polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else [], ids=lambda e: e.msgid[:40]
)
def test_a_translation_keeps_its_placeholders(entry):
    def placeholders(text):
        return sorted(re.findall(r"%\(\w+\)[sd]|\{\w+\}|%[sd]", text))

    for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
        assert set(placeholders(text)) <= set(placeholders(entry.msgid)) | set(placeholders(entry.msgid_plural))
        if entry.msgstr:
            assert placeholders(text) == placeholders(entry.msgid)


NASTY = """\
DEBUG=1
SITE_URL=http://localhost:9999
SITE_HOSTS=localhost,127.0.0.1,[::1]
EMAIL_URL=smtp://127.0.0.1:1
CACHE_URL=redis://127.0.0.1:1/0
DATABASE_URL=postgres://nobody@127.0.0.1:1/nothing
ADMIN_SECOND_FACTOR=1
TRUSTED_PROXY_COUNT=3
TLS_ASK_SECRET=secret
"""
# The settings that these lines decide.
WRITTEN = [
    "DEBUG", "SITE_URL", "SITE_HOSTS", "EMAIL_BACKEND", "CACHES", "DATABASES", "ADMIN_SECOND_FACTOR",
    "TRUSTED_PROXY_COUNT", "TLS_ASK_SECRET",
]  # fmt: skip


def settings_beside(env_file, tmp_path, module, **environment):
    """What the settings in ``module`` say in a clone of the project that holds this ``.env``."""
    for name in ("manage.py", "portal", "tests/__init__.py", "tests/settings.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", str(ROOT / name), str(tmp_path / name)], check=True)
    (tmp_path / ".env").write_text(env_file)
    program = f"import {module} as settings; print([str(getattr(settings, name)) for name in {WRITTEN}])"
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50} | environment,
    )  # fmt: skip
    return said.stdout


def test_nothing_of_a_developers_env_file_reaches_the_tests(tmp_path):
    assert settings_beside(NASTY, tmp_path, "tests.settings") == settings_beside("", tmp_path, "tests.settings")


def test_an_environment_variable_names_the_file_of_settings_or_none(tmp_path):
    (tmp_path / "elsewhere").write_text("SITE_HOSTS=elsewhere.example\n")
    elsewhere = str(tmp_path / "elsewhere")

    assert "'127.0.0.1'" in settings_beside(NASTY, tmp_path, "portal.settings")
    assert "elsewhere.example" in settings_beside(NASTY, tmp_path, "portal.settings", ENV_FILE=elsewhere)
    assert "127.0.0.1" not in settings_beside(NASTY, tmp_path, "portal.settings", ENV_FILE="")
