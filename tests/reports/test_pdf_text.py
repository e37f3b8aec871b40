"""Text on paper: every script drawn and readable, lines that fit, nothing dropped without a word."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from rubricapp.reports.pdf.fonts import CHAIN, face, pick
from rubricapp.reports.pdf.sheet import Pdf, Sheet
from rubricapp.reports.pdf.text import Style, fit_to_draw, one_line, shrunk, wrap

BODY = Style(10, 14)
SCRIPTS = {
    "Latin": "Łukasz Wróblewski Tuğçe Şahin Nguyễn Hương Ɛfua Ŋgũgĩ Ṣẹ́gun",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Ольга Іваненко Ћирић Қасымова",
    "Arabic": "ليلى حداد",
    "Persian": "ژاله گل‌پور",
    "Hebrew": "נועה שלום",
    "Armenian": "Անահիտ Սարգսյան",
    "Georgian": "ნინო ბერიძე",
    "Ethiopic": "አበበ ተስፋዬ",
    "Devanagari": "अनुराधा शर्मा",
    "Bengali": "অনন্যা চট্টোপাধ্যায়",
    "Tamil": "அருண் குமார்",
    "Thai": "สมชาย ใจดี",
    "Telugu": "లక్ష్మి రెడ్డి",
    "Khmer": "សុខា ចាន់",
    "Han": "王伟 陳慧嫻",
    "Kana": "ゆうき サトー",
    "Hangul": "김민준",
}


def paper(draw) -> tuple[Pdf, str]:
    """A page that `draw` was called with, and its text as a reader finds it."""
    from datetime import UTC, datetime

    sheet = Sheet("Test", "Test", "en", datetime(2026, 11, 21, tzinfo=UTC))
    sheet.new_page()
    draw(sheet)
    pdf = sheet.save(lambda *_: None)
    return pdf, PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("bold", [False, True])
def test_each_script_is_drawn_whole_and_read_back(script: str, bold: bool) -> None:
    text = SCRIPTS[script]
    line = one_line(text, BODY.but(bold=bold))
    assert line.missing == ""
    pdf, found = paper(lambda sheet: sheet.text(line, 50, 700))
    assert pdf.missing == ()
    for word in text.split():
        assert word in found
    if script in ("Arabic", "Latin", "Han", "Cyrillic"):
        assert text in found


def test_arabic_letters_are_joined_and_run_from_right_to_left() -> None:
    """حداد ends with its last letter at the left; the letters that join have other shapes than alone."""
    (unit,) = [unit for unit in one_line("حداد", BODY).units if unit.runs]
    (run,) = unit.runs
    texts = [glyph.text or run.face.characters[glyph.gid] for glyph in run.glyphs]
    assert "".join(reversed(texts)) == "حداد"
    alone = run.face.glyph_of("ح")
    assert alone not in {glyph.gid for glyph in run.glyphs}


def test_words_of_a_right_to_left_line_stand_from_right_to_left() -> None:
    line = one_line("ليلى حداد", BODY)
    assert [unit.text for unit in line.units] == ["حداد", " ", "ليلى"]
    mixed = one_line("abc ליל נועה 12 xyz", BODY)
    assert [unit.text for unit in mixed.units if not unit.is_space] == ["abc", "12", "נועה", "ליל", "xyz"]


def test_a_ligature_is_copied_in_the_order_it_is_read() -> None:
    """لا is one shape that stands for two letters."""
    line = one_line("الأول", BODY)
    _pdf, found = paper(lambda sheet: sheet.text(line, 50, 700))
    assert "الأول" in found


def test_what_no_font_has_is_a_box_and_is_named() -> None:
    line = one_line("A 🎥 B \U00013000", BODY)
    assert line.missing == "🎥\U00013000"
    pdf, found = paper(lambda sheet: sheet.text(line, 50, 700))
    assert pdf.missing == ("🎥", "\U00013000")
    assert "🎥" in found  # still there for whoever copies the text
    boxes = [glyph for unit in line.units for run in unit.runs for glyph in run.glyphs if glyph.gid == 0]
    assert len(boxes) == 2
    assert all(run.face.stem == "NotoSans-Regular" for unit in line.units for run in unit.runs)


def test_a_script_without_bold_is_drawn_thicker() -> None:
    line = one_line("王伟", BODY.but(bold=True))
    assert " 2 Tr " in f" {line.code}"
    assert line.code.rstrip().endswith("0 Tr")
    assert "Tr" not in one_line("王伟", BODY).code


def test_invisible_and_broken_characters_are_not_drawn() -> None:
    assert fit_to_draw("a\u202eb\ufeffc\u00add") == "abcd"
    assert fit_to_draw("a\x00b\tc") == "a b c"
    assert fit_to_draw("a\ud800b") == "a\ufffdb"
    assert fit_to_draw("a\u2028b") == "a\nb"
    assert one_line("a\u202eb", BODY).missing == ""


def test_lines_are_kept_and_long_words_broken() -> None:
    assert [len(line.units) for line in wrap((("one\n\ntwo three", BODY),), 200)] == [1, 0, 3]
    lines = wrap((("x" * 500, BODY),), 100)
    assert len(lines) > 20
    assert sum(len(unit.text) for line in lines for unit in line.units) == 500
    assert all(line.width <= 100.01 for line in lines)


def test_a_line_may_end_after_a_hyphen_but_not_within_numbers() -> None:
    lines = wrap((("Müller-Lüdenscheidt 3–4", BODY),), one_line("Müller-Lüden", BODY).width)
    assert "".join(unit.text for unit in lines[0].units) == "Müller-"
    assert "3–4" in [unit.text for line in lines for unit in line.units]


def test_chinese_is_broken_between_characters_but_not_before_a_stop() -> None:
    lines = wrap((("每条素材都做了两份备份。" * 3, BODY),), 51)
    assert len(lines) > 3
    assert all(line.width <= 51.01 for line in lines)
    assert not any(line.units[0].text.startswith("。") for line in lines)


def test_a_name_is_made_smaller_before_it_is_broken() -> None:
    style = Style(24, 32, bold=True)
    assert shrunk("Amara Okafor", style, 400, 15)[0].size == 24
    (line,) = shrunk("María José de los Ángeles Quispe Mamani", style, 400, 15)
    assert 15 <= line.size < 24
    assert line.width <= 400.01
    lines = shrunk("Wolfeschlegelsteinhausenbergerdorff " * 4, style, 400, 15)
    assert len(lines) > 1
    assert {each.size for each in lines} == {15}


def test_each_face_of_the_chain_is_there_and_names_its_glyphs() -> None:
    stems = {stem for pair in CHAIN for stem in pair if stem}
    assert all(face(stem).glyph_count > 50 for stem in stems)
    assert pick("A", False)[0].stem == "NotoSans-Regular"
    assert pick("A", True) == (face("NotoSans-Bold"), False)
    assert pick("王", True) == (face("DroidSansFallbackFull"), True)
    assert pick("\U00013000", False) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.booleans(), st.sampled_from((0, 1, None)))
def test_any_text_is_set_and_what_has_no_glyph_is_named(text: str, bold: bool, base: int | None) -> None:
    lines = wrap(((text, BODY.but(bold=bold)),), 90, base)
    for line in lines:
        boxes = sum(glyph.gid == 0 for unit in line.units for run in unit.runs for glyph in run.glyphs)
        assert bool(boxes) == bool(line.missing)
        if len(line.units) > 1:
            assert line.width <= 90.01 or sum(not unit.is_space for unit in line.units) == 1
    pdf, _found = paper(lambda sheet: sheet.lines(lines, 50, 780, 90))
    assert set(pdf.missing) == {each for line in lines for each in line.missing}


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abגדلا 12 .,()\u0301क्षि王\U0001f3a5", max_size=60))
def test_no_visible_character_of_a_text_is_lost(text: str) -> None:
    lines = wrap(((text, BODY),), 80, None)
    drawn = "".join(
        glyph.text if glyph.text is not None else run.face.characters.get(glyph.gid, "")
        for line in lines
        for unit in line.units
        for run in unit.runs
        for glyph in run.glyphs
    )

    def letters(given: str) -> list[str]:
        return sorted(each for each in given if not each.isspace())

    assert letters(drawn) == letters(fit_to_draw(text))
