"""The web pages of a portfolio: sound as HTML, complete, the same each time, and proof against what people type."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from rubricapp import i18n, paths
from rubricapp.core.folio import Additions, FolioAssessment, FolioRating
from rubricapp.core.text import clean
from rubricapp.errors import UserError
from rubricapp.reports.folio_words import day_words, size_words, time_words, web
from rubricapp.reports.pages.html import direction, el, fill, said, visible
from rubricapp.reports.pages.portfolio import write_pages
from rubricapp.reports.pdf.portfolio import write_portfolio

ROOT = Path(__file__).resolve().parents[3]
VOID = {"meta", "link", "img", "br", "hr", "source", "input"}
INLINE = {"a", "bdi", "span", "code", "time"}
OUTSIDE = re.compile(r"(?i)^\s*([a-z][a-z0-9+.-]*:|//)")


class Page(HTMLParser):
    """What a page is made of; its faults: what is not closed, twice, out of order or from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.flow = ""
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"{tag} is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"{tag} has an attribute twice")
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "tr" and self.open[-1] not in ("thead", "tbody"):
            self.faults.append("a row outside of a table")
        if tag in ("h2", "div", "p", "ul", "table") and "p" in self.open:
            self.faults.append(f"{tag} inside p")
        if tag not in VOID:
            self.open.append(tag)
        self.flow += "" if tag in INLINE else " "

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"/{tag} where {self.open[-1:]} is open")
        else:
            self.open.pop()
        self.flow += "" if tag in INLINE else " "

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["title"]:
            self.flow += data
            self.texts += [data] if data.strip() else []

    @property
    def text(self) -> str:
        return " ".join(self.flow.replace("\u00a0", " ").split())

    def having(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _tag, attributes in self.tags if "id" in attributes]


@pytest.fixture
def write(tmp_path: Path, shows):
    def writing(name: str = "demo", folder: str = "out", **changes: object) -> dict[str, Page]:
        shown = replace(shows[name], **changes) if changes else shows[name]
        out = shown.put(tmp_path / folder)
        made = write_pages(shown.folio, shown.signature, shown.additions, out, shown.files)
        assert made[0].name == "index.html"
        assert all(each.is_file() for each in made)
        return {each.name: Page(each.read_text("utf-8")) for each in made if each.suffix == ".html"}

    return writing


def faults_of(pages: dict[str, Page], out: Path) -> list[str]:
    faults = []
    for name, page in pages.items():
        found = list(page.faults)
        if len(page.ids) != len(set(page.ids)):
            found.append("an id twice")
        headings = [int(tag[1]) for tag, _attributes in page.tags if re.fullmatch("h[1-6]", tag)]
        if headings.count(1) != 1 or headings[0] != 1:
            found.append("not one h1 first")
        found += [f"h{b} after h{a}" for a, b in pairwise(headings) if b > a + 1]
        for tag, attributes in page.tags:
            found += [f"{tag} {each}" for each in attributes if each.startswith("on") or each == "style"]
            for each in ("src", "poster", "srcset", "data", "action"):
                if OUTSIDE.match(attributes.get(each, "")):
                    found.append(f"{tag} asks for {attributes[each]}")
            place = attributes.get("href", "")
            if tag in ("a", "link") and not re.match(r"https?://", place):
                file, _hash, anchor = place.partition("#")
                if OUTSIDE.match(place):
                    found.append(f"leads to {place}")
                elif file in pages or not file:
                    if anchor and anchor not in pages[file or name].ids:
                        found.append(f"no {place}")
                elif file not in ("style.css",) and not file.startswith("./files/"):
                    found.append(f"no {place}")
            elif tag == "link":
                found.append(f"asks for {place}")
            if tag == "img" and "alt" not in attributes:
                found.append("a picture without words")
            if tag == "th" and attributes.get("scope") not in ("row", "col"):
                found.append("a head without scope")
        if {"script", "iframe", "object", "embed", "form", "style", "base"} & {tag for tag, _ in page.tags}:
            found.append("an element that has no business here")
        tables, captions = len(page.having("table")), len(page.having("caption"))
        if tables != captions:
            found.append("a table without a caption")
        for landmark in ("main", "header", "footer", "nav"):
            if not page.having(landmark):
                found.append(f"no {landmark}")
        faults += [f"{name}: {each}" for each in found]
    return faults


