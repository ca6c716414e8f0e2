"""What one reader gets of a guide: what applies to them, in their language, with the program's own words."""

import dataclasses

import pytest

from mailsettings.core.endpoints import Authentication, Protocol, Security
from mailsettings.core.prose import RunKind
from mailsettings.guides import Choice, UserName

from .small import changed, guide_of

STEP_END = 'label = "secure" }]\n'
TEXT = 'text = { uk = "Введіть сервер.", en = "Type the server." }'


def step(guide, choice):
    return guide.resolve(choice).entries[0].ways[0].steps[0]


def plain(runs):
    return "".join(run.text for run in runs)


def steps_with(folder, when, choice):
    """The ids of the steps that remain where a second step has this condition."""
    second = f'{STEP_END}\n[[entry.way.step]]\nid = "second"\nwhen = {when}\ntext = {{ uk = "Ще.", en = "More." }}\n'
    guide = guide_of(folder, changed(STEP_END, second))
    return [found.id for found in guide.resolve(choice).entries[0].ways[0].steps]


@pytest.mark.parametrize(
    ("when", "choice", "applies"),
    [
        ('{ protocol = "pop3" }', Choice(protocol=Protocol.POP3), True),
        ('{ protocol = "pop3" }', Choice(protocol=Protocol.IMAP), False),
        ('{ incoming = "starttls" }', Choice(incoming_security=Security.STARTTLS), True),
        ('{ incoming = "starttls" }', Choice(outgoing_security=Security.STARTTLS), False),
        ('{ outgoing = "starttls" }', Choice(outgoing_security=Security.STARTTLS), True),
        ('{ user_name = ["own", "private"] }', Choice(user_name=UserName.PRIVATE), True),
        ('{ user_name = ["own", "private"] }', Choice(user_name=UserName.ADDRESS), False),
        ('{ profile = "unsigned" }', Choice(), True),
        ('{ profile = "unsigned" }', Choice(profile_signed=True), False),
        ('{ protocol = "imap", user_name = "own" }', Choice(user_name=UserName.OWN), True),
        ('{ protocol = "pop3", user_name = "own" }', Choice(user_name=UserName.OWN), False),
    ],
)
def test_a_step_appears_only_where_its_whole_condition_holds(tmp_path, when, choice, applies):
    assert steps_with(tmp_path, when, choice) == (["server", "second"] if applies else ["server"])


def test_a_way_that_does_not_apply_is_left_out(tmp_path):
    guide = guide_of(tmp_path, changed('mode = "manual"', 'mode = "manual"\nwhen = { protocol = "pop3" }'))
    assert guide.resolve(Choice()).entries[0].ways == ()


def test_a_way_whose_steps_do_not_apply_is_left_out(tmp_path):
    guide = guide_of(tmp_path, changed('id = "server"', 'id = "server"\nwhen = { protocol = "pop3" }'))
    assert guide.resolve(Choice()).entries[0].ways == ()


def test_a_label_run_is_shown_in_the_readers_language(tmp_path):
    guide = guide_of(tmp_path, changed(TEXT, 'text = { uk = "{label:secure}", en = "{label:secure}" }'))
    uk, en = (step(guide, Choice(language=language)).text[0].label for language in ("uk", "en"))
    assert (uk.main, uk.aside, en.main, en.aside) == ("Захист", "Secure", "Secure", "")


def test_settings_and_links_stay_ids(tmp_path):
    marks = "{setting:incoming.hostname} {link:help|там}"
    guide = guide_of(tmp_path, changed(TEXT, f'text = {{ uk = "{marks}", en = "{marks}" }}'))
    setting, _space, link = step(guide, Choice()).text
    assert (setting.kind, setting.ref) == (RunKind.SETTING, "incoming.hostname")
    assert (link.kind, link.ref, link.text) == (RunKind.LINK, "help", "там")


@pytest.mark.parametrize(("security", "words"), [(Security.TLS, "Secure"), (Security.STARTTLS, "later")])
def test_the_security_row_has_the_programs_words_for_the_real_protection(tmp_path, security, words):
    value = step(guide_of(tmp_path), Choice(language="en", incoming_security=security)).values[1]
    run = value.words[0]
    assert (run.label.main if run.label else run.text) == words


