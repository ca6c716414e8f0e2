"""Profiles carry a signature that openssl verifies. Without a usable certificate they have none, and staff are told."""

import plistlib
import ssl
import subprocess

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.checks import run_checks
from django.test import Client

from mailsettings import signing
from mailsettings.signing import Problem
from tests import build

from .certificates import DAY, KEYS, Authority

pytestmark = pytest.mark.django_db
PROFILE = "/d/firma.com.ua/apple.mobileconfig"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(autouse=True)
def files_unseen(monkeypatch):
    monkeypatch.setattr(signing, "_files", signing._Files())


@pytest.fixture
def set_files(settings):
    def set_them(certificate="", key=""):
        settings.PROFILE_SIGNING_CERT, settings.PROFILE_SIGNING_KEY = str(certificate), str(key)

    return set_them


def get(path=PROFILE, **headers):
    return Client().get(path, secure=True, headers={"host": "portal.example", **headers})


@pytest.mark.parametrize("kind", KEYS)
def test_openssl_verifies_the_profile_and_finds_the_unsigned_one_in_it(authority, set_files, tmp_path, kind):
    build.domain("firma.com.ua")
    unsigned = get().content
    set_files(*authority.issue(tmp_path, kind))
    signed = tmp_path / "signed.mobileconfig"
    signed.write_bytes(get().content)

    verified = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-in", signed, "-CAfile", authority.write_root(tmp_path),
         "-purpose", "any"],
        capture_output=True, check=False,
    )  # fmt: skip

    assert verified.returncode == 0, verified.stderr
    assert verified.stdout == unsigned
    assert plistlib.loads(verified.stdout)["PayloadType"] == "Configuration"


def test_a_changed_profile_fails_the_verification(authority, set_files, tmp_path):
    build.domain("firma.com.ua")
    set_files(*authority.issue(tmp_path))
    signed = tmp_path / "signed.mobileconfig"
    signed.write_bytes(get().content.replace(b"imap.firma.com.ua", b"imap.elsew.com.ua"))

    verified = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-in", signed, "-CAfile", authority.write_root(tmp_path),
         "-purpose", "any"],
        capture_output=True, check=False,
    )  # fmt: skip

    assert verified.returncode != 0


def test_a_signed_profile_is_sent_like_an_unsigned_one(authority, set_files, tmp_path):
    build.domain("firma.com.ua")
    set_files(*authority.issue(tmp_path))

    response = get()

    assert response["Content-Type"] == "application/x-apple-aspen-config"
    assert response["Content-Disposition"] == 'attachment; filename="firma.com.ua.mobileconfig"'


def test_the_same_settings_have_the_same_entity_tag_under_one_certificate(authority, set_files, tmp_path):
    build.domain("firma.com.ua")
    unsigned = get()["ETag"]
    set_files(*authority.issue(tmp_path, "p256"))
    first = get()["ETag"]

    assert first != unsigned
    assert get(**{"if-none-match": first}).status_code == 304


def test_other_formats_are_never_signed(authority, set_files, tmp_path):
    build.domain("firma.com.ua")
    set_files(*authority.issue(tmp_path))

    assert get("/d/firma.com.ua/autoconfig.xml").content.startswith(b"<?xml")


def test_the_keys_are_read_once_for_many_profiles(authority, set_files, tmp_path, monkeypatch):
    set_files(*authority.issue(tmp_path))
    loads = []
    load = signing.load
    monkeypatch.setattr(signing, "load", lambda *paths: loads.append(paths) or load(*paths))

    for _ in range(3):
        signing.signer()

    assert len(loads) == 1


def test_a_renewed_certificate_is_taken_within_a_minute(authority, set_files, tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "SECONDS_BETWEEN_LOOKS", 0)
    set_files(*authority.issue(tmp_path))
    before = signing.signer().fingerprint

    authority.issue(tmp_path)

    assert signing.signer().fingerprint != before