def test_every_page_of_every_portfolio_is_sound(write, shows, tmp_path: Path) -> None:
    for at, name in enumerate(shows):
        pages = write(name, f"out{at}")
        assert faults_of(pages, tmp_path / f"out{at}") == [], name


def test_the_reader_of_structure_sees_faults(tmp_path: Path) -> None:
    bad = (
        '<main><h1>a</h1><h3 id="x">b</h3><p id="x"><div></div></p><img src="http://x.test/a.png" onclick="x">'
        '<a href="javascript:x">x</a><a href="nowhere.html">x</a><script></script><table></table><ul>'
    )
    found = "\n".join(faults_of({"bad.html": Page(bad)}, tmp_path))
    for each in ("h3 after h1", "an id twice", "div inside p", "asks for http", "leads to javascript", "no nowhere"):
        assert each in found
    for each in ("img onclick", "without words", "no business", "without a caption", "no nav", "ul is not closed"):
        assert each in found


def test_what_people_type_never_becomes_markup(write, shows, tmp_path: Path) -> None:
    usual = write("demo", "usual")
    known = {tag for page in usual.values() for tag, _attributes in page.tags}
    attributes = {each for page in usual.values() for _tag, found in page.tags for each in found}
    hostile = [name for name in shows if name not in ("demo", "bare", "large", "broken") and name.isascii()]
    assert len(hostile) > 4
    for at, text in enumerate(hostile):
        pages = write(text, f"hostile{at}")
        assert {tag for page in pages.values() for tag, _found in page.tags} <= known
        assert {each for page in pages.values() for _tag, found in page.tags for each in found} <= attributes
        words = " ".join(text.split())
        for name in ("index.html", "works.html", "results-1.html", "peers.html", "timeline.html", "later.html"):
            assert words in pages[name].text, (name, text)


def test_invisible_characters_are_taken_out() -> None:
    assert visible("a\u202eb\u0000c\u200fd\ud800e\ufffff") == "abcdef"
    assert visible("می\u200cخواهم\nक\u094d\u200dष") == "می\u200cخواهم\nक\u094d\u200dष"


def test_no_invisible_character_is_written(write, shows, tmp_path: Path) -> None:
    write(next(each for each in shows if "\u202e" in each))
    for page in (tmp_path / "out").glob("*.html"):
        assert (
            re.findall(
                "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", page.read_text("utf-8")
            )
            == []
        )


def test_names_of_every_script_are_isolated(write, shows) -> None:
    for at, name in enumerate(each for each in shows if not each.isascii() and clean(each) == each):
        pages = write(name, f"out{at}")
        index = pages["index.html"]
        assert name in index.text
        assert index.tags[index.tags.index(("h1", {})) + 1][0] == "bdi"


def test_the_first_page_says_who_where_and_whether_it_is_signed(write) -> None:
    index = write()["index.html"].text
    for words in (
        "Invented Film Residency · Autumn 2026 · 1 September 2026 to 28 November 2026",
        "Amara Exemplar",
        "she/her · Portfolio made on 29 November 2026 · for Festival jury",
        "The signature holds: nothing was changed",
        "Signed by Residency office (invented) on 29 November 2026.",
        "Only the portfolio file itself carries the signature.",
        "6 assessments with 2 rubrics",
        "14 criteria over time",
        "Salt Road (invented film)",
        "Two works: their people did not agree to this audience.",
        "4F2A 91C0 7B3E D815 66A9 0C4D 1E7F B2A3",
    ):
        assert words in index


