"""The loader refuses whatever must not be published, and says where it is."""

from datetime import date

import pytest

from mailsettings.core.endpoints import Protocol, Security
from mailsettings.guides import Choice, GuideError
from mailsettings.guides.labels import LabelStatus
from mailsettings.guides.loader import load_guides
from mailsettings.guides.vocabulary import Manner

from .small import SMALL, changed, guide_of, write

STEP_TEXT = 'text = { uk = "Введіть сервер.", en = "Type the server." }'


def refuses(folder, source, message):
    with pytest.raises(GuideError) as caught:
        guide_of(folder, source)
    assert message in str(caught.value)


def step_text(uk, en):
    return changed(STEP_TEXT, f'text = {{ uk = "{uk}", en = "{en}" }}')


class TestReading:
    def test_a_file_becomes_a_guide_named_after_it(self, tmp_path):
        guide = guide_of(tmp_path)
        assert (guide.id, guide.program.uk, guide.program.en) == ("probe", "Probe", "Probe")

    def test_its_facts_are_typed(self, tmp_path):
        guide = guide_of(tmp_path)
        assert guide.checked == date(2026, 11, 23)
        assert guide.protocols == (Protocol.IMAP, Protocol.POP3)
        assert guide.labels["secure"].status is LabelStatus.UNVERIFIED

    def test_a_program_may_have_a_name_in_each_language(self, tmp_path):
        source = changed('program = "Probe"', 'program = { uk = "Проба", en = "Probe" }')
        assert guide_of(tmp_path, source).program.uk == "Проба"

    def test_a_profile_names_its_format(self, tmp_path):
        source = changed("[labels]", '[automatic]\nkind = "profile"\nformat = "apple.mobileconfig"\n\n[labels]')
        automatic = guide_of(tmp_path, source).automatic
        assert (automatic.manner, automatic.format) == (Manner.PROFILE, "apple.mobileconfig")

    def test_guides_come_by_their_order(self, tmp_path):
        write(tmp_path, SMALL, "first-by-name")
        write(tmp_path, changed("order = 5", "order = 1"), "second-by-name")
        assert list(load_guides(tmp_path)) == ["second-by-name", "first-by-name"]

    def test_a_guide_may_link_to_another(self, tmp_path):
        write(tmp_path, step_text("{link:guide:other|Інша}.", "{link:guide:other|Another}."))
        write(tmp_path, SMALL, "other")
        assert set(load_guides(tmp_path)) == {"probe", "other"}


