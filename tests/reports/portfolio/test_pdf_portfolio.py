"""The PDF of a portfolio: the same content as the pages, the same bytes each time; nothing lost or half written."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from rubricapp.core.folio import Added, Additions, FolioAssessment, FolioGrowth, FolioPoint, FolioRating
from rubricapp.core.text import clean
from rubricapp.reports.pdf.pictures import read_picture
from rubricapp.reports.pdf.portfolio import make_portfolio, write_portfolio

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def read(shows, read_pdf):
    def reading(name: str = "demo", **changes: object) -> str:
        shown = replace(shows[name], **changes)
        return " ".join(read_pdf(make_portfolio(shown.folio, shown.signature, shown.additions).data))

    return reading


@pytest.fixture
def pictures(shows, tmp_path: Path) -> dict[str, Path]:
    shown = shows["demo"]
    out = shown.put(tmp_path / "files")
    return {sha256: out / place for sha256, place in shown.files.items()}


def test_the_pdf_says_what_the_pages_say(read, shows) -> None:
    found = read()
    folio = shows["demo"].folio
    for words in (
        "Invented Film Residency · Autumn 2026 · 1 September 2026 to 28 November 2026",
        "Amara Exemplar",
        "she/her · Portfolio made on 29 November 2026 · for Festival jury",
        "The signature holds: nothing was changed",
        "Signed by Residency office (invented) on 29 November 2026.",
        "Key 4F2A 91C0 7B3E D815 66A9 0C4D 1E7F B2A3",
        "Two works: their people did not agree to this audience.",
        "Salt Road (invented film)",
        "Director of photography",
        "The harsh noon became the film's subject",
        "February 2027 · Festival · Example Short Film Days · Selected, new talents · https://example.org/days/2027",
        "00:04:10:00 · The one held shot, exposed for the salt.",
        "Added later by Amara Exemplar, not signed",
        "March 2028 · Showing · Example Documentary Week · Audience prize",
        "Too large to be taken in.",
        "Results: Camera 1.0",
        "Assessed by Tunde Example · 5 September 2026",
        "Self-assessment by Amara Exemplar",
        "Seen by the mentor Mina Example",
        "Total 3.43 of 5 (61 %)",
        "say it aloud when a take is soft",
        "not observed",
        "not applicable",
        "insufficient evidence",
        "Gate: level 3 or higher",
        "Self beside assessor",
        "+1",
        "They are never averaged.",
        "Growth",
        "1.5 (n = 1)",
        "no level",
        "From 5 reviews",
        "too few levels",
        "nobody dared to cut it",
        "There are 2 reviews: too few",
        "October 2026 Meeting · Spoke with the mentor about noon light",
        "Camera 19 days 152 h",
        "rubricapp portfolio verify FILE.rubricfolio",
        folio.works[0].file.sha256,
        "this PDF has no tags",
    ):
        assert words in found
    for rating in folio.assessments[0].ratings:
        assert " ".join(rating.descriptor.split())[:60] in found


def test_every_page_has_name_day_key_and_number(shows, read_pdf) -> None:
    shown = shows["demo"]
    made = make_portfolio(shown.folio, shown.signature, shown.additions)
    pages = read_pdf(made.data)
    assert 1 < made.pages <= 12
    for number, text in enumerate(pages, 1):
        assert f"{number} / {made.pages}" in text
        assert "Portfolio of Amara Exemplar, made on 29 November 2026." in text
        assert "Key 4F2A 91C0 7B3E D815 66A9 0C4D 1E7F B2A3" in text
        assert number == 1 or text.startswith("Amara Exemplar · Invented Film Residency · Autumn 2026")


def test_names_of_every_script_can_be_read_back(read, shows) -> None:
    for name in shows:
        if not name.isascii() and clean(name) == name:
            found = read(name)
            # pypdf does not know that Adlam runs from right to left, and gives it as the eye meets it.
            assert name in found or (name >= "\U0001e900" and name[::-1] in found), name


def test_what_people_type_is_text(read, shows) -> None:
    hostile = [name for name in shows if name.isascii() and name not in ("demo", "bare", "large", "broken")]
    for text in hostile:
        assert text.split()[0][:20] in read(text)


def test_a_signature_that_does_not_hold_is_said_first_and_at_every_foot(read, shows, read_pdf) -> None:
    shown = shows["broken"]
    pages = read_pdf(make_portfolio(shown.folio, shown.signature, shown.additions).data)
    assert "The results were changed after they were signed." in pages[0]
    assert all("The signature does not hold: do not rely on this copy." in text for text in pages)
    assert "The signature holds" not in " ".join(pages)


def test_an_empty_portfolio_says_so_on_one_page(read, shows) -> None:
    shown = shows["bare"]
    made = make_portfolio(shown.folio, shown.signature, shown.additions)
    assert made.pages == 1
    found = read("bare")
    assert "Nothing was released into this portfolio yet." in found
    assert "This portfolio is not signed" in found
    assert "carries the signature" not in found
    for words in ("Works", "Results", "Growth", "What peers said", "Added later"):
        assert words not in found


def test_a_very_large_one_has_all_of_it(shows, read_pdf) -> None:
    shown = shows["large"]
    found = " ".join(read_pdf(make_portfolio(shown.folio, shown.signature, shown.additions).data))
    assert all(f"Invented work {number}" in found for number in range(1, 41))
    assert found.count("Assessed by") == 48
    assert found.count("Self-assessment by") == 24
    assert "6 Week 12, observed" in found  # too long below a step: numbers there, and a key


def test_long_words_flow_over_pages(read, shows) -> None:
    folio = shows["demo"].folio
    camera = folio.rubrics[0]
    long = " ".join(f"word{number}" for number in range(2_500))
    rating = FolioRating(camera.criteria[0].id, 3, "", long, "")
    given = FolioAssessment(
        camera.content_hash, long[:300], "assessor", long[:300], "2026-11-21", (rating,), long, (long,)
    )
    work = replace(folio.works[0], facts=(("Reflection", long),), title=long[:300])
    additions = Additions((Added("note", "2028", long),))
    found = read(folio=replace(folio, assessments=(given,), works=(work,)), additions=additions)
    assert found.count("word2499") == 5  # comment, note, total, reflection, addition
    assert found.count("word1200") == 5


def test_growth_breaks_at_a_gap(shows, monkeypatch) -> None:
    from rubricapp.reports.pdf.sheet import Sheet

    drawn: list[list[tuple[float, float]]] = []
    monkeypatch.setattr(Sheet, "path", lambda _sheet, points, *_style, **_more: drawn.append(list(points)))
    folio = shows["demo"].folio
    levels = (2.0, 3.0, None, 3.0, None, 1.0)
    points = tuple(FolioPoint(f"O{at}", "", level, 1) for at, level in enumerate(levels))
    line = FolioGrowth(folio.rubrics[0].content_hash, folio.rubrics[0].criteria[0].id, points)
    make_portfolio(replace(folio, growth=(line,)), shows["demo"].signature, Additions())
    stretches = [each for each in drawn if each]
    assert [len(each) for each in stretches] == [4, 2, 2]
    for each in stretches:
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(each))  # never a slope


def test_outline_and_properties(shows) -> None:
    shown = shows["demo"]
    pdf = PdfReader(io.BytesIO(make_portfolio(shown.folio, shown.signature, shown.additions).data))
    titles = [each.title for each in pdf.outline if not isinstance(each, list)]
    assert titles[:3] == ["Amara Exemplar", "Works", "Results: Camera 1.0"]
    assert titles[-1] == "How to verify this portfolio"
    assert pdf.metadata.title == "Amara Exemplar: portfolio"
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_the_same_portfolio_gives_the_same_bytes(shows, pictures, tmp_path: Path) -> None:
    shown = shows["demo"]
    write_portfolio(shown.folio, shown.signature, shown.additions, tmp_path / "a.pdf", pictures)
    write_portfolio(shown.folio, shown.signature, shown.additions, tmp_path / "b.pdf", pictures)
    ours = (tmp_path / "a.pdf").read_bytes()
    assert ours == (tmp_path / "b.pdf").read_bytes()
    script = (
        "import importlib.util, pathlib, sys\n"
        f"spec = importlib.util.spec_from_file_location('shown', {str(Path(__file__).with_name('conftest.py'))!r})\n"
        "shown = sys.modules['shown'] = importlib.util.module_from_spec(spec); spec.loader.exec_module(shown)\n"
        "from rubricapp.reports.pdf.portfolio import write_portfolio\n"
        "demo = shown.demo(); out = demo.put(pathlib.Path(sys.argv[1]))\n"
        "pictures = {sha256: out / place for sha256, place in demo.files.items()}\n"
        "write_portfolio(demo.folio, demo.signature, demo.additions, out / 'c.pdf', pictures)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "TZ": "Pacific/Auckland"},
    )
    assert hashlib.sha256(ours).hexdigest() == hashlib.sha256((tmp_path / "c.pdf").read_bytes()).hexdigest()


def test_pictures_are_printed_and_what_is_none_is_not(shows, pictures, tmp_path: Path) -> None:
    shown = shows["demo"]

    def printed(given: dict[str, Path]) -> int:
        made = make_portfolio(shown.folio, shown.signature, shown.additions, given)
        return sum(len(page.images) for page in PdfReader(io.BytesIO(made.data)).pages)

    assert printed({}) == 0
    assert printed(pictures) == 3  # the film's still, the sound's still, the stills themselves
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    assert printed(dict.fromkeys(pictures, broken)) == 0


def test_what_may_be_a_picture(tmp_path: Path) -> None:
    from PIL import Image

    def kept(name: str, mode: str, **how: object) -> Path:
        Image.new(mode, (40, 30)).save(tmp_path / name, **how)
        return tmp_path / name

    for path in (kept("a.jpg", "RGB"), kept("b.jpg", "L", progressive=True), kept("c.png", "RGBA"), kept("d.png", "P")):
        found = read_picture(path)
        assert found is not None and (found.width, found.height) == (40, 30), path
        assert found.fitted(20, 60) == (20, 15)
        assert found.fitted(100, 60) == (40, 30)
    whole = (tmp_path / "c.png").read_bytes()
    bad = {
        "four colours.jpg": kept("e.jpg", "CMYK").read_bytes(),
        "other.gif": kept("f.gif", "P").read_bytes(),
        "short.png": whole[:50],
        "bomb.png": whole[:16] + (60_000).to_bytes(4, "big") * 2 + whole[24:],
        "nothing.png": b"",
        "short.jpg": (tmp_path / "a.jpg").read_bytes()[:20],
        "circle.jpg": b"\xff\xd8\xff\xe0\x00\x00" * 9,
        "heavy.jpg": b"\xff\xd8" + bytes(8_000_001),
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
        assert read_picture(tmp_path / name) is None, name


def test_a_small_table_is_not_torn(shows, read_pdf) -> None:
    """The scale stays in one piece below its title, wherever on a page that comes to stand."""
    shown = shows["demo"]
    first, *_others, last = shown.folio.assessments
    tops = set()
    for lines in range(0, 56, 4):
        given = replace(first, note="a line\n" * lines, ratings=())
        folio = replace(shown.folio, works=(), growth=(), assessments=(given, last))
        pages = read_pdf(make_portfolio(folio, shown.signature, Additions()).data)
        after = [text.partition("Results: Sound 1.0")[2] for text in pages]
        found = [number for number, text in enumerate(after) if "organised or taught others doing it." in text]
        assert found == [number for number, text in enumerate(after) if text]
        tops.update(found)
    assert len(tops) > 1


def test_letters_that_no_font_has_are_named(shows, tmp_path: Path) -> None:
    folio = replace(shows["bare"].folio, name="Amara \U00012000")
    made = write_portfolio(folio, shows["bare"].signature, Additions(), tmp_path / "a.pdf")
    assert made.missing == ("\U00012000",)


def test_a_file_is_written_whole_or_not_at_all(shows, tmp_path: Path) -> None:
    shown = shows["bare"]
    (tmp_path / "a.pdf").write_bytes(b"before")
    made = write_portfolio(shown.folio, shown.signature, shown.additions, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == made.data
    (tmp_path / "b.pdf").mkdir()
    with pytest.raises(OSError):
        write_portfolio(shown.folio, shown.signature, shown.additions, tmp_path / "b.pdf")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


def test_strange_days_of_making_give_a_pdf(shows) -> None:
    for day in ("", "2026", "soon", "9999-99-99", "0001-01-01"):
        folio = replace(shows["bare"].folio, made_on=day)
        assert make_portfolio(folio, shows["bare"].signature, Additions()).pages == 1
