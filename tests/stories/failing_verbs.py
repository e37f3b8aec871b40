"""What the failing-disk test does that would hurt most where it stopped halfway: each with its old and its new state.

Runs in the process of `failing_verbs_process`. Argon2, which is dear on purpose, is quick here.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from rubricapp.core.model import Person
from rubricapp.errors import UserError
from rubricapp.exchange import unlocking
from rubricapp.jobs import Progress
from rubricapp.operations import (
    agreeing,
    assessments,
    backups,
    merging,
    people,
    privacy,
    rehearsing,
    releases,
    reporting,
    returns,
)
from rubricapp.reports.data import ReportData
from rubricapp.store import engine, key_file, verifying
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.merging import list_merges, load_ends
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rehearsing import load_rehearsal
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.tables import UNFINISHED
from rubricapp.store.upgrading import TRIAL
from rubricapp.store.workspace import Workspace, open_
from tests.parcels import parcel_since

WORDS, OTHER = "four rivers meet at dusk", "five rivers part at dawn"
OLD, NEW = "old", "new"


def make_quick() -> None:
    """Guesses cost nothing, and the empty database that the check compares with is made once."""
    empty = verifying._fresh()

    def fresh() -> engine.Connection:
        memory = engine.connect(None)
        empty.backup(memory)
        return memory

    verifying._fresh = fresh
    unlocking._PASSES, unlocking._MEMORY = 1, 8 << 10


def who(ws: Workspace, code: str) -> Person:
    return find_people(ws, code)[0]


def find_traces(folder: Path, *canaries: bytes) -> set[str]:
    """Files of a closed workspace in which somebody reads one of these, zips unpacked."""
    found = set()
    for path in (each for each in folder.rglob("*") if each.is_file()):
        parts = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
        if any(canary in part for canary in canaries for part in parts):
            found.add(path.name)
    return found


class Verb:
    """One action. folder: the workspace; out: what is written elsewhere.

    again: the code with which it is refused where it was done already; "" where saying it again does no harm.
    between: states that are neither the old nor the new one, and allowed, because saying it again goes on from them.
    """

    works_on_closed = False
    again = ""
    between: frozenset[str] = frozenset()

    def __init__(self, folder: Path, out: Path, packages: list[Path]) -> None:
        self.folder, self.out, self.packages = folder, out, packages
        self.words: tuple[str, ...] = ()  # passphrases that may open it

    def unlock(self, kept: key_file.Kept) -> bytes:
        refused = None
        for each in self.words:
            try:
                return unlocking.by_passphrase(kept, each)
            except UserError as error:
                refused = error
        raise refused or key_file.protected()

    def prepare(self) -> None:
        """Make the old state."""

    def act(self, ws: Workspace | None) -> str:
        """Do it; how it ended: done, or what else it says of itself. Raises UserError."""
        raise NotImplementedError

    def go_on(self, ws: Workspace | None, _stage: str) -> None:
        """Do it once more, now that the disk is well."""
        assert self.act(ws) == "done"

    def stage_closed(self) -> str:
        """What the files alone say: "" where they say nothing."""
        return ""

    def stage(self, ws: Workspace) -> str:
        """Where it stands."""
        raise NotImplementedError

    def demand(self, stage: str) -> None:
        """What must hold of the closed workspace at this stage."""


class Erase(Verb):
    """Old: every word and file of the person, and their backup. New: no trace anywhere. In the window it may be
    unfinished, with the person gone from the log; the next opening finishes it."""

    again = "E_ERASED"
    between = frozenset({"unfinished"})
    _CANARIES = (b"Quillfeather", b"bytes of work 1 ", b"Zq-canary-comment")

    def prepare(self) -> None:
        with open_(self.folder) as ws:
            self.person = who(ws, "P-001").id
            people.edit_person(ws, self.person, {"family_name": "Quillfeather"})
            begun = assessments.begin(
                ws, who(ws, "P-001"), find_rubric(ws, "small"), find_occasion(ws, "final"), who(ws, "A-001")
            )[0]
            assessments.comment(ws, begun.id, "TST-1", "Zq-canary-comment")
            backups.back_up(ws)

    def act(self, ws: Workspace | None) -> str:
        done = privacy.erase(ws, self.person, "Given1 Quillfeather", "asked for it")
        assert done.unfinished is None or (done.unfinished.what and done.unfinished.do)
        return "done" if done.finished is not None else "unfinished"

    def stage(self, ws: Workspace) -> str:
        here = any(each.id == self.person for each in list_people(ws))
        assert here is (privacy.find_mark(ws, self.person) is None), "the mark, and still there"
        if not here:
            return "unfinished" if ws.meta(UNFINISHED) is not None else NEW
        return OLD

    def demand(self, stage: str) -> None:
        found = find_traces(self.folder, *self._CANARIES)
        if stage == OLD:
            found -= {"workspace.sqlite3-journal"}  # of no meaning any more; it goes with the next write
            assert len(found) == 3, f"half erased: {found} are left of the database, a work and the backup"
        elif stage == NEW:
            assert found == set()


class Undo(Verb):
    """Old: the merge stands. New: every field shows what it showed before it. One transaction."""

    def prepare(self) -> None:
        with open_(self.folder) as ws:
            returns.bring_in(ws, self.packages[:1])
            self.merge = list_merges(ws)[-1].id

    def act(self, ws: Workspace | None) -> str:
        merging.undo(ws, self.merge)
        return "done"

    def stage(self, ws: Workspace) -> str:
        return OLD if list_merges(ws)[-1].stands else NEW


class Settle(Verb):
    """Old: both values are in conflict. New: one was chosen, with its reason."""

    def prepare(self) -> None:
        other = self.folder.with_name("other")
        with open_(self.folder) as ws:
            ends = load_ends(ws)
        shutil.copytree(self.folder, other)
        with open_(other) as there, open_(self.folder) as ws:
            people.edit_person(there, who(there, "P-001").id, {"given_name": "There"})
            people.edit_person(ws, who(ws, "P-001").id, {"given_name": "Here"})
            merging.merge(ws, parcel_since(there, ends, "x"))
            (self.conflict,) = list_conflicts(ws)

    def act(self, ws: Workspace | None) -> str:
        merging.resolve(ws, self.conflict, "There", "Asked her.")
        return "done"

    def stage(self, ws: Workspace) -> str:
        name = who(ws, "P-001").given_name
        if list_conflicts(ws):
            return OLD
        assert name == "There"
        return NEW


class AgreeAndRelease(Verb):
    """Old: assessors differ, nothing is released. New: settled, and released. Between: settled; never released
    without."""

    between = frozenset({"agreed"})

    def prepare(self) -> None:
        with open_(self.folder) as ws:
            rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
            self.person = who(ws, "P-002")
            for code, level in (("A-001", 1), ("A-002", 4)):
                begun = assessments.begin(ws, self.person, rubric, baseline, who(ws, code))[0]
                levels = {f"TST-{number}": 3 for number in range(2, 7)} | {"TST-1": level}
                assessments.rate_many(ws, begun, rubric, levels, {})
                assessments.finish(ws, begun.id)

    def act(self, ws: Workspace | None) -> str:
        if not load_settled(ws):
            agreeing.agree(ws, agreeing.find_place(ws, self.person, "TST-1"), 3, "Seen together.")
        releases.release(ws, [self.person.id])
        return "done"

    def stage(self, ws: Workspace) -> str:
        agreed, released = bool(load_settled(ws)), bool(list_releases(ws, self.person.id))
        return {(False, False): OLD, (True, False): "agreed", (True, True): NEW}[agreed, released]


class Reports(Verb):
    """Participants' PDFs over older ones. Each is the old one, byte for byte, or the new one; the old one only where
    that was said."""

    works_on_closed = True
    between = frozenset({"some"})

    def prepare(self) -> None:
        with open_(self.folder) as ws:
            self.make(reporting.collect(ws))
            self.before = self.read()
            people.edit_person(ws, who(ws, "A-002").id, {"given_name": "Renamed"})
            self.data = reporting.collect(ws)
        self.make(self.data)
        self.after = self.read()
        assert all(self.before[name] != self.after[name] for name in self.before)
        for name, data in self.before.items():
            (self.out / name).write_bytes(data)

    def read(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir() if not path.name.endswith(".part")}

    def make(self, data: ReportData) -> reporting.Batch:
        return reporting.make_participant_reports(data, [each.id for each in data.participants], self.out, Progress())

    def act(self, ws: Workspace | None) -> str:
        made = self.make(self.data)
        assert all(each.message and each.do for each in made.problems)
        old = " ".join(name for name, data in self.read().items() if data == self.before[name])
        said = " ".join(each.message for each in made.problems)
        names = [each.family_name for each in self.data.participants]
        missed = [name for name in names if name in old and name not in said]
        assert not missed or f"{len(missed)} more report" in said, f"{missed} were not made, and nobody says so"
        return made.problems[0].code if made.problems else "done"

    def stage_closed(self) -> str:
        here = self.read()
        assert here.keys() == self.before.keys()
        assert all(data in (self.before[name], self.after[name]) for name, data in here.items()), "half a report"
        return OLD if here == self.before else NEW if here == self.after else "some"

    def stage(self, ws: Workspace) -> str:
        return self.stage_closed()


class MakeWorkbook(Reports):
    """The same of the workbook, which is one file."""

    between = frozenset()

    def make(self, data: ReportData) -> reporting.Batch:
        return reporting.make_workbook(data, self.out / "cohort.xlsx")


class Rehearse(Verb):
    """Old: no rehearsal is remembered; new: one is. A disk that fails is no word against the backup, but where it was
    read; nothing of the trial stays."""

    def prepare(self) -> None:
        with open_(self.folder) as ws:
            backups.back_up(ws)

    def act(self, ws: Workspace | None) -> str:
        done = rehearsing.rehearse(ws)
        return "done" if done.ok else f"not relied on ({done.problems[0].code})"

    def go_on(self, ws: Workspace | None, stage: str) -> None:
        super().go_on(ws, stage)
        assert load_rehearsal(ws).ok

    def stage(self, ws: Workspace) -> str:
        return OLD if load_rehearsal(ws) is None else NEW

    def demand(self, stage: str) -> None:
        assert stage != NEW or not (self.folder / "backups" / TRIAL).exists()


VERBS = {
    "erase": Erase,
    "undo": Undo,
    "settle": Settle,
    "agree_and_release": AgreeAndRelease,
    "reports": Reports,
    "workbook": MakeWorkbook,
    "rehearse": Rehearse,
}