class TestShape:
    @pytest.mark.parametrize(
        ("old", "new", "where"),
        [
            ("minutes = 3", "minutes = 3\nminuts = 3", "probe.toml: minuts: is not a key here"),
            ('status = "U" }', 'status = "U", satus = "V" }', "labels.secure.satus: is not a key here"),
            ('id = "server"', 'id = "server"\nexpects = "x"', "entry[0].way[0].step[0].expects: is not a key here"),
            ('mode = "manual"', 'mode = "manual"\ntext = "x"', "entry[0].way[0].text: is not a key here"),
            ('label = "secure" }]', 'labl = "secure" }]', "step[0].values[1].labl: is not a key here"),
        ],
    )
    def test_an_unknown_key_is_refused_where_it_stands(self, tmp_path, old, new, where):
        refuses(tmp_path, changed(old, new), where)

    @pytest.mark.parametrize(
        ("old", "message"),
        [
            ("checked = 2026-11-23\n", "checked: is missing"),
            ('sources = ["TB"]\n', "sources: is missing"),
            ('status = "U"', "labels.secure.status: is missing"),
            ('mode = "manual"\n', "entry[0].way[0].mode: is missing"),
        ],
    )
    def test_a_missing_key_is_named(self, tmp_path, old, message):
        refuses(tmp_path, changed(old, "").replace(",  }", " }").replace(", }", " }"), message)

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("minutes = 3", 'minutes = "3"', "minutes: must be a whole number"),
            ("checked = 2026-11-23", 'checked = "2026-11-23"', "checked: must be a date"),
            ('platforms = ["linux"]', 'platforms = ["lynux"]', "platforms: lynux is none of"),
            ('platforms = ["linux"]', "platforms = []", "platforms: must be a list of strings"),
            ('platforms = ["linux"]', 'platforms = ["linux", "linux"]', "platforms: says something twice"),
            ('kind = "program"', 'kind = "programme"', "kind: programme is none of"),
            ('protocols = ["imap", "pop3"]', 'protocols = ["imap", "smtp"]', "protocols: smtp stands alone"),
            ('status = "U"', 'status = "u"', "labels.secure.status: u is none of"),
            ('id = "server"', 'id = "The server"', "step[0].id: The server is not lower-case"),
            ("[labels]\nsecure", "[labels]\nsec-ure", "labels.sec-ure: is not lower-case"),
        ],
    )
    def test_a_wrong_value_is_refused(self, tmp_path, old, new, message):
        refuses(tmp_path, changed(old, new), message)

    def test_broken_toml_names_its_file(self, tmp_path):
        refuses(tmp_path, "title = ", "probe.toml: ")

    def test_a_file_name_is_an_id(self, tmp_path):
        path = write(tmp_path, SMALL, "My Program")
        with pytest.raises(GuideError, match=r"My Program\.toml: id"):
            load_guides(path.parent)

    def test_two_steps_of_a_way_may_not_share_an_id(self, tmp_path):
        step = f'[[entry.way.step]]\nid = "server"\n{STEP_TEXT}\n\n[test]'
        refuses(tmp_path, changed("[test]", step), "entry[0].way[0].step[1].id: server is used twice")

    def test_a_guide_needs_an_entry(self, tmp_path):
        start, end = SMALL.index("[[entry]]"), SMALL.index("[test]")
        source = (SMALL[:start] + SMALL[end:]).replace(
            'uk = "{label:secure}", en = "{label:secure}"', 'uk = "a", en = "a"'
        )
        refuses(tmp_path, source, "entry: is missing")

    def test_a_section_without_a_word_is_refused(self, tmp_path):
        start = SMALL.index("[[test.step]]")
        refuses(tmp_path, SMALL[:start], "test.step: is missing")


class TestFormats:
    @pytest.mark.parametrize("key", ["snippet", "picture", "file"])
    def test_a_step_may_show_a_format(self, tmp_path, key):
        guide = guide_of(tmp_path, changed('id = "server"', f'id = "server"\n{key} = "probe.txt"'))
        assert getattr(guide.resolve(Choice()).entries[0].ways[0].steps[0], key) == "probe.txt"

    @pytest.mark.parametrize("key", ["snippet", "picture", "file"])
    def test_a_name_without_a_dot_is_no_format(self, tmp_path, key):
        source = changed('id = "server"', f'id = "server"\n{key} = "probe"')
        refuses(tmp_path, source, f"step[0].{key}: probe is no name of a format")

    def test_a_snippet_stands_in_place_of_code(self, tmp_path):
        both = 'id = "server"\nsnippet = "probe.txt"\ncode = [{ line = "probe" }]'
        refuses(tmp_path, changed('id = "server"', both), "step[0].snippet: stands beside code")


class TestLanguages:
    @pytest.mark.parametrize(
        "text",
        [
            '{ uk = "Лише одна." }',
            '{ uk = "Дві.", en = "" }',
            '{ uk = "Три.", en = "Three.", de = "Drei." }',
            '"Рядок."',
        ],
    )
    def test_a_text_has_exactly_both_languages(self, tmp_path, text):
        refuses(tmp_path, changed(STEP_TEXT, f"text = {text}"), "probe.toml: entry[0].way[0].step[0].text")

    @pytest.mark.parametrize(
        ("uk", "en"),
        [
            ("Натисніть {label:secure}.", "Click it."),
            ("Введіть {setting:address}.", "Type {setting:user_name}."),
            ("Див. {link:help|поміч}.", "See help."),
            ("Код {code:0x1}.", "Code {code:0x2}."),
            ("{label:secure} і {label:secure}.", "{label:secure}."),
        ],
    )
    def test_both_languages_refer_to_the_same_things(self, tmp_path, uk, en):
        refuses(tmp_path, step_text(uk, en), "step[0].text: uk and en refer to different things")

    def test_the_order_of_references_may_differ(self, tmp_path):
        source = step_text("{label:secure}: {setting:address}.", "{setting:address}: {label:secure}.")
        assert guide_of(tmp_path, source)

    def test_a_title_carries_no_marks(self, tmp_path):
        source = changed('title = { uk = "Вручну", en = "By hand" }', 'title = { uk = "{label:secure}", en = "a" }')
        refuses(tmp_path, source, "entry[0].way[0].title: marks are not allowed here")


