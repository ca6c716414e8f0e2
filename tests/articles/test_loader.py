from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from mailsettings.articles import (
    Article,
    ArticleError,
    Block,
    Items,
    KnownError,
    Note,
    Paragraph,
    Picture,
    Ports,
    Question,
    Symptom,
    Table,
    When,
    articles,
)
from mailsettings.articles.loader import load_article, load_articles
from mailsettings.core.prose import RunKind

HEAD = """
title = { uk = "Назва", en = "Title" }
lead = { uk = "Вступ.", en = "Lead." }
[[section]]
id = "one"
title = { uk = "Перший", en = "First" }
"""
PARAGRAPH = """
[[section.block]]
kind = "paragraph"
text = { uk = "Текст.", en = "Text." }
"""
LIST = """
[[section.block]]
kind = "list"
style = "steps"
items = [{ uk = "Раз.", en = "One." }, { uk = "Два.", en = "Two." }]
"""
TABLE = """
[[section.block]]
kind = "table"
caption = { uk = "Таблиця", en = "Table" }
head = [{ uk = "Тема", en = "Topic" }, { uk = "Так", en = "Yes" }]
[[section.block.rows]]
topic = { uk = "Теки", en = "Folders" }
cells = [{ uk = "Є.", en = "There." }]
[[section.block.rows]]
more = true
topic = { uk = "Місце", en = "Space" }
cells = [{ uk = "Мало.", en = "Little." }]
"""
DEFINITION = """
[[section.block]]
kind = "definition"
id = "port"
term = { uk = "Порт", en = "Port" }
text = { uk = "Номер.", en = "A number." }
"""
ERROR = """
[[section.block]]
kind = "error"
id = "timeout"
title = { uk = "Довго", en = "Slow" }
cause = { uk = "Далеко.", en = "Far." }
texts = [{ program = "Outlook", wordings = ["0x800CCC19", "Час очікування завершився"] }]
fix = [{ uk = "Чекайте.", en = "Wait." }]
"""
SYMPTOM = """
[[section.block]]
kind = "symptom"
id = "slow"
title = { uk = "Повільно", en = "Slow" }
checks = [{ uk = "Чекайте.", en = "Wait." }, { when = "private", uk = "Питайте.", en = "Ask." }]
"""
QUESTION = """
[[section.block]]
kind = "question"
id = "first"
title = { uk = "Працює?", en = "Does it work?" }
text = { uk = "Спробуйте.", en = "Try." }
[[section.block.replies]]
words = { uk = "Так", en = "Yes" }
then = { uk = "Добре.", en = "Good." }
[[section.block.replies]]
words = { uk = "Ні", en = "No" }
next = "first"
"""


def article(folder: Path, blocks: str, name: str = "sample", head: str = HEAD) -> Article:
    path = folder / f"{name}.toml"
    path.write_text(head + blocks, encoding="utf-8")
    return load_article(path)


def block(folder: Path, source: str, language: str = "uk") -> object:
    return article(folder, source).resolve(language).sections[0].blocks[0]


def prose(uk: str, en: str) -> str:
    return PARAGRAPH.replace("Текст.", uk).replace("Text.", en)


def refuses(folder: Path, blocks: str, path: str, message: str, head: str = HEAD) -> None:
    with pytest.raises(ArticleError) as caught:
        article(folder, blocks, head=head)
    assert str(caught.value).startswith(f"sample.toml: {path}")
    assert message in str(caught.value)


FIRST = "section[0].block[0]"


