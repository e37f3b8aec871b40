"""Makes the workspace that is kept for ever as a witness of the present format: tests/data/workspaces/v<version>.

    python -m tests.data.make_workspace

Run it once, in the commit that releases a format, and never again for that format. The people are invented.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
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
from rubricapp.store.workspace import Sources, Workspace, open_

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


WORDS = "witness of this format"
"""The passphrase of the kit."""


class Clockwork:
    """A clock and bytes that are the same each time."""

    def __init__(self) -> None:
        self.time, self.drawn = datetime(2026, 12, 5, 8, tzinfo=UTC), 0

    def now(self) -> datetime:
        self.time += timedelta(seconds=7)
        return self.time

    def random(self, length: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(f"witness {self.drawn}".encode()).digest(length)


def fill(ws: Workspace, folder: Path) -> None:
    """A little of everything that this format can hold: what came with each format, in the order in which it came."""
    rubrics.adopt(ws, [RUBRIC])
    for since, add in ((1, add_scores), (2, add_days), (4, add_peers), (5, add_works), (6, add_release), (7, add_life)):
        if since <= LATEST:
            add(ws, folder)


def add_scores(ws: Workspace, folder: Path) -> None:
    """Assessments with every blank, a self-assessment that was reopened, kept comments, works."""
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


def add_days(ws: Workspace, _folder: Path) -> None:
    """Days of the production log, corrected, checked and taken out."""
    from rubricapp.operations import production_log

    ama, noor, tunde = (people.who(ws, name) for name in ("Ama Invented", "نور Made-Up", "Tunde Invented"))
    said = {"worked_on": "2026-09-10", "day_type": "shoot", "production": "Invented river", "call": "06:30",
            "wrap": "18:00", "tasks": "Loaded magazines.", "happened": "Rain.\n雨",
            "criteria": "WIT-1 WIT-2"}  # fmt: skip
    day = production_log.add_day(ws, ama, said)[0]
    production_log.edit_day(ws, day.id, {"next_step": "Bring a cover."})
    production_log.check_day(ws, day.id, tunde, "corrected", "10", "We wrapped earlier.")
    out = production_log.add_day(ws, noor, {"worked_on": "2026-09-11"})[0]
    production_log.remove_day(ws, out.id)


def add_peers(ws: Workspace, _folder: Path) -> None:
    """A round of peer review; one review is finished."""
    from rubricapp.operations import peer_review
    from rubricapp.store.peer_reviews import list_pairs

    names = ("Efua Invented", "Kofi Invented", "Li Invented")
    made = {each.id: each for name in names for each in people.add_person(ws, Role.PARTICIPANT, name)[:1]}
    made |= {each.id: each for each in (people.who(ws, "Ama Invented"), people.who(ws, "نور Made-Up"))}
    rubric, final = find_rubric(ws, "witness"), find_occasion(ws, "final")
    peer_review.allocate_round(ws, rubric, final, 2, 7)
    pairs = list_pairs(ws, peer_review.find_round(ws, rubric, final))
    levels = {f"WIT-{n}": n for n in range(1, 5)}
    boxes = {"works": "The light.", "change": "The pace.", "next_step": "Ask sooner."}
    one, other = pairs[0], pairs[-1]
    peer_review.write_review(
        ws, made[one.reviewer], made[one.author], rubric, final, levels, {"WIT-2": "Calm."}, boxes, finish=True
    )
    peer_review.write_review(ws, made[other.reviewer], made[other.author], rubric, final, {"WIT-1": 2}, {}, boxes)


def add_works(ws: Workspace, folder: Path) -> None:
    """A work with every detail, linked to criteria by its time; a day linked, too."""
    from rubricapp.operations import artefacts, evidence_links
    from rubricapp.store.production_log import list_log

    ama = people.who(ws, "Ama Invented")
    clip = folder.parent / "clip.mov"
    clip.write_bytes(b"no clip at all\n")
    details = {"title": "River, first cut", "role": "Camera", "made_from": "2026-09-01", "languages": "en fr",
               "context": "Invented.", "reflection": "Steadier.\nSlower.", "embargo_until": "2027-01-31"}  # fmt: skip
    work = artefacts.add_work(ws, ama.id, str(clip), details)[0]
    clip.unlink()
    artefacts.add_work(ws, ama.id, "https://example.org/reel", {"title": "Reel"})
    place = evidence_links.Place("0:01", "0:03")
    link = evidence_links.link_evidence(ws, work.id, "WIT-1", place, "Here.")[0]
    evidence_links.edit_note(ws, link.id, "Here, and again.")
    evidence_links.link_day(ws, list_log(ws, ama.id)[0].id, "WIT-2", "That day.")


def add_release(ws: Workspace, _folder: Path) -> None:
    """A showing, works shown to some only, results released and held back."""
    from rubricapp.operations import audiences, releases, showings
    from rubricapp.store.artefacts import list_artefacts

    ama = people.who(ws, "Ama Invented")
    reel = next(each for each in list_artefacts(ws, ama.id) if each.title == "Reel")
    showings.add_showing(ws, reel.id, {"shown_on": "2026-10-01", "place": "Invented festival", "result": "Shortlist"})
    audiences.show_to(ws, reel.id, "industry", False)
    releases.release(ws, [ama.id], occasions=[find_occasion(ws, "2026-09-15").id])


def add_life(ws: Workspace, folder: Path) -> None:
    """What came with packages: who is asked, meetings, agreed levels, a committee, calibration, somebody erased."""
    from rubricapp.operations import agreeing, assigning, calibration, committee, mentoring, moderation, privacy

    ama, noor, tunde = (people.who(ws, name) for name in ("Ama Invented", "نور Made-Up", "Tunde Invented"))
    rubric, final = find_rubric(ws, "witness"), find_occasion(ws, "final")
    people.add_person(ws, Role.LEAD, "Lena Invented")
    other = people.add_person(ws, Role.ASSESSOR, "Zed Invented")[0]
    for asked in (tunde, other):
        assigning.assign(ws, noor, asked, rubric, find_occasion(ws, "midpoint"))
        one = assessments.begin(ws, noor, rubric, find_occasion(ws, "midpoint"), asked)[0]
        for n in range(1, 5):
            assessments.rate(ws, one.id, f"WIT-{n}", 1 if asked is other else 4)
        assessments.finish(ws, one.id)
    gap = next(gap for each in moderation.list_standings(ws, noor.id) for gap in each.open_gaps)
    place = agreeing.find_place(ws, noor, gap.criterion.id, occasions=[find_occasion(ws, "midpoint").id])
    agreeing.agree(ws, place, 3, "Both saw the second take.")
    case = committee.open_case(ws, noor, "2026-12-01", [tunde, other])[0]
    committee.vote(ws, case, tunde, "pass", "Steady.")
    held = mentoring.hold_meeting(
        ws, ama, tunde, {"held_on": "2026-09-20", "topics": "Light.", "minutes": "30"},
        [mentoring.NewAction("Shoot at dusk", "2026-10-01", "WIT-1")],
    )  # fmt: skip
    mentoring.settle(ws, held.actions[0], mentoring.Settled("Done twice.", "2026-09-30"))
    mentoring.add_milestone(ws, ama, "2026-10-02", "First short shown")
    sample = calibration.make_sample(ws, rubric, "Practice", {"WIT-1": 3}, {"WIT-1": "Clear."})[0]
    calibration.score_sample(ws, tunde, sample, {"WIT-1": 4})
    gone = people.add_person(ws, Role.PARTICIPANT, "Gone Invented")[0]
    privacy.erase(ws, gone.id, "Gone Invented", "Asked for it.")
    assigning.assign(ws, ama, tunde, rubric, final)


def expected(ws: Workspace) -> dict:
    """What every later version must find in it: scores as they are counted, and what the log ends with."""
    scores = {}
    for each in list_assessments(ws):
        score = score_of(load_rubric(ws, each.rubric), each)
        numbers = (score.value, score.observed_value, score.percent, score.coverage, score.low, score.high)
        scores[each.id] = [each.state, score.gate, *map(str, numbers)]
    return {"changes": ws.rows("SELECT count(*) FROM change")[0][0], "snapshot": load_snapshot(ws)[0], "scores": scores}


def send_out(ws: Workspace, into: Path) -> None:
    """What travels: a kit, the return that answers it, a portfolio file; as far as this format has them."""
    from rubricapp.operations import portfolio_files

    portfolio_files.make(ws, people.who(ws, "Ama Invented"), into / "portfolio.rubricfolio")
    if LATEST < 7:
        return
    from rubricapp.operations import kits, returns

    made = kits.make_kit(ws, people.who(ws, "Tunde Invented", Role.ASSESSOR), into, WORDS)
    made.path.rename(into / "kit.rubricpack")
    laptop = into / "laptop"
    kits.open_kit(into / "kit.rubricpack", laptop, WORDS)
    with open_(laptop) as theirs:
        final = find_occasion(theirs, "final")
        one = assessments.begin(
            theirs, people.who(theirs, "Ama Invented"), find_rubric(theirs, "witness"), final,
            people.who(theirs, "Tunde Invented", Role.ASSESSOR),
        )[0]  # fmt: skip
        assessments.comment(theirs, one.id, "WIT-1", "Said on another laptop. 映画")
        returns.make_return(theirs, into).path.rename(into / "return.rubricpack")
    shutil.rmtree(laptop)


def main(into: Path) -> None:
    clock = Clockwork()
    with programmes.start(
        into, "Witness programme", "2026", "2026-09-01", sources=Sources(clock.now, clock.random), rubrics=[]
    ) as ws:
        fill(ws, into)
        if LATEST >= 6:
            send_out(ws, into)
        said = expected(ws)
        ws.connection.execute("UPDATE device SET label = 'witness'")
        ws.connection.execute("DELETE FROM meta WHERE key = 'machine'")
        ws.connection.execute("VACUUM")
    (into / "expected.json").write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    whole = into / "workspace.sqlite3"
    (into / "workspace.sqlite3.gz").write_bytes(gzip.compress(whole.read_bytes(), mtime=0))
    whole.unlink()
    (into / "workspace.lock").unlink()
    shutil.rmtree(into / "backups")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent / "workspaces" / f"v{LATEST}")