def test_a_signature_that_does_not_hold_is_said_on_every_page(write) -> None:
    pages = write("broken")
    assert "do not rely on this copy" in pages["index.html"].text
    assert "The results were changed after they were signed." in pages["index.html"].text
    assert all("The signature does not hold" in page.text for page in pages.values())
    assert not any("The signature holds" in page.text for page in pages.values())


def test_an_unsigned_portfolio_does_not_speak_of_a_signature_that_it_carries(write) -> None:
    pages = write("bare")
    assert sorted(pages) == ["index.html", "verify.html"]
    assert "This portfolio is not signed" in pages["index.html"].text
    assert "Nothing was released into this portfolio yet." in pages["index.html"].text
    assert "carries the signature" not in pages["index.html"].text


def test_results_say_level_name_words_comment_and_who(write, shows) -> None:
    folio = shows["demo"].folio
    page = write()["results-1.html"]
    given = folio.assessments[0]
    rubric = folio.rubric(given.rubric)
    assert "Assessed by Tunde Example" in page.text
    assert "finished on 5 September 2026" in page.text
    assert "Self-assessment by Amara Exemplar" in page.text
    assert "Seen by the mentor Mina Example" in page.text
    assert "Total 3.43 of 5 (61 %)" in page.text
    assert "say it aloud when a take is soft" in page.text
    for rating in given.ratings:
        if rating.level is not None:
            assert f"{rating.level} {rubric.scale[rating.level - 1][0]}" in page.text
            assert " ".join(rating.descriptor.split()) in page.text
    for name, anchor in rubric.scale:
        assert f"{name} {anchor}" in page.text


def test_the_words_of_then_are_shown_and_not_those_of_the_rubric(write, shows) -> None:
    folio = shows["demo"].folio
    given = folio.assessments[0]
    then = replace(given.ratings[0], descriptor="What it said in those days.")
    changed = replace(folio, assessments=(replace(given, ratings=(then, *given.ratings[1:])),))
    page = write(folio=changed)["results.html"]
    criterion = folio.rubric(given.rubric).criteria[0]
    assert "What it said in those days." in page.text
    assert criterion.levels[then.level - 1].descriptor[:50] not in page.text


def test_honest_blanks_are_different_words_and_gates_are_named(write, shows) -> None:
    folio = shows["demo"].folio
    rubric = folio.rubrics[0]
    gate = next(each for each in rubric.criteria if each.gate)
    plain = [each for each in rubric.criteria if not each.gate]
    blanks = ("not_observed", "not_applicable", "insufficient_evidence", "")
    ratings = [FolioRating(each.id, None, blank) for each, blank in zip(plain, blanks, strict=False)]
    low = FolioRating(gate.id, gate.gate - 1, "", "", "")
    given = FolioAssessment(rubric.content_hash, "Final", "assessor", "Tunde Example", "2026-11-21", (*ratings, low))
    page = write(folio=replace(folio, assessments=(given,)))["results.html"]
    assert [text for text in page.texts if text.startswith(("not ", "insufficient"))][:4] == [
        "not observed",
        "not applicable",
        "insufficient evidence",
        "not yet rated",
    ]
    assert f"Gate: level {gate.gate} or higher, not met" in page.text
    met = replace(given, ratings=(replace(low, level=gate.gate),))
    page = write(folio=replace(folio, assessments=(met,)))["results.html"]
    assert f"Gate: level {gate.gate} or higher, met" in page.text


def test_self_stands_beside_assessors_as_a_gap_and_never_averaged(write, shows) -> None:
    folio = shows["demo"].folio
    rubric = folio.rubrics[0]

    def given(kind: str, by: str, level: int | None) -> FolioAssessment:
        ratings = (FolioRating(rubric.criteria[0].id, level, "" if level else "not_observed"),)
        return FolioAssessment(rubric.content_hash, "Final", kind, by, "2026-11-21", ratings)

    several = (given("self", "Me", 2), given("assessor", "A", 5), given("assessor", "B", 1), given("mentor", "C", None))
    page = write(folio=replace(folio, assessments=several))["results.html"]
    assert f"{rubric.criteria[0].title} Level 2 Level 5 +3 Level 1 −1 not observed" in page.text
    alone = write(folio=replace(folio, assessments=several[:1]))["results.html"]
    assert "Self beside assessor" not in alone.text