class TestReferences:
    @pytest.mark.parametrize(
        ("mark", "message"),
        [
            ("{label:nobody}", "unknown label nobody"),
            ("{setting:incoming.hostnam}", "unknown setting incoming.hostnam"),
            ("{link:webmale|x}", "unknown link webmale"),
            ("{link:help:no-such-error|x}", "unknown link help:no-such-error"),
            ("{link:basics:no-such-anchor|x}", "unknown link basics:no-such-anchor"),
            ("{link:guide:Not An Id|x}", "unknown link guide:Not An Id"),
        ],
    )
    def test_an_unknown_id_in_prose_is_refused(self, tmp_path, mark, message):
        refuses(tmp_path, step_text(mark, mark), f"probe.toml: entry[0].way[0].step[0].text: {message}")

    def test_an_unknown_label_of_a_value_is_refused(self, tmp_path):
        refuses(tmp_path, changed('label = "secure" }]', 'label = "secur" }]'), "values[1].label: unknown label secur")

    def test_an_unknown_setting_of_a_value_is_refused(self, tmp_path):
        source = changed('{ setting = "incoming.hostname" }', '{ setting = "incoming.host" }')
        refuses(tmp_path, source, "values[0].setting: unknown setting incoming.host")

    def test_an_unknown_error_is_refused(self, tmp_path):
        refuses(tmp_path, changed('errors = ["timeout"]', 'errors = ["time-out"]'), "errors: unknown error time-out")

    def test_a_link_to_a_guide_that_is_not_there_is_refused(self, tmp_path):
        write(tmp_path, step_text("{link:guide:other|Інша}.", "{link:guide:other|Another}."))
        with pytest.raises(
            GuideError, match=r"probe\.toml: entry\[0\]\.way\[0\]\.step\[0\]\.text: unknown guide other"
        ):
            load_guides(tmp_path)

    def test_a_label_that_nothing_uses_is_refused(self, tmp_path):
        source = changed("[labels]\n", '[labels]\nidle = { uk = "Так", en = "Yes", status = "V" }\n')
        refuses(tmp_path, source, "labels.idle: is never used")

    def test_a_link_to_the_profile_needs_a_profile(self, tmp_path):
        source = step_text("{link:profile|Завантажте}.", "{link:profile|Download}.")
        refuses(tmp_path, source, "a link to a profile without an automatic format")

    def test_a_guide_that_only_sends_says_nothing_of_incoming_mail(self, tmp_path):
        refuses(tmp_path, changed('["imap", "pop3"]', '["smtp"]'), "incoming.hostname in a guide that only sends")


class TestTruth:
    @pytest.mark.parametrize("typed", ["mail.hoster.example", "порт 993", "STARTTLS"])
    def test_a_value_typed_into_a_step_is_refused(self, tmp_path, typed):
        refuses(tmp_path, step_text(f"Введіть {typed}.", "Type it."), "step[0].text: ")

    def test_a_value_typed_into_a_title_is_refused(self, tmp_path):
        source = changed('uk = "Вручну", en = "By hand"', 'uk = "Вручну", en = "By hand over TLS"')
        refuses(tmp_path, source, "entry[0].way[0].title: security word 'TLS' is typed into the text")

    def test_a_value_typed_into_the_words_of_a_link_is_refused(self, tmp_path):
        refuses(tmp_path, step_text("{link:help|SSL}.", "{link:help|it}."), "security word 'SSL'")

    def test_a_value_typed_into_code_is_refused(self, tmp_path):
        refuses(tmp_path, step_text("{code:imap.x.example}", "{code:imap.x.example}"), "host name 'imap.x.example'")

    def test_a_label_may_say_what_the_program_says(self, tmp_path):
        source = changed('secure = { uk = "Захист", en = "Secure"', 'secure = { uk = "Порт 993 (SSL)", en = "SSL"')
        assert guide_of(tmp_path, source).labels["secure"].en == "SSL"


