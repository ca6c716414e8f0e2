"""IMAP or POP3: every path through the questions, and that none of them can lose mail."""

from itertools import product

import pytest

from mailsettings.core.advice import (
    Advice,
    Answers,
    Backups,
    Care,
    Devices,
    Reader,
    Reason,
    Room,
    advise,
    as_far_as_served,
    next_question,
)
from mailsettings.core.endpoints import Protocol

EVERY_ANSWER = [Answers(*some) for some in product(*((None, *kind) for kind in (Reader, Devices, Room, Backups)))]
# Each path as it is walked: the questions in turn, and the advice at its end.
PATHS = [
    ((Reader.PROGRAM,), Protocol.POP3, Reason.PROGRAM_COLLECTS),
    ((Reader.SEVERAL,), Protocol.IMAP, Reason.SEVERAL_PEOPLE),
    ((Reader.ONE, Devices.SEVERAL, Room.STAYS), Protocol.IMAP, Reason.SEVERAL_DEVICES),
    ((Reader.ONE, Devices.SEVERAL, Room.SHORT), Protocol.IMAP, Reason.SEVERAL_DEVICES),
    ((Reader.ONE, Devices.SEVERAL, Room.LEAVES), Protocol.IMAP, Reason.SEVERAL_DEVICES),
    ((Reader.ONE, Devices.ONE, Room.STAYS), Protocol.IMAP, Reason.SURVIVES_LOSS),
    ((Reader.ONE, Devices.ONE, Room.SHORT, Backups.YES), Protocol.POP3, Reason.ONE_DEVICE_HOLDS_ALL),
    ((Reader.ONE, Devices.ONE, Room.LEAVES, Backups.YES), Protocol.POP3, Reason.ONE_DEVICE_HOLDS_ALL),
    ((Reader.ONE, Devices.ONE, Room.SHORT, Backups.NO), Protocol.IMAP, Reason.NO_BACKUPS),
    ((Reader.ONE, Devices.ONE, Room.LEAVES, Backups.NO), Protocol.IMAP, Reason.NO_BACKUPS),
]


@pytest.mark.parametrize(("said", "protocol", "reason"), PATHS)
def test_a_path_asks_only_what_matters_and_ends_in_its_advice(said, protocol, reason):
    answers = Answers()
    for answer in said:
        question = next_question(answers)
        assert isinstance(answer, {"reader": Reader, "devices": Devices, "room": Room, "backups": Backups}[question])
        answers = Answers(**{name: getattr(answers, name) for name in Answers.__slots__} | {question: answer})

    assert next_question(answers) == ""
    assert (advise(answers).protocol, advise(answers).reasons[0]) == (protocol, reason)


def test_the_paths_above_are_all_there_are():
    def walk(answers):
        question = next_question(answers)
        if not question:
            return 1
        kinds = {"reader": Reader, "devices": Devices, "room": Room, "backups": Backups}
        said = {name: getattr(answers, name) for name in Answers.__slots__}
        return sum(walk(Answers(**said | {question: answer})) for answer in kinds[question])

    assert walk(Answers()) == len(PATHS)


@pytest.mark.parametrize("answers", EVERY_ANSWER)
def test_pop3_is_never_advised_where_mail_could_be_lost(answers):
    advice = advise(answers)
    collects = answers.reader is Reader.PROGRAM
    holds_all = (answers.devices, answers.backups) == (Devices.ONE, Backups.YES)

    assert advice.reasons
    assert advice.protocol is Protocol.IMAP or collects or (holds_all and answers.room in (Room.SHORT, Room.LEAVES))
    assert advice.protocol is Protocol.IMAP or Care.KEEP_COPY in advice.care


def test_several_people_never_get_pop3():
    assert {advise(said).protocol for said in EVERY_ANSWER if said.reader is Reader.SEVERAL} == {Protocol.IMAP}


def test_a_domain_without_the_advised_protocol_is_told_so():
    advice = as_far_as_served(Advice(Protocol.POP3, (Reason.PROGRAM_COLLECTS,), (Care.KEEP_COPY,)), (Protocol.IMAP,))

    assert (advice.protocol, advice.care[0]) == (Protocol.IMAP, Care.NOT_SWITCHED_ON)


def test_a_domain_with_both_protocols_gets_the_advice_as_it_is():
    advice = advise(Answers(Reader.SEVERAL))

    assert as_far_as_served(advice, (Protocol.IMAP, Protocol.POP3)) is advice