def test_growth_is_steps_with_gaps_and_the_same_as_a_table(write, shows) -> None:
    folio = shows["demo"].folio
    page = write()["growth.html"]
    drawings = page.having("svg")
    assert len(drawings) == len(folio.growth)
    assert all(each["role"] == "img" and each["aria-label"] for each in drawings)
    steps = [each["d"] for each in page.having("path") if each["class"] == "step"]
    for line, path in zip(folio.growth, steps, strict=True):
        levels = [point.level for point in line.points]
        stretches = len(re.findall(r"\d+", "".join("1" if level is not None else " " for level in levels)))
        assert path.count("M") == stretches  # a gap ends the line, and the next level begins one
        assert path.count("H") == sum(level is not None for level in levels)
        assert not re.search("[LCQ]", path)  # no slope: nothing is claimed between two occasions
    first = folio.growth[0]
    words = " ".join(f"{point.level:g} ({point.count} assessor{'s' * (point.count > 1)})" for point in first.points)
    assert words in page.text
    assert page.texts.count("no level") == sum(p.level is None for each in folio.growth for p in each.points)


def test_works_are_shown_in_place(write) -> None:
    page = write()["works.html"]
    assert [each["src"] for each in page.having("video")] == ["./files/salt%20road%20%26%20co.mp4"]
    assert [each["poster"] for each in page.having("video")] == ["./files/still-1.jpg"]
    assert [each["src"] for each in page.having("audio")] == ["./files/singing.wav"]
    pictures = [each["src"] for each in page.having("img")]
    assert "./files/%D9%86%D9%88%D8%A7%D9%81%D8%B0.jpg" in pictures
    assert all(each["alt"] for each in page.having("img"))
    links = [each["href"] for each in page.having("a")]
    assert "./files/budget.pdf" in links
    assert "https://example.org/tests?reel=7" in links
    for words in (
        "Selected, new talents",
        "00:04:10:00",
        "The one held shot, exposed for the salt.",
        "The harsh noon became the film's subject",
        "Too large to be taken in.",
        "Chart of accounts and top sheet p. 3",
        "Added later by Amara Exemplar, not signed",
        "Example Documentary Week · Audience prize",
    ):
        assert words in page.text


def test_peers_give_medians_with_spread_and_count_or_too_few(write, shows) -> None:
    page = write()["peers.html"]
    rubric = shows["demo"].folio.rubrics[0]
    assert f"{rubric.criteria[1].title} 3 2–4 5" in page.text
    assert f"{rubric.criteria[0].title} too few levels – 3" in page.text
    assert "From 5 reviews" in page.text
    assert "nobody dared to cut it" in page.text
    assert "There are 2 reviews: too few" in page.text


def test_timeline_later_and_verify(write, shows) -> None:
    pages = write()
    assert "October 2026 Meeting Spoke with the mentor about noon light" in pages["timeline.html"].text
    assert "Camera 19 days 152 h" in pages["timeline.html"].text
    assert [each["datetime"] for each in pages["timeline.html"].having("time")][2] == "2026-10"
    later = pages["later.html"].text
    assert "Added later by Amara Exemplar, not signed" in later
    assert "The programme does not vouch for it." in later
    assert "Write to me about salt." in later
    verify = pages["verify.html"].text
    assert "rubricapp portfolio verify FILE.rubricfolio" in verify
    assert shows["demo"].folio.works[0].file.sha256 in verify
    without = write(folder="without", additions=Additions())
    assert "later.html" not in without
    assert not any("not signed" in page.text for page in without.values())


def test_many_rubrics_and_works_get_names_of_their_own(write) -> None:
    pages = write("large")
    assert {each for each in pages if each.startswith("results")} == {
        "results.html",
        *(f"results-{number}.html" for number in range(1, 5)),
    }
    assert len(pages["works.html"].having("article")) == 40
    assert "All 40 works" in pages["index.html"].text
    assert len([each for each in pages["results-1.html"].ids if re.fullmatch(r"o\d", each)]) == 6


