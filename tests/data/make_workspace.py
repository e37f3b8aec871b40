"""Makes the workspace that is kept for ever as a witness of the present format: tests/data/workspaces/v<version>.

    python -m tests.data.make_workspace

Run it once, in the commit that releases a format, and never again for that format. The people are invented.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rubricapp.core.model import AssessmentKind, Blank, Role
from rubricapp.core.scoring import score_of
from rubricapp.operations import assessments, comment_bank, evidence, people, programmes, rubrics
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import find_occasion
from rubricapp.store.rubrics import find_rubric, load_rubric
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.upgrading import LATEST
from rubricapp.store.workspace import Sources, Workspace

RUBRIC = {
    "format": 1, "id": "witness", "version": "1.0", "language": "en", "title": "Witness", "summary": "Kept for tests.",
    "needs_coverage": 60,
    "scale": [{"name": name, "anchor": f"{name}."} for name in ("One", "Two", "Three", "Four", "Five")],
    "criteria": [
        {"id": f"WIT-{n}", "title": f"Criterion {n}", "about": f"About {n}.", "weight": weight,
         **({"gate": 3} if n == 2 else {}), "evidence": ["notes"], "guidance": "For assessors only.",
         "levels": {str(level): f"Descriptor {level} of {n}" for level in range(1, 6)}}
        for n, weight in enumerate((3, 2, 1, 2), 1)
    ],
    "translations": {"fr": {"title": "Témoin"}},
}  # fmt: skip


class Clockwork:
    """A clock and bytes that are the same each time."""

    def __init__(self) -> None:
        self.time, self.drawn = datetime(2026, 9, 1, 8, tzinfo=UTC), 0

    def now(self) -> datetime:
        self.time += timedelta(seconds=7)
        return self.time

    def random(self, length: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(f"witness {self.drawn}".encode()).digest(length)


def fill(ws: Workspace, folder: Path) -> None:
    """A little of everything that this format can hold."""
    rubrics.adopt(ws, [RUBRIC])
    rubric = find_rubric(ws, "witness")
    ama = people.add_person(ws, Role.PARTICIPANT, "Ama Invented", email="ama@example.org")[0]
    noor = people.add_person(ws, Role.PARTICIPANT, "نور Made-Up")[0]
    tunde = people.add_person(ws, Role.ASSESSOR, "Tunde Invented")[0]
    people.edit_person(ws, ama.id, {"pronouns": "she/her", "department": "Camera", "country": "GH"})
    programmes.add_observation(ws, "2026-09-15", author=tunde.id)
    for occasion in ("baseline", "2026-09-15", "final"):
        for place, person in enumerate((ama, noor)):
            one = assessments.begin(ws, person, rubric, find_occasion(ws, occasion), tunde)[0]
            for n in range(1, 5):
                level = (n * 2 + place + len(occasion)) % 5 + 1
                assessments.rate(ws, one.id, f"WIT-{n}", Blank.NOT_OBSERVED if level == 5 and n == 3 else level)
            assessments.rate(ws, one.id, "WIT-4", None)
            assessments.rate(ws, one.id, "WIT-4", Blank.NOT_APPLICABLE if place else 4)
            assessments.comment(ws, one.id, "WIT-1", f"Seen on {occasion}: held focus “well”.\nTwo lines, 映画.")
            if occasion != "final":
                assessments.finish(ws, one.id)
    own = assessments.begin(ws, ama, rubric, find_occasion(ws, "baseline"), ama, AssessmentKind.SELF)[0]
    assessments.rate(ws, own.id, "WIT-1", 5)
    assessments.write_note(ws, own.id, "A note.")
    assessments.finish(ws, own.id)
    assessments.reopen(ws, own.id, "Wrong occasion.")
    comment_bank.keep(ws, tunde.id, "Well lit.", "WIT-1", 4)
    comment_bank.keep(ws, tunde.id, "Dropped.")
    comment_bank.drop(ws, tunde.id, ws.rows("SELECT id FROM comment_bank WHERE text = 'Dropped.'")[0][0])
    work = folder.parent / "still.txt"
    work.write_bytes(b"a still, drawn by the program\n")
    evidence.add_file(ws, ama.id, work, "A still")
    evidence.add_file(ws, noor.id, work, "Taken away again")
    evidence.remove(ws, ws.rows("SELECT id FROM artefact WHERE participant = ?", noor.id)[0][0])
    work.unlink()


def expected(ws: Workspace) -> dict:
    """What every later version must find in it: scores as they are counted, and what the log ends with."""
    scores = {}
    for each in list_assessments(ws):
        score = score_of(load_rubric(ws, each.rubric), each)
        numbers = (score.value, score.observed_value, score.percent, score.coverage, score.low, score.high)
        scores[each.id] = [each.state, score.gate, *map(str, numbers)]
    return {"changes": ws.rows("SELECT count(*) FROM change")[0][0], "snapshot": load_snapshot(ws)[0], "scores": scores}


def main(into: Path) -> None:
    clock = Clockwork()
    with programmes.start(
        into, "Witness programme", "2026", "2026-09-01", sources=Sources(clock.now, clock.random), rubrics=[]
    ) as ws:
        fill(ws, into)
        said = expected(ws)
        ws.connection.execute("UPDATE device SET label = 'witness'")
        ws.connection.execute("DELETE FROM meta WHERE key = 'machine'")
        ws.connection.execute("VACUUM")
    (into / "expected.json").write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (into / "workspace.lock").unlink()
    (into / "backups").rmdir()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent / "workspaces" / f"v{LATEST}")