def test_incoming_and_outgoing_words_follow_their_own_protection(tmp_path):
    choice = Choice(language="en", incoming_security=Security.TLS, outgoing_security=Security.STARTTLS)
    resolved = guide_of(tmp_path).resolve(choice)
    assert resolved.incoming_security[0].label.main == "Secure"
    assert plain(resolved.outgoing_security) == "later"


def test_words_may_differ_by_protocol(tmp_path):
    by_protocol = "\n".join(
        f'starttls.{protocol} = {{ uk = "{protocol}", en = "{protocol}" }}' for protocol in Protocol
    )
    guide = guide_of(tmp_path, changed('starttls = { uk = "пізніше", en = "later" }', by_protocol))
    choice = Choice(protocol=Protocol.POP3, incoming_security=Security.STARTTLS, outgoing_security=Security.STARTTLS)
    resolved = guide.resolve(choice)
    assert (plain(resolved.incoming_security), plain(resolved.outgoing_security)) == ("pop3", "smtp")


def test_a_security_setting_within_a_sentence_becomes_the_programs_words(tmp_path):
    mark = "Це {setting:incoming.security}."
    guide = guide_of(tmp_path, changed(TEXT, f'text = {{ uk = "{mark}", en = "{mark}" }}'))
    assert plain(step(guide, Choice(incoming_security=Security.STARTTLS)).text) == "Це пізніше."


def test_authentication_has_the_programs_words_where_the_guide_gives_them(tmp_path):
    words = '[authentication_words]\npassword = { uk = "звичайний", en = "normal" }\n\n[labels]'
    source = changed("[labels]", words).replace("incoming.security", "incoming.authentication")
    guide = guide_of(tmp_path, source)
    encrypted = Choice(incoming_authentication=Authentication.PASSWORD_ENCRYPTED)
    assert plain(step(guide, Choice()).values[1].words) == "звичайний"
    assert step(guide, encrypted).values[1].words == ()


def test_a_value_row_has_the_programs_name_of_the_field(tmp_path):
    host, security = step(guide_of(tmp_path), Choice()).values
    assert (host.setting, host.label, host.words) == ("incoming.hostname", None, ())
    assert (security.setting, security.label.main) == ("incoming.security", "Захист")


def test_an_anchor_leads_from_the_entry_to_the_step(tmp_path):
    resolved = guide_of(tmp_path).resolve(Choice())
    assert resolved.entries[0].ways[0].steps[0].anchor == "add-manual-server"
    assert resolved.test.steps[0].anchor == "test-send"


def test_a_protocol_that_the_program_lacks_is_refused(tmp_path):
    guide = guide_of(tmp_path, changed('["imap", "pop3"]', '["imap"]'))
    with pytest.raises(ValueError, match="probe has no pop3"):
        guide.resolve(Choice(protocol=Protocol.POP3))


def test_a_protection_that_the_program_lacks_is_refused(tmp_path):
    guide = guide_of(tmp_path, changed('starttls = { uk = "пізніше", en = "later" }\n', ""))
    with pytest.raises(ValueError, match="probe has no starttls for imap"):
        guide.resolve(Choice(incoming_security=Security.STARTTLS))


def test_a_program_that_only_sends_resolves_without_incoming_mail(tmp_path):
    source = changed('["imap", "pop3"]', '["smtp"]').replace("incoming.", "outgoing.")
    resolved = guide_of(tmp_path, source).resolve(Choice(protocol=Protocol.SMTP))
    assert resolved.incoming_security == ()
    assert [value.setting for value in resolved.entries[0].ways[0].steps[0].values] == [
        "outgoing.hostname",
        "outgoing.security",
    ]


def test_a_resolved_guide_cannot_be_changed(tmp_path):
    resolved = guide_of(tmp_path).resolve(Choice())
    with pytest.raises(dataclasses.FrozenInstanceError):
        resolved.title = "x"