def test_names_of_files_never_come_from_people(write, shows, tmp_path: Path) -> None:
    usual = r"(index|works|results(-\d+)?|growth|peers|timeline|later|verify)\.html|style\.css|files"
    for at, name in enumerate(shows):
        write(name, f"out{at}")
        assert [each.name for each in (tmp_path / f"out{at}").iterdir() if not re.fullmatch(usual, each.name)] == []


def test_the_same_portfolio_gives_the_same_bytes(write, tmp_path: Path) -> None:
    write(folder="a")
    write(folder="b")
    ours = {each.name: each.read_bytes() for each in (tmp_path / "a").glob("*.*")}
    assert ours == {each.name: each.read_bytes() for each in (tmp_path / "b").glob("*.*")}
    script = (
        "import importlib.util, pathlib, sys\n"
        f"spec = importlib.util.spec_from_file_location('shown', {str(Path(__file__).with_name('conftest.py'))!r})\n"
        "shown = sys.modules['shown'] = importlib.util.module_from_spec(spec); spec.loader.exec_module(shown)\n"
        "from rubricapp.reports.pages.portfolio import write_pages\n"
        "demo = shown.demo(); out = pathlib.Path(sys.argv[1])\n"
        "write_pages(demo.folio, demo.signature, demo.additions, out, demo.files)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "c")],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "TZ": "Pacific/Auckland"},
    )
    assert ours == {each.name: each.read_bytes() for each in (tmp_path / "c").glob("*.*")}


def test_the_style_sheet_asks_for_nothing_and_holds_the_colours_of_the_themes(write, tmp_path: Path) -> None:
    write()
    sheet = (tmp_path / "out" / "style.css").read_text("utf-8")
    assert not re.search(r"url\(|@import|@font-face|expression|https?:", sheet)
    shipped = (paths.RESOURCES / "pages" / "portfolio.css").read_text("utf-8")
    assert not re.search(r"#[0-9A-Fa-f]{3,8}\b|rgb|hsl", shipped)
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", sheet))
    day, night = (
        set(re.findall(r"(--[a-z0-9-]+):", part)) for part in re.split("prefers-color-scheme", sheet, maxsplit=1)
    )
    assert used <= day
    assert day <= night
    for theme in ("light", "dark"):
        ink = re.search(r'ink = "(#\w+)"', (paths.RESOURCES / "themes" / f"{theme}.toml").read_text("utf-8"))
        assert f"--ink: {ink[1].lower()};" in sheet
    for words in (
        "prefers-reduced-motion",
        ":focus-visible",
        "@media print",
        "forced-colors",
        "color-scheme: light dark",
    ):
        assert words in sheet


def test_a_strict_policy_is_on_every_page(write) -> None:
    for page in write().values():
        policy = next(each["content"] for each in page.having("meta") if each.get("http-equiv"))
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy and "http" not in policy and "script" not in policy


def test_a_file_that_leads_out_of_the_folder_is_refused(shows, tmp_path: Path) -> None:
    shown = shows["demo"]
    key = shown.folio.works[0].file.sha256
    for place in ("../secret.mp4", "/etc/passwd", "a/../../b.mp4", "a\\..\\b.mp4"):
        with pytest.raises(ValueError, match=re.escape(place)):
            write_pages(shown.folio, shown.signature, shown.additions, tmp_path / "out", {key: place})
    assert not (tmp_path / "out").exists()
    write_pages(shown.folio, shown.signature, shown.additions, tmp_path / "out", {key: "javascript:alert(1).mp4"})
    assert 'src="./javascript%3Aalert%281%29.mp4"' in (tmp_path / "out" / "works.html").read_text("utf-8")


def test_what_cannot_be_written_leaves_no_half_page(shows, tmp_path: Path) -> None:
    shown = shows["demo"]
    out = tmp_path / "out"
    (out / "works.html").mkdir(parents=True)
    with pytest.raises(OSError):
        write_pages(shown.folio, shown.signature, shown.additions, out, {})
    assert list(out.glob(".*")) == []


