"""Fonts and icons that are shipped: whole, allowed, listed, and covering the names of the people assessed."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "resources" / "fonts"
ICONS = ROOT / "resources" / "icons"
SAMPLE_ROSTER = ROOT.parent / "shared" / "samples" / "roster.csv"
FONT_FILES = sorted(FONTS.glob("*.ttf"))
ICON_FILES = sorted(ICONS.glob("*.svg"))

# One greeting or name per script, in its own letters.
SCRIPTS = {
    "Latin": "Łukasz Wróblewski, Tuğçe Şahin, Nguyễn Thị Hương, Đorđe Živković, Yūki Satō, Ɛfua Ɔsei, Ŋgũgĩ, Ọlá Ṣẹ́gun",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Ольга Іваненко, Ґанна Ћирић, Әсел Қасымова",
    "Arabic": "ليلى حداد، ژاله گل‌پور، ٹیپو ڈار",
    "Hebrew": "שָׁלוֹם נועה",
    "Armenian": "Անահիտ Սարգսյան",
    "Georgian": "ნინო ბერიძე",
    "Ethiopic": "አበበ ተስፋዬ",
    "Devanagari": "अनुराधा शर्मा",
    "Bengali": "অনন্যা চট্টোপাধ্যায়",
    "Tamil": "அருண் குமார்",
    "Thai": "สมชาย ใจดี",
    "Gujarati": "આરતી પટેલ",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Kannada": "ಅನುಷಾ ಗೌಡ",
    "Malayalam": "അനിൽ നായർ",
    "Telugu": "లక్ష్మి రెడ్డి",
    "Sinhala": "නිමල් පෙරේරා",
    "Khmer": "សុខា ចាន់",
    "Lao": "ສົມພອນ",
    "Myanmar": "အောင်ဆန်း",
    "N’Ko": "ߒߞߏ",
    "Tifinagh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "Adlam": "𞤀𞤣𞤤𞤢𞤥",
    "Han": "王伟 陳慧嫻 山田",
    "Kana": "ゆうき サトー",
    "Hangul": "김민준",
    "signs": "“…” ‘…’ – — • · × ÷ ± − ≤ ≥ ≠ ≈ → ← € £ ₦ ₹ ₵ № § © ½ ° ′ ○ ● ✓ ✗ ★ Δ σ",
}


@cache
def characters(path: Path) -> frozenset[int]:
    hb = pytest.importorskip("uharfbuzz")
    return frozenset(hb.Face(path.read_bytes()).unicodes)


@cache
def all_characters() -> frozenset[int]:
    return frozenset().union(*(characters(path) for path in FONT_FILES))


def missing(text: str) -> set[str]:
    """Characters no shipped font has. Joiners (U+200C, U+200D) and spaces draw nothing by themselves."""
    return {
        sign for sign in text if not sign.isspace() and sign not in "\u200c\u200d" and ord(sign) not in all_characters()
    }


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_that_the_list_names_is_covered(script: str) -> None:
    assert missing(SCRIPTS[script]) == set()


def test_a_character_without_a_font_is_noticed() -> None:
    assert missing("Amara \N{PERSON CLIMBING}") == {"\N{PERSON CLIMBING}"}


def test_every_name_of_the_sample_roster_is_covered() -> None:
    if not SAMPLE_ROSTER.exists():
        pytest.skip("the sample rosters do not lie beside this checkout")
    with SAMPLE_ROSTER.open(encoding="utf-8", newline="") as file:
        names = [name for row in csv.DictReader(file) for name in (row["Given name"], row["Family name"])]
    assert len(names) == 52
    assert {name: missing(name) for name in names if missing(name)} == {}


@pytest.mark.parametrize("path", FONT_FILES, ids=lambda path: path.stem)
def test_a_font_has_outlines_a_pdf_can_carry_and_a_licence_that_allows_it(path: Path) -> None:
    hb = pytest.importorskip("uharfbuzz")
    face = hb.Face(path.read_bytes())
    assert "glyf" in face.table_tags
    assert "CFF " not in face.table_tags
    licence = face.get_name(hb.OTNameIdPredefined.LICENSE)
    expected = "Apache License, Version 2.0" if path.name.startswith("Droid") else "SIL Open Font License, Version 1.1"
    assert expected in licence


def test_the_pdf_library_takes_every_font() -> None:
    ttfonts = pytest.importorskip("reportlab.pdfbase.ttfonts")
    for path in FONT_FILES:
        assert ttfonts.TTFontFile(str(path)).charToGlyph, path.name


def test_the_table_of_fonts_is_complete() -> None:
    readme = (FONTS / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `([^`]+\.ttf)` \| [\d.c]+ \| (?:OFL-1\.1|Apache-2\.0) \| © ", readme, flags=re.MULTILINE)
    assert listed == [path.name for path in FONT_FILES]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
    assert "Apache License" in (FONTS / "LICENSE-Apache-2.0.txt").read_text("utf-8")


def test_resources_stay_small_enough_to_clone() -> None:
    size = sum(path.stat().st_size for path in (ROOT / "resources").rglob("*") if path.is_file())
    assert size < 16_000_000


def test_the_table_of_icons_is_complete() -> None:
    table = (ICONS / "README.md").read_text("utf-8").split("| for | icon |")[1]
    named = set(re.findall(r"`([a-z0-9-]+)`", table))
    assert named == {path.stem for path in ICON_FILES}
    assert "ISC License" in (ICONS / "LICENSE-lucide.txt").read_text("utf-8")


@pytest.mark.parametrize("path", ICON_FILES, ids=lambda path: path.stem)
def test_an_icon_takes_the_theme_colour_and_is_nothing_but_lines(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "currentColor" in text
    root = ElementTree.fromstring(text)
    assert root.attrib["viewBox"] == "0 0 24 24"
    allowed = {"svg", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}
    assert {element.tag.split("}")[-1] for element in root.iter()} <= allowed
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text)
