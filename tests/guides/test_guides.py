"""A walk over every guide of the folder: what each must hold, whatever program it is for."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import product

import pytest

from mailsettings.core.endpoints import INCOMING, Protocol, Security
from mailsettings.core.prose import Prose, RunKind
from mailsettings.core.text import LANGUAGES, Text
from mailsettings.guides import Choice, SendingName, UserName, guides
from mailsettings.guides.labels import LabelStatus
from mailsettings.guides.truth import untruth
from mailsettings.guides.vocabulary import Mode, NoteKind

EVERY_GUIDE = pytest.mark.parametrize("guide", guides().values(), ids=guides())
WITH_POP3 = [guide for guide in guides().values() if Protocol.POP3 in guide.protocols]
EVERY_POP3_GUIDE = pytest.mark.parametrize("guide", WITH_POP3, ids=[guide.id for guide in WITH_POP3])
MAX_WORDS = 25
# Straight quotes and apostrophes, and the words that this site writes otherwise.
NOT_OUR_UKRAINIAN = re.compile(
    r"['\"“”]|\b(?:аккаунт|акаунт|застосун\w*|додат(?:ок|ка|ку)\b|логін(?!\))|відправ\w*|папк\w*)"
)
BIG_YOU = re.compile(r"(?<![.!?:«] )(?<!^)\b(?:Ви|Вас|Вам|Ваш\w*)\b")


def choices(guide):
    """Every combination that a page may ask for."""
    for language, protocol, incoming, outgoing, user_name, sending_name, signed in product(
        LANGUAGES, guide.protocols, Security, Security, UserName, SendingName, (False, True)
    ):
        known = (incoming, protocol) in guide.security_words or protocol is Protocol.SMTP
        if known and (outgoing, Protocol.SMTP) in guide.security_words:
            yield Choice(
                language=language,
                protocol=protocol,
                incoming_security=incoming,
                outgoing_security=outgoing,
                user_name=user_name,
                sending_name=sending_name,
                profile_signed=signed,
            )


def texts(part):
    """Every text of a guide or a part of it, with marks or without."""
    if isinstance(part, Prose | Text):
        if part:
            yield part
    elif isinstance(part, tuple | list):
        for each in part:
            yield from texts(each)
    elif isinstance(part, Mapping):
        yield from texts(tuple(part.values()))
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts(getattr(part, field.name)) if field.name != "labels" else ()


def sentences(guide, text, language):
    """The sentences of a text as a reader gets them: labels with their brackets, each value as one word."""
    if isinstance(text, Text):
        whole = text.in_language(language)
    else:
        whole = "".join(words_of(guide, run, language) for run in text.in_language(language))
    return [sentence for sentence in re.split(r"[.!?]+(?:\s|$)", whole) if sentence.strip()]


def words_of(guide, run, language):
    if run.kind is RunKind.SETTING:
        return "value"
    if run.kind is not RunKind.LABEL:
        return run.text
    main, aside = guide.labels[run.ref].shown(language)
    return f"{main} ({aside})" if aside else main


def sections(resolved):
    for entry in resolved.entries:
        yield from entry.ways
    yield resolved.test
    yield from resolved.after
    if resolved.removal:
        yield resolved.removal


def shape(resolved):
    """What must be the same in both languages: the steps, and what each refers to."""

    def refs(runs):
        return sorted((run.kind, run.ref or run.text) for run in runs if run.kind is not RunKind.TEXT)

    return [
        (step.anchor, refs(step.text), refs(step.place), refs(step.expect), refs(step.otherwise), refs(step.warning),
         [value.setting for value in step.values])
        for section in sections(resolved)
        for step in section.steps
    ]  # fmt: skip


@EVERY_GUIDE
def test_a_guide_says_when_it_was_checked_and_by_what(guide):
    assert guide.checked > date(2026, 1, 1)
    assert guide.sources
    assert guide.version


@EVERY_GUIDE
def test_a_guide_adds_a_mailbox_and_changes_an_account(guide):
    assert [entry.id for entry in guide.entries if not entry.when.allowed][:2] == ["add", "change"]


@EVERY_GUIDE
def test_every_combination_has_a_manual_way_that_shows_the_server(guide):
    server = "incoming.hostname" if set(guide.protocols) & set(INCOMING) else "outgoing.hostname"
    for choice in choices(guide):
        for entry in guide.resolve(choice).entries:
            manual = [way for way in entry.ways if way.mode is Mode.MANUAL]
            shown = [{value.setting for step in way.steps for value in step.values} for way in manual]
            assert shown, (choice, entry.id)
            assert all(server in settings for settings in shown), (choice, entry.id)


@EVERY_GUIDE
def test_every_manual_way_to_change_shows_ports_and_security_of_both_sides(guide):
    for choice in choices(guide):
        changes = [entry for entry in guide.resolve(choice).entries if entry.id == "change"]
        for way in (way for entry in changes for way in entry.ways if way.mode is Mode.MANUAL):
            shown = {value.setting for step in way.steps for value in step.values}
            sides = ("incoming", "outgoing") if guide.receives else ("outgoing",)
            assert {f"{side}.{part}" for side in sides for part in ("hostname", "port", "security")} <= shown


@EVERY_GUIDE
def test_every_security_row_has_the_programs_words(guide):
    for choice in choices(guide):
        resolved = guide.resolve(choice)
        for section in sections(resolved):
            for value in (value for step in section.steps for value in step.values):
                assert value.words or not value.setting.endswith(".security")


@EVERY_GUIDE
def test_no_combination_has_an_empty_text(guide):
    for choice in choices(guide):
        resolved = guide.resolve(choice)
        assert resolved.title
        for section in sections(resolved):
            assert section.title
            assert section.steps or section.notes
            for step in section.steps:
                assert any(run.text.strip() or run.ref for run in step.text), step.anchor
            assert all(note.runs for note in section.notes)


@EVERY_GUIDE
def test_both_languages_have_the_same_steps_and_places_for_values(guide):
    uk, en = (
        [shape(guide.resolve(choice)) for choice in choices(guide) if choice.language == language]
        for language in LANGUAGES
    )
    assert uk == en


@EVERY_GUIDE
def test_anchors_are_unique_on_a_page(guide):
    for choice in choices(guide):
        resolved = guide.resolve(choice)
        anchors = [entry.anchor for entry in resolved.entries]
        for section in sections(resolved):
            anchors += [section.anchor, *(step.anchor for step in section.steps)]
        assert len(anchors) == len(set(anchors))


@EVERY_GUIDE
def test_the_two_sides_of_a_conditional_pair_never_appear_together(guide):
    for choice in choices(guide):
        resolved = guide.resolve(choice)
        for section in sections(resolved):
            ids = {step.id for step in section.steps}
            assert not {"imap", "pop"} <= ids
            assert not {"imap", "pop3"} <= ids
            assert not {"signed", "unsigned"} <= ids


@EVERY_GUIDE
def test_no_value_of_a_customer_is_typed_into_the_text(guide):
    for text in texts(guide):
        for language in LANGUAGES:
            written = text.in_language(language)
            whole = written if isinstance(text, Text) else " ".join(run.text for run in written)
            assert untruth(whole) == "", whole


@EVERY_GUIDE
def test_no_unverified_ukrainian_label_stands_alone(guide):
    unsure = {LabelStatus.OLD, LabelStatus.UNVERIFIED, LabelStatus.MACHINE, LabelStatus.THIRD_PARTY}
    for label_id, label in guide.labels.items():
        main, aside = label.shown("uk")
        if label.uk != label.en:
            assert (main, aside) != (label.uk, "") or label.status not in unsure, label_id
            assert label.status is not LabelStatus.ENGLISH_ONLY or (main, aside) == (label.en, label.uk), label_id
        assert label.shown("en") == (label.en, ""), label_id


@EVERY_GUIDE
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(guide, language):
    long = [
        sentence
        for text in texts(guide)
        for sentence in sentences(guide, text, language)
        if len(sentence.split()) >= MAX_WORDS
    ]
    assert not long


@EVERY_GUIDE
def test_ukrainian_is_written_as_the_house_writes_it(guide):
    for text in texts(guide):
        written = text.uk if isinstance(text, Text) else " ".join(run.text for run in text.uk)
        assert not NOT_OUR_UKRAINIAN.search(written), written
        assert not BIG_YOU.search(written), written


@EVERY_POP3_GUIDE
def test_removal_warns_before_mail_that_is_only_on_the_device_is_lost(guide):
    removal = guide.resolve(Choice(protocol=Protocol.POP3)).removal
    assert any(note.kind is NoteKind.WARNING for note in removal.notes)


@EVERY_GUIDE
def test_the_check_ends_with_a_message_to_oneself(guide):
    resolved = guide.resolve(Choice(protocol=guide.protocols[0]))
    first = resolved.test.steps[0]
    assert [value.setting for value in first.values] == ["address"]
    assert resolved.test.steps[-1].expect


@EVERY_POP3_GUIDE
def test_pop3_readers_are_told_how_long_mail_stays_on_the_server(guide):
    after = {section.id: section for section in guide.resolve(Choice(protocol=Protocol.POP3)).after}
    assert any(note.kind is NoteKind.WARNING for note in after["retention"].notes)


@pytest.mark.parametrize("user_name", [UserName.OWN, UserName.PRIVATE])
def test_outlook_asks_for_a_user_name_that_differs_only_where_its_form_has_the_field(user_name):
    add = guides()["outlook-classic"].resolve(Choice(user_name=user_name)).entries[0]
    for way in add.ways:
        assert any(value.setting == "incoming.user_name" for step in way.steps for value in step.values)


@pytest.mark.parametrize("guide", [guide for guide in guides().values() if guide.receives], ids=lambda guide: guide.id)
def test_where_names_differ_every_form_for_sending_is_given_the_one_for_sending(guide):
    resolved = guide.resolve(Choice(user_name=UserName.OWN, sending_name=SendingName.OTHER))
    for entry in resolved.entries:
        for way in entry.ways:
            shown = [value.setting for step in way.steps for value in step.values]
            if way.mode is Mode.MANUAL and "incoming.user_name" in shown:
                assert "outgoing.user_name" in shown, (entry.id, way.id)


@pytest.mark.parametrize("guide_id", ["outlook-classic", "outlook-mac", "em-client"])
@pytest.mark.parametrize(("sending_name", "reused"), [(SendingName.SAME, True), (SendingName.OTHER, False)])
def test_the_incoming_user_name_is_reused_only_where_it_is_the_one_for_sending(guide_id, sending_name, reused):
    choice = Choice(language="en", sending_name=sending_name, user_name=UserName.OWN)
    chosen = [
        run.label.main
        for entry in guides()[guide_id].resolve(choice).entries
        for way in entry.ways
        for step in way.steps
        for run in step.text
        if run.label
    ]

    reusing = {"Use same settings as my incoming mail server", "Use Incoming Server Info", "Use identity credentials"}
    assert bool(reusing & set(chosen)) is reused


@pytest.mark.parametrize("guide_id", ["apple-mail", "iphone"])
def test_an_unsigned_profile_is_said_to_be_unsigned(guide_id):
    def steps(signed):
        profile = guides()[guide_id].resolve(Choice(profile_signed=signed)).entries[0].ways[0]
        return {step.id for step in profile.steps}

    assert "unsigned" in steps(signed=False)
    assert "unsigned" not in steps(signed=True)
