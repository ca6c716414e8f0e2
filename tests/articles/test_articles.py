"""The published articles: what they must hold, and how they must read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailsettings import articles as package
from mailsettings.articles import Items, KnownError, Note, Ports, Question, Symptom, Table, When, articles
from mailsettings.core.endpoints import REGISTERED_PORTS
from mailsettings.core.names import scripts_of
from mailsettings.core.prose import RunKind
from mailsettings.guides.vocabulary import BASICS, ERRORS

from .reading import PAGES, UKRAINIAN, page, plain, proses, sentences, unquoted, written

SOURCES = sorted(Path(package.__file__).parent.glob("*.toml"))
# What programs or servers print something for; the other errors are told by what one sees.
PRINTED = {
    "server-not-found", "connection-refused", "connection-dropped", "timeout", "login-refused", "sending-login",
    "security-port-swapped", "certificate-name", "certificate-date", "relay-refused", "mailbox-full", "sender-refused",
    "account-exists", "too-many-connections", "cloud-cannot-reach", "attachment-too-large", "marked-as-spam",
    "password-asked-again", "certificate-antivirus", "gmail-web-stopped",
}  # fmt: skip
MOST_WORDS = 24


def blocks(article_id: str) -> list[object]:
    return [block for section in page(article_id, "uk").sections for block in section.blocks]


each_page = pytest.mark.parametrize(("article_id", "language"), PAGES)
each_ukrainian_page = pytest.mark.parametrize(("article_id", "language"), UKRAINIAN)


class TestEveryArticle:
    def test_the_articles_are_the_three_pages(self) -> None:
        assert set(articles()) == {"imap-or-pop3", "mail-basics", "help"}

    @pytest.mark.parametrize("article_id", sorted(articles()))
    def test_both_languages_have_the_same_shape(self, article_id: str) -> None:
        shapes = [
            [(section.id, [block.kind for block in section.blocks]) for section in page(article_id, language).sections]
            for language in ("uk", "en")
        ]
        assert shapes[0] == shapes[1]

    @pytest.mark.parametrize("article_id", sorted(articles()))
    def test_both_languages_refer_to_the_same_things(self, article_id: str) -> None:
        marks = [
            [sorted((run.kind, run.ref) for run in runs if run.kind is not RunKind.TEXT) for runs in proses(each)]
            for each in (page(article_id, "uk"), page(article_id, "en"))
        ]
        assert marks[0] == marks[1]

    @each_page
    def test_sentences_are_short(self, article_id: str, language: str) -> None:
        long = [
            sentence
            for text in written(page(article_id, language))
            for sentence in sentences(text)
            if len(re.findall(r"[^\W_][\w’.@-]*", sentence)) > MOST_WORDS
        ]
        assert long == []

    @each_page
    def test_prose_ends_like_a_sentence(self, article_id: str, language: str) -> None:
        open_ended = [text for text in map(plain, proses(page(article_id, language))) if text[-1] not in ".?!:;"]
        assert open_ended == []

    @each_page
    def test_titles_and_terms_end_without_a_full_stop(self, article_id: str, language: str) -> None:
        read = page(article_id, language)
        titles = [read.title, *(section.title for section in read.sections), *(error.title for error in read.errors)]
        assert [title for title in titles if title.endswith((".", ":", "!"))] == []

    @each_page
    def test_quotes_apostrophes_and_dashes_are_typographic(self, article_id: str, language: str) -> None:
        own = "“”" if language == "uk" else "«»"
        assert [
            text for text in written(page(article_id, language)) if re.search(rf"['\"{own}]| -|- |\.\.\.", text)
        ] == []

    @each_page
    def test_there_is_no_markup(self, article_id: str, language: str) -> None:
        assert [
            text for text in written(page(article_id, language)) if re.search(r"[<>*`{}]|https?:|&\w+;", text)
        ] == []

    @each_page
    def test_spaces_are_single(self, article_id: str, language: str) -> None:
        untidy = [
            text
            for text in written(page(article_id, language))
            if text != text.strip() or re.search(r"\s\s|\s[,;:]|\s\.(\s|\Z)", text)
        ]
        assert untidy == []

    @each_page
    def test_no_word_mixes_alphabets(self, article_id: str, language: str) -> None:
        words = {word for text in written(page(article_id, language)) for word in re.findall(r"\w+", text)}
        assert {word for word in words if {"LATIN", "CYRILLIC"} <= scripts_of(word)} == set()

    @each_page
    def test_english_holds_no_cyrillic_and_ukrainian_is_ukrainian(self, article_id: str, language: str) -> None:
        foreign = "[Ѐ-ӿ]" if language == "en" else "[ыэъёЫЭЪЁ]"
        assert [text for text in written(page(article_id, language)) if re.search(foreign, text)] == []

    @each_page
    def test_a_setting_follows_a_colon_so_that_words_may_stand_for_it(self, article_id: str, language: str) -> None:
        loose = []
        for runs in proses(page(article_id, language)):
            before = ""
            for run in runs:
                if run.kind is RunKind.SETTING:
                    if not re.search(r": (\[value\], )?\Z", before):
                        loose.append(plain(runs))
                    before += "[value]"
                else:
                    before += run.text
        assert loose == []

    @pytest.mark.parametrize("article_id", ["imap-or-pop3", "mail-basics"])
    def test_values_of_the_customer_are_for_the_help_page_only(self, article_id: str) -> None:
        runs = [run for each in proses(page(article_id, "uk")) for run in each]
        assert [run.ref for run in runs if run.kind is RunKind.SETTING] == []

    @each_page
    def test_host_names_and_addresses_in_prose_are_examples(self, article_id: str, language: str) -> None:
        names = {
            name
            for text in written(page(article_id, language))
            for name in re.findall(r"[\w@.-]+\.(?:com|net|org|ua|example)\b", text)
        }
        assert names <= {"mail.firma.com.ua", "mail.hoster.example", "olena@firma.com.ua"}


# The seed's pairs, in either order: as if TLS and SSL were two techniques, and as if a port went unprotected.
WRONG_PAIRS = re.compile(
    r"587\W{0,4}(?:SSL/)?TLS|(?<!START)TLS\W{0,4}587"
    r"|465\W{0,4}(?:SSL(?!/TLS)|STARTTLS|TLS)|(?:SSL|STARTTLS)\W{0,4}465"
    r"|(?:993|995)\W{0,4}(?:SSL(?!/TLS)|STARTTLS)"
    r"|(?:143|110)\W{0,4}(?:non|no\b|not|without|plain|unencrypted|без|не\b|незахищ|SSL|TLS)",
    re.IGNORECASE,
)


class TestPortsAndSecurity:
    @pytest.mark.parametrize(
        "wrong",
        ["587 (TLS)", "587 TLS", "587 — SSL/TLS", "TLS: 587", "465 (SSL)", "465/STARTTLS", "993 (SSL)", "143 (non-SSL)",
         "110 (non-SSL)", "143, без SSL", "110 – no encryption"],
    )  # fmt: skip
    def test_the_wrong_pairs_are_recognised(self, wrong: str) -> None:
        assert WRONG_PAIRS.search(wrong)

    @pytest.mark.parametrize("right", ["465 — SSL/TLS", "587 — STARTTLS", "993 | SSL/TLS", "143 — STARTTLS"])
    def test_the_right_pairs_are_not_taken_for_wrong(self, right: str) -> None:
        assert not WRONG_PAIRS.search(right)

    @pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
    def test_no_article_holds_a_wrong_pair(self, source: Path) -> None:
        assert WRONG_PAIRS.findall(source.read_text(encoding="utf-8")) == []

    @each_page
    def test_port_numbers_come_from_the_table_and_the_settings_alone(self, article_id: str, language: str) -> None:
        ports = "|".join(str(port) for _, port in REGISTERED_PORTS)
        assert [text for text in written(page(article_id, language)) if re.search(rf"\b({ports})\b", text)] == []

    def test_the_basics_show_the_table_of_ports(self) -> None:
        blocks = [block for section in page("mail-basics", "uk").sections for block in section.blocks]
        assert blocks.count(Ports()) == 1

    @each_page
    def test_ssl_is_a_label_and_never_a_technique_beside_tls(self, article_id: str, language: str) -> None:
        texts = map(unquoted, written(page(article_id, language)))
        assert [text for text in texts if re.search(r"(?<!TLS/)\bSSL\b(?!/TLS)", text)] == []

    @each_page
    def test_nobody_is_told_to_go_without_encryption(self, article_id: str, language: str) -> None:
        advice = re.compile(
            r"(?<!не )(вимкніть|виберіть|прийміть|погодьтеся)[^.]*(шифрування|захист[уі]? з’єднання: без|сертифікат)"
            r"|(?<!not )(turn off|disable) (encryption|ssl|tls)|(?<!not )accept (the|this|such a) certificate",
            re.IGNORECASE,
        )
        assert [text for text in written(page(article_id, language)) if advice.search(text)] == []


# A word we use -> what must not stand in its place (DESIGN, languages).
HOUSE_WORDS = {
    "надіслати": r"відправ(и|ля|ле)",
    "обліковий запис": r"ак+аунт",
    "програма": r"(?<!пароль )(?<!пароля )(?<!паролі )(?<!паролів )застосун|\bклієнт|\bдодат(ок|ки|ку)\b",
    "тека": r"\bпап(к|ок)",
    "автентифікація": r"аутентифік",
    "типово": r"(за|по) замовчуванн",
    "звернення": r"\bтікет",
    "вебпошта": r"веб-пошт|веб пошт",
    "захист з’єднання": r"безпек[аи] з’єднання|захист підключення",
    "під’єднати": r"підключ",
    "правильний": r"\b(не)?вірн(ий|а|е|і|о|у|ого)\b",
    "збігатися": r"співпад",
    "натиснути": r"клік|нажм",
    "завантажити": r"скача",
    "електронна пошта": r"електронк|мейл",
}


class TestUkrainian:
    @pytest.mark.parametrize("ours", HOUSE_WORDS)
    @each_ukrainian_page
    def test_words_are_those_of_the_house(self, article_id: str, language: str, ours: str) -> None:
        texts = written(page(article_id, language))
        assert [text for text in texts if re.search(HOUSE_WORDS[ours], text, re.IGNORECASE)] == []

    @each_ukrainian_page
    def test_the_reader_is_addressed_in_lower_case(self, article_id: str, language: str) -> None:
        capital = re.compile(r"(?<!^)\b(Ви|Вас|Вам|Вами|Ваш\w*)\b")
        texts = written(page(article_id, language))
        assert [sentence for text in texts for sentence in sentences(text) if capital.search(sentence)] == []

    @each_ukrainian_page
    def test_the_login_is_named_once_at_most(self, article_id: str, language: str) -> None:
        assert sum(len(re.findall("логін", text)) for text in written(page(article_id, language))) <= 1

    def test_the_app_password_is_found_by_its_other_name(self) -> None:
        term = next(each for each in page("mail-basics", "uk").definitions if each.id == "app-password")
        assert "пароль додатка" in plain(term.text)


class TestImapOrPop3:
    def table(self) -> Table:
        blocks = [block for section in page("imap-or-pop3", "en").sections for block in section.blocks]
        return next(block for block in blocks if isinstance(block, Table))

    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_the_answer_comes_in_one_sentence(self, language: str) -> None:
        lead = plain(page("imap-or-pop3", language).lead)
        assert len(sentences(lead)) == 1

    def test_the_answer_is_imap_with_smtp(self) -> None:
        lead = plain(page("imap-or-pop3", "uk").lead)
        assert ("IMAP" in lead, "SMTP" in lead, "POP3" in lead) == (True, True, False)

    def test_the_four_rows_are_open(self) -> None:
        assert [row.topic for row in self.table().rows] == ["Storage", "Syncing", "Use", "Folders"]

    def test_imap_stands_before_pop3(self) -> None:
        assert self.table().head[1:] == ("IMAP", "POP3")

    def test_moving_backs_up_before_it_copies_and_removes_last(self) -> None:
        section = next(each for each in page("imap-or-pop3", "en").sections if each.id == "from-pop3-to-imap")
        steps = [plain(item) for block in section.blocks if isinstance(block, Items) for item in block.items]
        order = [
            next(i for i, step in enumerate(steps) if words in step) for words in ("Back up", "Copy the", "remove")
        ]
        assert order == sorted(order)
        assert order[-1] == len(steps) - 1

    def test_pop3_is_offered_with_a_warning_about_backups(self) -> None:
        section = next(each for each in page("imap-or-pop3", "en").sections if each.id == "when-pop3-fits")
        warnings = [block for block in section.blocks if isinstance(block, Note) and block.tone == "warning"]
        assert "backups" in plain(warnings[0].text)


class TestMailBasics:
    def test_the_glossary_has_exactly_the_agreed_anchors(self) -> None:
        assert {term.id for term in page("mail-basics", "uk").definitions} == BASICS

    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_a_term_is_explained_in_two_sentences_at_most(self, language: str) -> None:
        long = [term.id for term in page("mail-basics", language).definitions if len(sentences(plain(term.text))) > 2]
        assert long == []


class TestHelp:
    def test_every_error_that_guides_may_refer_to_is_explained(self) -> None:
        assert {error.id for error in page("help", "uk").errors} >= ERRORS

    def test_the_refused_password_comes_first_as_the_commonest(self) -> None:
        assert page("help", "uk").errors[0].id == "login-refused"

    def test_the_checks_come_before_the_errors_and_the_report_after(self) -> None:
        sections = [section.id for section in page("help", "uk").sections]
        assert sections == ["symptoms", "check", "errors", "writing-to-support"]

    def test_the_commonest_symptom_comes_first(self) -> None:
        assert page("help", "uk").anchors[4] == "nothing-arrives"

    def test_the_questions_begin_with_webmail_and_each_of_them_is_reached(self) -> None:
        questions = [block for block in blocks("help") if isinstance(block, Question)]
        following = {reply.next for question in questions for reply in question.replies if reply.next}
        assert "webmail" in questions[0].id
        assert following == {question.id for question in questions[1:]}

    def test_every_answer_leads_on(self) -> None:
        stuck = [
            (question.id, reply.words)
            for question in blocks("help")
            if isinstance(question, Question)
            for reply in question.replies
            if not reply.next and not any(run.kind is RunKind.LINK for run in reply.then)
        ]
        assert stuck == []

    @pytest.mark.parametrize("error", page("help", "uk").errors, ids=lambda error: error.id)
    def test_every_error_is_reached_from_a_symptom_a_question_or_another_error(self, error: KnownError) -> None:
        elsewhere = tuple(block for block in blocks("help") if block is not error)
        links = {run.ref for runs in proses(elsewhere) for run in runs if run.kind is RunKind.LINK}
        assert f"help:{error.id}" in links

    def test_what_one_sees_has_an_entry_of_its_own(self) -> None:
        assert [block.id for block in blocks("help") if isinstance(block, Symptom)] == [
            "nothing-arrives", "one-sender", "only-in-program", "letters-vanish", "password", "cannot-send",
            "certificate", "takes-forever", "no-space", "in-spam", "not-shown", "twice", "worked-yesterday",
            "changed-hosting",
        ]  # fmt: skip

    def test_every_symptom_leads_on(self) -> None:
        stuck = [
            block.id
            for block in blocks("help")
            if isinstance(block, Symptom)
            and not any(run.kind is RunKind.LINK for step in block.checks for run in step.text)
        ]
        assert stuck == []

    def test_the_user_name_is_explained_to_each_reader_in_their_own_way(self) -> None:
        password = next(block for block in blocks("help") if isinstance(block, Symptom) and block.id == "password")
        assert {step.when for step in password.checks} == set(When)

    @pytest.mark.parametrize("error_id", sorted(PRINTED))
    def test_every_error_that_prints_something_can_be_found_by_it(self, error_id: str) -> None:
        error = next(each for each in page("help", "uk").errors if each.id == error_id)
        assert error.texts

    def test_no_wording_belongs_to_two_errors(self) -> None:
        found = [
            (text.program, wording.text.casefold().strip(" .…"))
            for error in page("help", "uk").errors
            for text in error.texts
            for wording in text.wordings
        ]
        assert len(found) == len(set(found))

    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_a_step_of_a_fix_is_brief(self, language: str) -> None:
        long = [
            plain(step.text)
            for error in page("help", language).errors
            for step in error.fix
            if len(sentences(plain(step.text))) > 2
        ]
        assert long == []

    def test_old_mail_is_deleted_only_after_its_copy_was_tested(self) -> None:
        error = next(each for each in page("help", "en").errors if each.id == "mailbox-full")
        steps = [plain(step.text) for step in error.fix]
        order = [
            next(i for i, step in enumerate(steps) if words in step) for words in ("Save", "test the copy", "delete")
        ]
        assert order == sorted(order)

    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_support_never_wants_the_password(self, language: str) -> None:
        last = page("help", language).sections[-1].blocks[-1]
        assert isinstance(last, Note)
        assert (last.tone, bool(re.search("password|пароля", plain(last.text)))) == ("warning", True)