def test_results_in_a_rubric_that_is_not_inside_are_refused(shows, tmp_path: Path) -> None:
    shown = shows["demo"]
    for lost in ("assessments", "peers", "growth"):
        kept = {each: () for each in ("assessments", "peers", "growth") if each != lost}
        folio = replace(shown.folio, rubrics=(), **kept)
        with pytest.raises(UserError) as pages:
            write_pages(folio, shown.signature, shown.additions, tmp_path / "out", {})
        with pytest.raises(UserError) as pdf:
            write_portfolio(folio, shown.signature, shown.additions, tmp_path / "a.pdf")
        assert pages.value.code == pdf.value.code == "E_FOLIO_RUBRIC"
    assert list(tmp_path.iterdir()) == []


def test_strange_numbers_are_answered(shows, tmp_path: Path) -> None:
    """What a stranger may have written into a file that opens: no scale, levels beyond it, absurd sizes."""
    shown = shows["demo"]
    folio = shown.folio
    rubric = replace(folio.rubrics[0], scale=(), criteria=())
    odd = tuple(
        replace(each, level=level) for each, level in zip(folio.growth[0].points, (1e9, -5.0, 0.25), strict=True)
    )
    work = replace(folio.works[0], file=replace(folio.works[0].file, size=-7))
    folio = replace(
        folio,
        rubrics=(rubric, *folio.rubrics[1:]),
        growth=(replace(folio.growth[0], points=odd),),
        works=(work, replace(work, key="w1", file=replace(work.file, size=10**18))),
        log_totals=(("", -1, -90),),
    )
    ratings = tuple(FolioRating("X", level) for level in (-1, 0, 9, 10**20))
    folio = replace(folio, assessments=(replace(folio.assessments[0], ratings=ratings),))
    write_pages(folio, shown.signature, shown.additions, tmp_path / "out", {})
    assert write_portfolio(folio, shown.signature, shown.additions, tmp_path / "a.pdf").pages
    pages = {each.name: Page(each.read_text("utf-8")) for each in (tmp_path / "out").glob("*.html")}
    assert [fault for page in pages.values() for fault in page.faults] == []


def catalogue(folder: Path, language: str, words: dict[str, str]) -> None:
    """A gettext catalogue, as msgfmt would write it."""
    pairs = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **words}.items())
    pairs = [(a.encode(), b.encode()) for a, b in pairs]
    start = 28 + 16 * len(pairs)
    tables, strings = [], b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), start + len(strings)))
            strings += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    place = folder / "locale" / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "rubricapp.mo").write_bytes(head + b"".join(tables) + strings)


def test_pages_speak_the_language_of_the_portfolio(shows, tmp_path: Path, monkeypatch) -> None:
    resources = tmp_path / "resources"
    for folder in ("pages", "themes"):
        shutil.copytree(paths.RESOURCES / folder, resources / folder)
    catalogue(resources, "ar", {"Works": "أعمال", "Signed by {signer} on {day}.": "وقّعه {signer} في {day}."})
    monkeypatch.setattr(paths, "RESOURCES", resources)
    shown = shows["demo"]
    folio = replace(shown.folio, language="ar")
    write_pages(folio, shown.signature, shown.additions, tmp_path / "out", {})
    text = (tmp_path / "out" / "works.html").read_text("utf-8")
    assert '<html lang="ar" dir="rtl">' in text
    assert "<h1>أعمال</h1>" in text
    assert "وقّعه <bdi>Residency office (invented)</bdi> في" in text
    assert i18n.language() == "en"
    # Without a catalogue the words are English, and the page says so.
    write_pages(replace(shown.folio, language="he"), shown.signature, shown.additions, tmp_path / "he", {})
    assert '<html lang="en" dir="ltr">' in (tmp_path / "he" / "works.html").read_text("utf-8")


