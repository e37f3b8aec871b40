"""P13: no word that somebody typed is run, opened, fetched or taken for markup, wherever it ends up.

RUBRICAPP_PAYLOADS: how often the texts move on by one field; with as many times as there are texts, each was in each.
"""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricapp.cli.main import run
from rubricapp.core.model import Role
from rubricapp.jobs import Progress
from rubricapp.operations import (
    kits,
    merging,
    people,
    personal_data,
    personal_file,
    portfolio_exports,
    portfolio_files,
    production_log,
    programmes,
    reporting,
)
from rubricapp.store.people import list_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, create
from tests import payloads
from tests.data import make_workspace
from tests.laptops import make_passphrases_quick
from tests.parcels import parcel_since
from tests.payloads import CANARY, TOKEN

ROUNDS = int(os.environ.get("RUBRICAPP_PAYLOADS", "1"))
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


class _Watch:
    """Sees files of that name opened, connections made, programs started, while `looking`."""

    def __init__(self) -> None:
        self.looking, self.seen, self.canary = False, [], ""
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple) -> None:
        if not self.looking:
            return
        if (event == "open" and str(arguments[0]) == self.canary) or event in _CALLS:
            self.seen.append((event, str(arguments)[:200]))


_CALLS = {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "urllib.Request"}
WATCH = _Watch()


@pytest.fixture
def poured(tmp_path: Path) -> Iterator[tuple[Workspace, tuple[str, ...]]]:
    """A programme with a little of everything, and such a text in every field for words."""
    (tmp_path / CANARY).write_bytes(b"nobody may read this")
    texts = payloads.corpus(tmp_path / CANARY)
    clock = make_workspace.Clockwork()
    sources = make_workspace.Sources(clock.now, clock.random)
    with programmes.start(tmp_path / "w", "P", "E", "2026-09-01", sources=sources, rubrics=[]) as ws:
        payloads.adopt(ws, make_workspace.RUBRIC, texts)
        make_workspace.fill(ws, tmp_path / "w")
        with ws.writing("somebody") as log:  # what the witness does not speak of
            for kind, name, record in (
                ("peer_response", "changed", "r"), ("declared_conflict", "note", "c"),
                ("feedback_piece", "reported", "f"), ("committee_decision", "decision", "d"),
                ("peer_review", "reported", "p"), ("same_person", "reason", "s"),
            ):  # fmt: skip
                log.set(kind, record, name, "words")
        WATCH.seen.clear()
        WATCH.looking, WATCH.canary = True, str(tmp_path / CANARY)
        yield ws, texts
        WATCH.looking = False
    assert WATCH.seen == []


def test_of_every_field_it_is_said_whether_it_holds_words(poured) -> None:
    """A new field must be put into one of the two lists in `tests/payloads.py`; then it is tested here, too."""
    ws, texts = poured
    assert payloads.undecided() == set()
    assert len(set(texts)) >= 60 and all("zq" in each or "q7" in each for each in texts)
    done = payloads.pour(ws, texts)
    assert {(kind, name) for kind, names in payloads.WORDS.items() for name in names} == done


def test_the_watch_sees(poured, tmp_path) -> None:
    (tmp_path / CANARY).read_bytes()
    assert [event for event, _what in WATCH.seen] == ["open"]
    WATCH.seen.clear()


def test_paper_tables_pages_and_packages_take_words_for_words(poured, tmp_path) -> None:
    ws, texts = poured
    for turn in range(ROUNDS):
        payloads.pour(ws, texts, turn)
        out = tmp_path / f"out{turn}"
        data = reporting.collect(ws)
        everybody = list_people(ws, Role.PARTICIPANT)
        made = [
            *reporting.make_participant_reports(data, [each.id for each in everybody], out, Progress()).files,
            *reporting.make_cohort_report(data, out / "cohort.pdf", Progress()).files,
            *reporting.make_workbook(data, out / "book.xlsx").files,
        ]
        production_log.export_log(ws, out / "log.csv", restricted=True)
        production_log.export_log(ws, out / "log.xlsx", restricted=True)
        for number, each in enumerate(everybody):
            folio = portfolio_files.make(ws, each, out / f"{number}.rubricfolio")
            assert portfolio_files.verify(folio.path).whole
            portfolio_exports.export(folio.path, out / f"folio{number}")
            personal_file.write(personal_data.collect(ws, each.id, restricted=True), out / f"{number}.zip", Progress())
            with zipfile.ZipFile(out / f"{number}.zip") as archive:
                for name in archive.namelist():
                    assert not (".." in name or name.startswith("/") or "\\" in name), name
                    (out / "personal" / str(number) / name).parent.mkdir(parents=True, exist_ok=True)
                    (out / "personal" / str(number) / name).write_bytes(archive.read(name))
        assert len(made) >= len(everybody) + 2
        assert {each.name for each in tmp_path.iterdir()} <= {"w", "out0", CANARY, f"out{turn}", "home"} | {
            f"out{n}" for n in range(turn)
        }, "written outside of its folder"
        looked = sum(_look_at(path) for path in sorted(out.rglob("*")) if path.is_file())
        assert looked > 20
    assert find_faults(ws).ok


def _look_at(path: Path) -> bool:
    look = {".pdf": _look_at_pdf, ".xlsx": _look_at_book, ".csv": _look_at_table, ".html": _look_at_page}
    if path.suffix in look:
        look[path.suffix](path)
    return path.suffix in look