class TestConditions:
    @pytest.mark.parametrize(
        ("when", "message"),
        [
            ('{ protocoll = "imap" }', "step[0].when.protocoll: is none of"),
            ('{ protocol = "imap4" }', "step[0].when.protocol: imap4 is none of"),
            ('{ incoming = ["tls", "ssl"] }', "step[0].when.incoming: ssl is none of"),
            ('{ user_name = "other" }', "step[0].when.user_name: other is none of"),
            ("{ }", "step[0].when: says nothing"),
        ],
    )
    def test_an_unknown_condition_is_refused(self, tmp_path, when, message):
        refuses(tmp_path, changed('id = "server"', f'id = "server"\nwhen = {when}'), message)


class TestWords:
    def test_every_protocol_needs_words_for_some_protection(self, tmp_path):
        source = changed('starttls = { uk = "пізніше", en = "later" }\n', "").replace(
            'tls = { uk = "{label:secure}", en = "{label:secure}" }',
            'tls.imap = { uk = "{label:secure}", en = "{label:secure}" }\ntls.smtp = { uk = "так", en = "on" }',
        )
        refuses(tmp_path, source, "security_words: has no words for pop3")

    def test_words_for_an_unknown_protection_are_refused(self, tmp_path):
        refuses(tmp_path, changed("starttls = {", "startls = {"), "security_words.startls: is not a key here")

    def test_words_for_a_protocol_that_the_program_lacks_are_refused(self, tmp_path):
        source = changed('starttls = { uk = "пізніше", en = "later" }', 'starttls.smtpp = { uk = "a", en = "a" }')
        refuses(tmp_path, source, "security_words.starttls.smtpp: is not a key here")


def with_code(*lines):
    return SMALL.replace(
        'text = { uk = "Введіть сервер.", en = "Type the server." }',
        'text = { uk = "Запишіть рядки.", en = "Write the lines." }\ncode = [' + ", ".join(lines) + "]",
    )


class TestCode:
    def test_lines_hold_settings_and_doubled_braces(self, tmp_path):
        guide = guide_of(tmp_path, with_code('{ line = "host {{ {setting:incoming.hostname} }}" }'))

        (step,) = guide.resolve(Choice()).entries[0].ways[0].steps
        assert [[run.text or run.ref for run in line] for line in step.code] == [
            ["host { ", "incoming.hostname", " }"]
        ]  # fmt: skip

    def test_a_line_appears_only_where_its_condition_holds(self, tmp_path):
        guide = guide_of(
            tmp_path,
            with_code(
                '{ line = "tls on", when = { incoming = "tls" } }',
                '{ line = "starttls on", when = { incoming = "starttls" } }',
            ),
        )

        for security, line in ((Security.TLS, "tls on"), (Security.STARTTLS, "starttls on")):
            (step,) = guide.resolve(Choice(incoming_security=security)).entries[0].ways[0].steps
            assert [run.text for line in step.code for run in line] == [line]

    @pytest.mark.parametrize("line", ["host imap.hoster.example", "user olena@", "port 993", "{label:secure}", "{bad"])
    def test_what_only_settings_may_say_is_refused(self, tmp_path, line):
        with pytest.raises(GuideError, match=r"code\[0\]\.line"):
            guide_of(tmp_path, with_code(f'{{ line = "{line}" }}'))


class TestDrawing:
    def source(self, file):
        drawing = (
            f'drawing = {{ file = "{file}", alternative = {{ uk = "Кнопка вгорі.", en = "A button at the top." }} }}'
        )
        return SMALL.replace('id = "server"\n', f'id = "server"\n{drawing}\n')

    def test_a_step_may_have_a_drawing_with_its_words(self, tmp_path):
        (step,) = (
            guide_of(tmp_path, self.source("file-tab.svg")).resolve(Choice(language="en")).entries[0].ways[0].steps
        )

        assert (step.drawing.path, step.drawing.alternative) == ("drawings/file-tab.svg", "A button at the top.")

    @pytest.mark.parametrize("file", ["file-tab.png", "../x.svg", "File.svg"])
    def test_a_drawing_is_a_plain_svg_of_ours(self, tmp_path, file):
        with pytest.raises(GuideError, match="drawing"):
            guide_of(tmp_path, self.source(file))