def _broken(authority, folder, problem):
    """The two paths that lead to ``problem``."""
    certificate, key = authority.issue(folder)
    other = folder / "other"
    other.mkdir()
    _certificate, other_key = authority.issue(other, "p256")
    return {
        Problem.HALF_SET: lambda: (certificate, ""),
        Problem.CERTIFICATE_UNREADABLE: lambda: (folder / "absent.pem", key),
        Problem.CERTIFICATE_INVALID: lambda: (key, key),
        Problem.KEY_UNREADABLE: lambda: (certificate, folder / "absent.pem"),
        Problem.KEY_INVALID: lambda: (certificate, certificate),
        Problem.MISMATCH: lambda: (certificate, other_key),
        Problem.NOT_YET_VALID: lambda: authority.issue(other, starts_in=1),
        Problem.EXPIRED: lambda: authority.issue(other, days=-0.5),
    }[problem]()


@pytest.mark.parametrize("problem", Problem)
def test_an_unusable_certificate_means_an_unsigned_profile_and_a_warning(authority, set_files, tmp_path, problem):
    build.domain("firma.com.ua")
    set_files(*_broken(authority, tmp_path, problem))

    response = get()

    assert response.status_code == 200
    assert plistlib.loads(response.content)["PayloadType"] == "Configuration"
    assert signing.state().problem is problem
    assert [(check.id, check.hint) for check in run_checks() if check.id == "portal.W004"] == [
        ("portal.W004", str(signing.WORDS[problem][1]))
    ]
    assert f"profiles are not signed: {problem}" in get("/readyz").content.decode()
    assert get("/readyz").status_code == 200


def test_a_certificate_of_a_kind_of_key_that_nobody_knows_is_invalid(authority, tmp_path):
    certificate_path, key_path = authority.issue(tmp_path, "p256")
    certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes()).public_bytes(Encoding.DER)
    # id-ecPublicKey (RFC 5480 §2.1.1), and a number that stands for nothing.
    unknown = certificate.replace(bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d027f"))
    certificate_path.write_text(ssl.DER_cert_to_PEM_cert(unknown))

    assert signing.load(str(certificate_path), str(key_path)).problem is Problem.CERTIFICATE_INVALID


def test_a_certificate_that_expires_while_the_site_runs_signs_no_more(authority, set_files, tmp_path):
    set_files(*authority.issue(tmp_path, days=1))
    assert signing.signer()

    with time_machine.travel(signing.state().expires + DAY, tick=False):
        assert signing.signer() is None


def test_readiness_tells_until_when_profiles_are_signed(authority, set_files, tmp_path):
    set_files(*authority.issue(tmp_path))

    assert f"profiles are signed until {signing.state().expires:%Y-%m-%d}" in get("/readyz").content.decode()


def test_staff_are_warned_two_weeks_before_the_certificate_expires(authority, set_files, tmp_path, client):
    client.force_login(build.operator())
    set_files(*authority.issue(tmp_path, days=13))

    page = client.get(
        "/admin/", secure=True, headers={"host": "portal.example", "accept-language": "en"}
    ).content.decode()

    assert "expires within two weeks" in page


def test_nobody_is_warned_where_no_signature_is_asked_for(client):
    client.force_login(build.operator())

    page = client.get(
        "/admin/", secure=True, headers={"host": "portal.example", "accept-language": "en"}
    ).content.decode()

    assert "notice warning" not in page
    assert not [check for check in run_checks() if check.id == "portal.W004"]


def test_the_setup_page_says_whether_the_file_is_signed(authority, set_files, tmp_path):
    build.domain("firma.com.ua")
    page = "/en/d/firma.com.ua/"
    assert "The profile is not signed" in get(page).content.decode()

    set_files(*authority.issue(tmp_path))

    assert "The profile is signed" in get(page).content.decode()


def test_the_iphone_guide_tells_what_a_signed_profile_looks_like(authority, set_files, tmp_path):
    build.domain("firma.com.ua")
    page = "/en/d/firma.com.ua/iphone/"
    unsigned = get(page).content

    set_files(*authority.issue(tmp_path))

    assert get(page).content != unsigned
    assert b"Not Signed" in unsigned
    assert b"Not Signed" not in get(page).content