def _look_at_pdf(path: Path) -> None:
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DictionaryObject

    reader, seen = PdfReader(path), set()

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, DictionaryObject):
            assert not {"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/AA", "/OpenAction"} & set(node), path.name
            if node.get("/S") == "/URI":
                assert TOKEN not in str(node.get("/URI")), path.name
            for each in node.values():
                walk(each)
        elif isinstance(node, ArrayObject):
            for each in node:
                walk(each)

    walk(reader.trailer)
    text = "".join(page.extract_text() for page in reader.pages)
    assert len(text) > 20
    assert not CONTROLS.search(text.replace("\n", "")), path.name


def _look_at_book(path: Path) -> None:
    import openpyxl

    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name).decode("utf-8", "replace")
            if name.endswith(".rels"):
                assert not ("External" in data and TOKEN in data), name
            if name.startswith("xl/worksheets"):
                for formula in re.findall(r"<f[ >].*?</f>", data, re.DOTALL):
                    assert TOKEN not in formula, (path.name, formula)
                assert TOKEN not in "".join(re.findall("<hyperlinks>.*?</hyperlinks>", data, re.DOTALL))
                footers = "".join(re.findall("<odd(?:Header|Footer)>.*?</odd", data, re.DOTALL)).replace(
                    "&amp;&amp;", ""
                )
                assert set(re.findall("&amp;(.)", footers)) <= set('LCRPN8"'), "words in a footer that are an order"
    book = openpyxl.load_workbook(path)
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if TOKEN in str(cell.value)]
    assert found
    assert {cell.data_type for cell in found} == {"s"}, path.name


def _look_at_table(path: Path) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    for cell in (cell for row in rows for cell in row if TOKEN in cell):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠")), (path.name, cell)


def _is_own(link: str) -> bool:
    """Whether it leads to a file of the portfolio, whose name was made from a title."""
    return re.fullmatch(r"(\./)?works/[^/:\"'<>]+", link) is not None and ".." not in link


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if TOKEN in tag or (tag in ("script", "iframe", "object", "base", "link", "meta") and TOKEN in str(attrs)):
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if TOKEN in name or name.startswith("on") or (
                name in ("href", "src", "action", "style") and TOKEN in (value or "") and not _is_own(value or "")
            ):  # fmt: skip
                self.bad.append(f"{tag} {name}={value!r:.60}")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        if TOKEN in data:
            self.bad.append(f"<!--{data[:40]}")

    def handle_pi(self, data: str) -> None:
        self.bad.append(f"<?{data[:40]}")


def _look_at_page(path: Path) -> None:
    text = path.read_text("utf-8")
    tags = _Tags()
    tags.feed(text)
    tags.close()
    assert tags.bad == [], path.name
    assert TOKEN in text or path.name != "index.html"
    assert not CONTROLS.search(text.replace("\n", "")), path.name
    for script in re.findall(r"<(?:script|style)[^>]*>(.*?)</", text, re.DOTALL):
        assert TOKEN not in script, path.name


DONE = (0, 1, 4, 5)
VERBS = (
    *("people list", "rubric list", "rubric show witness", "log list", "history P-001", "timeline P-001"),
    *("growth P-001", "gaps P-001", "artefact list P-001", "artefact showings P-001", "evidence matrix P-001"),
    *("mentoring list P-001", "milestone list", "moderation list", "committee show P-001", "conflicts list"),
    *("calibration samples", "calibration list --rubric witness", "peer list", "peer answers", "peer reports"),
    *("peer conflicts", "peer usefulness", "peer feedback P-001", "person erased", "check", "portfolio keys"),
)
"""What reads, of one person where it asks for one."""


def test_a_terminal_gets_no_orders(poured, tmp_path, capsys) -> None:
    ws, texts = poured
    payloads.pour(ws, texts)
    ama = next(each for each in list_people(ws, Role.PARTICIPANT) if ws.rows(
        "SELECT 1 FROM meeting WHERE participant = ?", each.id))  # fmt: skip
    folder = ws.folder
    ws.close()
    said = 0
    for verb in VERBS:
        words = [ama.id if each == "P-001" else each for each in verb.split()]
        for more in ([], ["--json"]):
            code = run(["--workspace", str(folder), *words, *more])
            out, err = capsys.readouterr()
            assert code in DONE, (verb, code, err)
            found = CONTROLS.search((out + err).replace("\n", ""))
            assert found is None, (verb, more, (out + err).replace("\n", "")[max(0, found.start() - 30) :][:60])
            said += TOKEN in out
            if more:
                assert json.loads(out)["ok"] is (code == 0)
    assert said > 15
    for path in (tmp_path / "home").rglob("*.log"):
        assert TOKEN not in path.read_text("utf-8"), "what people typed stands in no log"


def test_another_laptop_takes_them_in_as_words(poured, tmp_path, monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)
    ws, texts = poured
    payloads.pour(ws, texts)
    with create(tmp_path / "other") as other:
        merging.merge(other, parcel_since(ws, {}, "all"), keep_backup=False)
        for table in ("person", "log_entry", "meeting"):
            assert sorted(other.rows(f"SELECT * FROM {table}"), key=repr) == sorted(
                ws.rows(f"SELECT * FROM {table}"), key=repr
            )
    tunde = next(each for each in list_people(ws, Role.ASSESSOR))
    made = kits.make_kit(ws, tunde, tmp_path / "kits", make_workspace.WORDS)
    assert made.path.parent == tmp_path / "kits"
    assert people.close_names(texts[0], list_people(ws)) is not None
