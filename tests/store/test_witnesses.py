"""P11: whatever a released version wrote, every later one opens: workspaces, kits, returns, portfolio files.

The witnesses in tests/data/workspaces were each made by the version that they stand for. Nothing in them may be lost.
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from rubricapp.core.model import Role
from rubricapp.operations import assessments, assigning, kits, people, portfolio_files, returns
from rubricapp.store import engine, upgrading
from rubricapp.store.assessments import list_assessments
from rubricapp.store.merging import list_quarantine
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, open_
from tests.data.make_workspace import WORDS, expected
from tests.laptops import make_passphrases_quick

WITNESSES = sorted((Path(__file__).parents[1] / "data" / "workspaces").glob("v*"))
witnesses = pytest.mark.parametrize("witness", WITNESSES, ids=lambda path: path.name)
OWN = ("meta", "device", "_sqlite_migrations")
"""Tables that speak of this copy, not of people."""
NOW = {
    "change_value": "(SELECT id AS change, salt, value, reason FROM change WHERE salt IS NOT NULL)",
    "erased_value": "(SELECT id AS change, committed FROM change WHERE committed IS NOT NULL)",
}
"""Where the rows of earlier tables stand since."""


def kept(pattern: str) -> list[Path]:
    return [path for each in WITNESSES for path in each.glob(pattern)]


def unpacked(witness: Path, folder: Path) -> Path:
    shutil.copytree(witness, folder)
    packed = folder / f"{FILE_NAME}.gz"
    if packed.exists():
        (folder / FILE_NAME).write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    return folder


def rows_of(path: Path) -> dict[tuple[str, str], list[tuple]]:
    """(table, its columns) → its rows, as they stand in a file that nobody brings up to date."""
    connection = engine.connect(path, read_only=True)
    try:
        found = {}
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
            if table not in OWN:
                found[table, columns] = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
        return found
    finally:
        connection.close()


RELEASED = 11
"""The newest format that went out. Whoever releases a newer one runs tests/data/make_workspace.py, and raises this."""
NEVER_RELEASED = {8, 9}
"""Steps on the way from one release to the next."""


def test_every_released_format_has_its_witness() -> None:
    assert RELEASED <= upgrading.LATEST
    formats = sorted(int(path.name.removeprefix("v")) for path in WITNESSES)
    assert formats == sorted(set(range(1, RELEASED + 1)) - NEVER_RELEASED)


@witnesses
def test_it_opens_with_every_row_scores_the_same_and_goes_on(witness, tmp_path) -> None:
    folder = unpacked(witness, tmp_path / "old")
    said = json.loads((folder / "expected.json").read_text("utf-8"))
    before = rows_of(folder / FILE_NAME)
    with open_(folder) as ws:
        assert ws.rows("PRAGMA user_version") == [(upgrading.LATEST,)]
        assert find_faults(ws, files=True).problems == ()
        assert expected(ws) == said
        for (table, columns), rows in before.items():
            now = ws.rows(f"SELECT {columns} FROM {NOW.get(table, table)}")
            assert sorted(now, key=repr) == sorted(rows, key=repr), table
        ama, tunde = people.who(ws, "Ama Invented"), people.who(ws, "Tunde Invented", Role.ASSESSOR)
        final = assessments.begin(ws, ama, find_rubric(ws, "witness"), find_occasion(ws, "final"), tunde)[0]
        assessments.rate(ws, final.id, "WIT-1", 1)
        assert find_faults(ws, files=True).problems == ()
    with open_(folder) as ws:
        rated = next(each for each in list_assessments(ws) if each.id == final.id)
        assert rated.rating("WIT-1").level == 1


def shape_of(connection: engine.Connection) -> set[tuple]:
    """Every table's columns, and every index and view: whatever their order and however they came to be."""
    names = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").fetchall()
    return {
        (kind, name, *row[1:4])
        for kind, name in names
        for row in connection.execute(f"PRAGMA table_info({name})").fetchall() or [("", "", "", "")]
    }


@witnesses
def test_brought_up_to_date_it_has_the_shape_of_a_new_one(witness, tmp_path) -> None:
    """So a step that was changed after its release is found: only what was made by the changed one has all of it."""
    memory = engine.connect(None)
    upgrading.migrate(memory)
    wanted = shape_of(memory)
    memory.close()
    with open_(unpacked(witness, tmp_path / "old")) as ws:
        assert shape_of(ws.connection) == wanted


@witnesses
def test_what_it_holds_travels_again(witness, tmp_path, monkeypatch) -> None:
    """Brought up to date, it makes kits and portfolio files that are whole."""
    make_passphrases_quick(monkeypatch)
    with open_(unpacked(witness, tmp_path / "old")) as ws:
        tunde = people.who(ws, "Tunde Invented", Role.ASSESSOR)
        for name in ("Ama Invented", "نور Made-Up"):
            assigning.assign(ws, people.who(ws, name), tunde, find_rubric(ws, "witness"), find_occasion(ws, "final"))
        made = kits.make_kit(ws, tunde, tmp_path / "kits", WORDS)
        folio = portfolio_files.make(ws, people.who(ws, "Ama Invented"), tmp_path / "ama.rubricfolio")
    kits.open_kit(made.path, tmp_path / "laptop", WORDS)
    with open_(tmp_path / "laptop") as laptop:
        assert "نور Made-Up" in {each.name for each in list_people(laptop, Role.PARTICIPANT)}
        assert find_faults(laptop, files=True).ok
    assert portfolio_files.verify(folio.path).whole


@pytest.mark.parametrize("path", kept("*.rubricfolio"), ids=lambda path: path.parent.name)
def test_a_portfolio_file_of_then_is_whole(path) -> None:
    with portfolio_files.open_file(path) as found:
        assert found.signature.whole, found.signature.problems
        assert found.folio.name == "Ama Invented"
        assert {"River, first cut", "Reel", "A still"} <= {work.title for work in found.folio.works}
        assert found.folio.assessments, "what was released is in it"


@pytest.mark.parametrize("kit", kept("kit.rubricpack"), ids=lambda path: path.parent.name)
def test_a_kit_of_then_is_joined_and_a_return_of_then_comes_home(kit, tmp_path) -> None:
    """With real passphrases: what was sealed with them then is opened with them now."""
    kits.open_kit(kit, tmp_path / "laptop", WORDS)
    with open_(tmp_path / "laptop") as laptop:
        assert find_people(laptop, "Ama Invented") and find_faults(laptop, files=True).ok
        again = returns.make_return(laptop, tmp_path / "returns").path
    with open_(unpacked(kit.parent, tmp_path / "lead")) as lead:
        secret = lead.meta("sealing_identity").partition(" ")[2]
        lead.set_meta("sealing_identity", f"{lead.device} {secret}")  # a copy is another laptop
        then, now = returns.bring_in(lead, [kit.with_name("return.rubricpack"), again])
        assert (then.error, now.error) == (None, None)
        assert then.planned.counts["new"] > 0
        assert list_quarantine(lead) == []
        assert "Said on another laptop. 映画" in repr(lead.rows("SELECT comment FROM rating"))
        assert find_faults(lead, files=True).ok