class TestReading:
    def test_the_id_is_the_name_of_the_file(self, tmp_path: Path) -> None:
        assert article(tmp_path, PARAGRAPH, name="mail-basics").id == "mail-basics"

    def test_a_page_is_in_one_language(self, tmp_path: Path) -> None:
        assert [article(tmp_path, PARAGRAPH).resolve(language).title for language in ("uk", "en")] == ["Назва", "Title"]

    def test_a_language_we_do_not_have_is_read_in_ukrainian(self, tmp_path: Path) -> None:
        assert article(tmp_path, PARAGRAPH).resolve("pl").title == "Назва"

    def test_prose_becomes_runs(self, tmp_path: Path) -> None:
        source = prose("Порт: {setting:incoming.port}.", "Port: {setting:incoming.port}.")
        paragraph = block(tmp_path, source)
        assert isinstance(paragraph, Paragraph)
        assert [run.kind for run in paragraph.text] == [RunKind.TEXT, RunKind.SETTING, RunKind.TEXT]

    def test_steps_are_told_from_bullets(self, tmp_path: Path) -> None:
        found = [block(tmp_path, LIST.replace("steps", style)) for style in ("steps", "bullets")]
        assert [isinstance(each, Items) and each.steps for each in found] == [True, False]

    def test_a_note_has_its_tone(self, tmp_path: Path) -> None:
        note = block(tmp_path, PARAGRAPH.replace('"paragraph"', '"note"\ntone = "warning"'))
        assert isinstance(note, Note)
        assert note.tone == "warning"

    def test_a_cell_knows_its_heading(self, tmp_path: Path) -> None:
        table = block(tmp_path, TABLE, "en")
        assert isinstance(table, Table)
        assert table.rows[0].cells[0].head == "Yes"

    def test_folded_rows_stand_apart(self, tmp_path: Path) -> None:
        table = block(tmp_path, TABLE, "en")
        assert isinstance(table, Table)
        assert [[row.topic for row in rows] for rows in (table.rows, table.more_rows)] == [["Folders"], ["Space"]]

    def test_a_definition_is_listed_by_its_page(self, tmp_path: Path) -> None:
        page = article(tmp_path, DEFINITION).resolve("en")
        assert [(term.id, term.term) for term in page.definitions] == [("port", "Port")]

    def test_a_step_is_for_everyone_unless_it_says_for_whom(self, tmp_path: Path) -> None:
        symptom = block(tmp_path, SYMPTOM)
        assert isinstance(symptom, Symptom)
        assert [step.when for step in symptom.checks] == [When.ALWAYS, When.PRIVATE]

    def test_a_reply_has_words_or_a_next_question(self, tmp_path: Path) -> None:
        question = block(tmp_path, QUESTION, "en")
        assert isinstance(question, Question)
        assert [(bool(reply.then), reply.next) for reply in question.replies] == [(True, ""), (False, "first")]
        assert question.text[0].text == "Try."

    def test_an_error_is_listed_by_its_page(self, tmp_path: Path) -> None:
        assert [error.id for error in article(tmp_path, ERROR).resolve("en").errors] == ["timeout"]

    def test_anchors_are_sections_definitions_and_errors(self, tmp_path: Path) -> None:
        assert article(tmp_path, DEFINITION + ERROR).uk.anchors == ("one", "port", "timeout")

    def test_a_wording_keeps_its_own_language_on_either_page(self, tmp_path: Path) -> None:
        error = block(tmp_path, ERROR, "en")
        assert isinstance(error, KnownError)
        assert [wording.language for wording in error.texts[0].wordings] == ["en", "uk"]

    def test_a_program_may_be_named_in_each_language(self, tmp_path: Path) -> None:
        source = ERROR.replace('program = "Outlook"', 'program = { uk = "Новий Outlook", en = "New Outlook" }')
        error = block(tmp_path, source, "en")
        assert isinstance(error, KnownError)
        assert error.texts[0].program == "New Outlook"

    def test_an_error_may_go_without_warning_and_advice(self, tmp_path: Path) -> None:
        error = block(tmp_path, ERROR)
        assert isinstance(error, KnownError)
        assert (error.warning, error.programs) == ((), ())

    def test_the_table_of_ports_has_no_content(self, tmp_path: Path) -> None:
        assert block(tmp_path, '[[section.block]]\nkind = "ports"') == Ports()

    def test_a_picture_has_its_alternative(self, tmp_path: Path) -> None:
        alternative = 'alternative = { uk = "Схема", en = "A drawing" }'
        picture = block(tmp_path, f'[[section.block]]\nkind = "picture"\nid = "way"\n{alternative}', "en")
        assert picture == Picture("way", "A drawing")

    def test_every_kind_of_block_has_a_name_of_its_own_for_the_template(self) -> None:
        kinds = {kind.kind for kind in get_args(Block)}
        assert kinds == {
            "paragraph",
            "list",
            "note",
            "table",
            "definition",
            "ports",
            "picture",
            "error",
            "symptom",
            "question",
        }

    def test_articles_are_read_once(self) -> None:
        assert articles() is articles()

    def test_articles_need_no_django(self) -> None:
        code = "import sys; from mailsettings.articles import articles; articles(); sys.exit('django' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestRefusing:
    def test_what_is_not_toml(self, tmp_path: Path) -> None:
        refuses(tmp_path, "", "", "line 1", head="title = \n" + HEAD)

    def test_what_is_not_utf_8(self, tmp_path: Path) -> None:
        (tmp_path / "sample.toml").write_bytes("# Назва".encode("cp1251"))
        with pytest.raises(ArticleError, match=r"sample\.toml: .*utf-8"):
            load_article(tmp_path / "sample.toml")

    def test_an_unknown_key_of_the_file(self, tmp_path: Path) -> None:
        refuses(tmp_path, PARAGRAPH, "", "unknown key author", head='author = "x"\n' + HEAD)

    def test_a_file_without_sections(self, tmp_path: Path) -> None:
        refuses(tmp_path, "", "", "section is missing", head=HEAD.partition("[[")[0])

    def test_a_section_without_blocks(self, tmp_path: Path) -> None:
        refuses(tmp_path, "", "section[0]", "block is missing")

    def test_a_section_that_is_no_table(self, tmp_path: Path) -> None:
        refuses(tmp_path, "", "section[0]", "must be a table", head=HEAD.partition("[[")[0] + "section = [1]")

    def test_a_block_without_kind(self, tmp_path: Path) -> None:
        refuses(tmp_path, PARAGRAPH.replace('kind = "paragraph"', ""), FIRST, "kind is missing")

    def test_an_unknown_kind(self, tmp_path: Path) -> None:
        refuses(tmp_path, PARAGRAPH.replace("paragraph", "html"), f"{FIRST}.kind", "html is none of paragraph")

    def test_an_unknown_key_of_a_block(self, tmp_path: Path) -> None:
        refuses(tmp_path, PARAGRAPH + 'tone = "info"', FIRST, "unknown key tone")

    def test_an_id_that_is_a_number(self, tmp_path: Path) -> None:
        source = DEFINITION.replace('"port"', "25")
        refuses(tmp_path, source, f"{FIRST}.id", "must be a string with something in it")

    def test_an_unknown_tone(self, tmp_path: Path) -> None:
        source = PARAGRAPH.replace('"paragraph"', '"note"\ntone = "loud"')
        refuses(tmp_path, source, f"{FIRST}.tone", "loud is none of info, warning")

    def test_an_unknown_style_of_list(self, tmp_path: Path) -> None:
        refuses(tmp_path, LIST.replace("steps", "stars"), f"{FIRST}.style", "stars is none of bullets, steps")

    def test_an_empty_list(self, tmp_path: Path) -> None:
        source = '[[section.block]]\nkind = "list"\nstyle = "steps"\nitems = []'
        refuses(tmp_path, source, f"{FIRST}.items", "must be a list with something in it")

    def test_prose_in_one_language(self, tmp_path: Path) -> None:
        source = PARAGRAPH.replace(', en = "Text."', "")
        refuses(tmp_path, source, f"{FIRST}.text", "needs exactly uk and en")

    def test_prose_in_a_third_language(self, tmp_path: Path) -> None:
        source = PARAGRAPH.replace('en = "Text."', 'en = "Text.", pl = "Tekst."')
        refuses(tmp_path, source, f"{FIRST}.text", "needs exactly uk and en")

    def test_prose_left_empty(self, tmp_path: Path) -> None:
        refuses(tmp_path, prose("Текст.", " "), f"{FIRST}.text", "must both be written")

    def test_a_stray_brace(self, tmp_path: Path) -> None:
        refuses(tmp_path, prose("Текст.", "Text {here}."), f"{FIRST}.text", "stray brace")

    def test_a_stray_brace_deep_in_a_list(self, tmp_path: Path) -> None:
        refuses(tmp_path, LIST.replace("Two.", "T{wo."), f"{FIRST}.items[1]", "stray brace")

    def test_marks_in_a_title(self, tmp_path: Path) -> None:
        head = HEAD.replace("First", "{code:x}")
        refuses(tmp_path, PARAGRAPH, "section[0].title", "marks are not allowed", head=head)

    def test_a_link_in_one_language_only(self, tmp_path: Path) -> None:
        source = prose("{link:webmail|Вебпошта}.", "Webmail.")
        refuses(tmp_path, source, f"{FIRST}.text", "uk and en have different marks")

    def test_different_settings_in_the_languages(self, tmp_path: Path) -> None:
        source = prose("{setting:incoming.port}", "{setting:outgoing.port}")
        refuses(tmp_path, source, f"{FIRST}.text", "uk and en have different marks")

    def test_a_setting_twice_in_one_language(self, tmp_path: Path) -> None:
        source = prose("{setting:address} {setting:address}", "{setting:address}")
        refuses(tmp_path, source, f"{FIRST}.text", "uk and en have different marks")

    def test_different_code_in_the_languages(self, tmp_path: Path) -> None:
        source = prose("{code:mail.firma.com.ua}", "{code:mail.hoster.example}")
        refuses(tmp_path, source, f"{FIRST}.text", "uk and en have different marks")

    def test_an_unknown_setting(self, tmp_path: Path) -> None:
        source = prose("{setting:password}", "{setting:password}")
        refuses(tmp_path, source, f"{FIRST}.text", "unknown setting id password")

    def test_a_label(self, tmp_path: Path) -> None:
        refuses(tmp_path, prose("{label:next}", "{label:next}"), f"{FIRST}.text", "only guides have labels")

    @pytest.mark.parametrize(
        "link", ["panel", "guide", "guide:", "guide:Apple_Mail", "other:thing", "webmail:inbox", "https://firma.com.ua"]
    )
    def test_an_unknown_link(self, tmp_path: Path, link: str) -> None:
        source = prose(f"{{link:{link}|сюди}}", f"{{link:{link}|here}}")
        refuses(tmp_path, source, f"{FIRST}.text", f"unknown link id {link}")

    def test_a_section_id_used_twice(self, tmp_path: Path) -> None:
        again = HEAD[HEAD.index("[[section]]") :]
        refuses(tmp_path, PARAGRAPH + again + PARAGRAPH, "section[1].id", "one is used twice")

    def test_a_definition_with_the_id_of_a_section(self, tmp_path: Path) -> None:
        refuses(tmp_path, DEFINITION.replace('"port"', '"one"'), f"{FIRST}.id", "one is used twice")

    def test_an_error_with_the_id_of_a_definition(self, tmp_path: Path) -> None:
        source = DEFINITION + ERROR.replace('"timeout"', '"port"')
        refuses(tmp_path, source, "section[0].block[1].id", "port is used twice")

    @pytest.mark.parametrize("anchor", ["Port", "порт", "two words", "a--b", "-a", "a_b"])
    def test_an_anchor_that_is_no_slug(self, tmp_path: Path, anchor: str) -> None:
        refuses(tmp_path, DEFINITION.replace('"port"', f'"{anchor}"'), f"{FIRST}.id", anchor)

    def test_a_row_with_too_few_cells(self, tmp_path: Path) -> None:
        source = TABLE.replace('{ uk = "Так", en = "Yes" }', '{ uk = "Так", en = "Yes" }, { uk = "Ні", en = "No" }')
        refuses(tmp_path, source, f"{FIRST}.rows[0].cells", "1 cells under 2 headings")

    def test_an_open_row_after_a_folded_one(self, tmp_path: Path) -> None:
        source = TABLE.replace("more = true\n", "").replace("topic", "more = true\ntopic", 1)
        refuses(tmp_path, source, f"{FIRST}.rows[1]", "an open row after a folded one")

    def test_a_table_of_folded_rows_only(self, tmp_path: Path) -> None:
        source = TABLE.replace('topic = { uk = "Теки', 'more = true\ntopic = { uk = "Теки')
        refuses(tmp_path, source, f"{FIRST}.rows", "every row is folded")

    def test_a_fold_that_is_neither_true_nor_false(self, tmp_path: Path) -> None:
        refuses(tmp_path, TABLE.replace("more = true", 'more = "yes"'), f"{FIRST}.rows[1].more", "true or false")

    def test_an_error_without_a_fix(self, tmp_path: Path) -> None:
        source = ERROR.replace('fix = [{ uk = "Чекайте.", en = "Wait." }]', "")
        refuses(tmp_path, source, FIRST, "fix is missing")

    def test_a_step_for_readers_that_there_are_not(self, tmp_path: Path) -> None:
        source = SYMPTOM.replace("private", "strangers")
        refuses(tmp_path, source, f"{FIRST}.checks[1].when", "strangers is none of always, unknown, public, private")

    def test_a_step_in_one_language(self, tmp_path: Path) -> None:
        refuses(tmp_path, SYMPTOM.replace(', en = "Ask."', ""), f"{FIRST}.checks[1]", "needs exactly uk and en")

    def test_a_reply_that_leads_nowhere(self, tmp_path: Path) -> None:
        refuses(tmp_path, QUESTION.replace('next = "first"', ""), f"{FIRST}.replies[1]", "leads nowhere")

    def test_an_empty_wording(self, tmp_path: Path) -> None:
        refuses(tmp_path, ERROR.replace("0x800CCC19", ""), f"{FIRST}.texts[0].wordings[0]", "must be a string")

    def test_an_unknown_key_of_a_program(self, tmp_path: Path) -> None:
        source = ERROR.replace('program = "Outlook"', 'program = "Outlook", version = "2024"')
        refuses(tmp_path, source, f"{FIRST}.texts[0]", "unknown key version")


class TestLinksBetweenArticles:
    def linking(self, folder: Path, link: str) -> None:
        source = prose(f"{{link:{link}|сюди}}", f"{{link:{link}|here}}")
        article(folder, source)
        article(folder, DEFINITION, name="mail-basics")
        article(folder, ERROR, name="help")

    @pytest.mark.parametrize(
        "link", ["basics:port", "basics:one", "help:timeout", "help:one", "guide:apple-mail", "help"]
    )
    def test_a_link_to_what_is_there_is_taken(self, tmp_path: Path, link: str) -> None:
        self.linking(tmp_path, link)
        assert set(load_articles(tmp_path)) == {"sample", "mail-basics", "help"}

    @pytest.mark.parametrize("link", ["basics:timeout", "help:port", "help:two"])
    def test_a_link_to_what_is_not_there_is_refused(self, tmp_path: Path, link: str) -> None:
        self.linking(tmp_path, link)
        with pytest.raises(
            ArticleError, match=rf"sample\.toml: section\[0\]\.block\[0\]\.text: unknown link id {link}"
        ):
            load_articles(tmp_path)