def test_texts_of_a_rubric_carry_their_own_language(write, shows) -> None:
    folio = shows["demo"].folio
    french = replace(folio.rubrics[0], language="fr", title="Prise de vues")
    page = write(folio=replace(folio, rubrics=(french, *folio.rubrics[1:])))["results-1.html"]
    assert {each.get("lang") for each in page.having("bdi")} >= {None, "fr"}
    assert any(each.get("lang") == "fr" and each.get("dir") == "auto" for each in page.having("p"))
    strange = replace(french, language='"><b>')
    page = write(folio=replace(folio, rubrics=(strange, *folio.rubrics[1:])), folder="b")["results-1.html"]
    assert {each.get("lang") for each in page.having("bdi")} == {None}


@pytest.mark.parametrize(
    ("code", "way"),
    [("ar", "rtl"), ("fa_IR", "rtl"), ("he", "rtl"), ("nqo", "rtl"), ("ff-Adlm", "rtl"), ("ur", "rtl"), ("yi", "rtl"),
     ("en", "ltr"), ("zh-Hant", "ltr"), ("ff", "ltr"), ("az-Arab", "rtl"), ("ks-Deva", "ltr"), ("ug-Latn", "ltr")],
)  # fmt: skip
def test_direction_of_languages(code: str, way: str) -> None:
    assert direction(code) == way


def test_words_of_days_sizes_and_times() -> None:
    assert day_words("2026-11-03").replace("\u00a0", " ") == "3 November 2026"
    assert day_words("2027-05").replace("\u00a0", " ") == "May 2027"
    assert [day_words(each) for each in ("2027", "", "2027-13", "soon")] == ["2027", "", "2027-13", "soon"]
    sizes = [size_words(each).replace("\u00a0", " ") for each in (0, 1, 999, 1000, 9_949, 48_200_000, 9_400_000_000)]
    assert sizes == ["0 bytes", "1 byte", "999 bytes", "1.0 kB", "9.9 kB", "48 MB", "9.4 GB"]
    assert [time_words(each).replace("\u00a0", " ") for each in (0, 60, 1935)] == ["0 h", "1 h", "32 h 15 min"]


def test_only_whole_web_addresses_are_links() -> None:
    assert web(" https://example.org/a?b=c ") == "https://example.org/a?b=c"
    for text in ("javascript:alert(1)", "see https://example.org", 'https://x.test/"onclick=', "data:text/html,x", ""):
        assert web(text) == ""


def test_the_builder_escapes_what_is_not_markup() -> None:
    assert el("p", "<b>", said("&"), None, ["a", el("br")], title='"x"', hidden=True, cls="k", data_x=False) == (
        '<p title="&quot;x&quot;" hidden class="k">&lt;b&gt;<bdi>&amp;</bdi>a<br></p>\n'
    )
    assert fill("{a} & {b}", a="{b}", b="<i>") == "<bdi>{b}</bdi> &amp; <bdi>&lt;i&gt;</bdi>"
    with pytest.raises(KeyError):
        fill("{unknown}", a="x")


def test_the_demonstration_is_marked_as_invented(shows) -> None:
    folio = shows["demo"].folio
    assert "Invented" in folio.programme and "Exemplar" in folio.name
    assert hashlib.sha256(dict(shows["demo"].contents)["files/still-1.jpg"]).hexdigest() == folio.works[0].picture


def test_the_three_standard_occasions_are_named_for_people(write, shows) -> None:
    folio = shows["demo"].folio
    given = tuple(replace(each, occasion=each.occasion.lower()) for each in folio.assessments)
    points = tuple(replace(each, occasion=each.occasion.lower()) for each in folio.growth[0].points)
    folio = replace(folio, assessments=given, growth=(replace(folio.growth[0], points=points),))
    pages = write(folio=folio)
    assert "Baseline" in pages["results-1.html"].texts and "baseline" not in pages["results-1.html"].texts
    assert "baseline" not in pages["growth.html"].text
    assert pages["growth.html"].having("svg")[0]["aria-label"].count("Midpoint: 3") == 1
