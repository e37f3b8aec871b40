"""A programme in which everybody works away from the lead: an assessor, two peers, a mentor, a participant, each on
their own laptop, with their own kit; what they hand in is merged in two orders and gives the same tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rubricapp.core.calibration import Gate
from rubricapp.core.kits import Circle
from rubricapp.core.model import AssessmentKind, Role
from rubricapp.operations import (
    artefacts,
    assessments,
    assigning,
    calibration,
    kits,
    mentoring,
    peer_review,
    people,
    production_log,
    releases,
    returns,
)
from rubricapp.operations.merging import undo
from rubricapp.operations.recipients import find_everybody
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.calibrations import list_practices, list_samples
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.kinds import KINDS
from rubricapp.store.mentoring import list_actions, list_meetings
from rubricapp.store.peer_reviews import list_rounds
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.production_log import list_log, list_log_checks
from rubricapp.store.releases import list_released
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import WORDS, make_passphrases_quick, start_programme, who

BOXES = {"works": "At 00:42 the frame holds.", "change": "Scene 2 is dark.", "next_step": "Meter the window first."}
ASSESSOR, PEERS, MENTOR, PARTICIPANT = "A-001", ("P-002", "P-003"), "M-001", "P-001"
EVERYBODY = (ASSESSOR, *PEERS, MENTOR, PARTICIPANT)


def start(folder: Path, document: dict) -> Workspace:
    ws = start_programme(folder, document, asked=False)
    people.add_person(ws, Role.MENTOR, "Maya Mentor")
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    calibration.make_sample(ws, rubric, "Night Market", {"TST-1": 3}, {"TST-1": "The frame holds"})
    calibration.set_gate(ws, rubric, Gate(demanded=True))
    assigning.assign(ws, who(ws, PARTICIPANT), who(ws, ASSESSOR), rubric, baseline, despite="The week cannot wait")
    mentoring.accompany(ws, who(ws, PARTICIPANT), who(ws, MENTOR))
    peer_review.allocate_round(ws, rubric, baseline, 2, 7319, reciprocal=True)
    production_log.add_day(ws, who(ws, PARTICIPANT), {"worked_on": "2026-09-10", "tasks": "Lit the stage"})
    return ws


def assess(ws: Workspace, about: str, by: str, kind: AssessmentKind, level: int, words: str) -> None:
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun = assessments.begin(ws, who(ws, about), rubric, baseline, who(ws, by), kind)[0]
    assessments.rate_many(ws, begun, rubric, {f"TST-{n}": level for n in range(1, 7)}, {"TST-1": words})
    assessments.finish(ws, begun.id)


def review(ws: Workspace, by: str, about: str) -> None:
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    boxes = {name: f"{text} {by} on {about}" for name, text in BOXES.items()}
    peer_review.write_review(ws, who(ws, by), who(ws, about), rubric, baseline, {"TST-1": 3}, {}, boxes, finish=True)


def work_as_assessor(ws: Workspace, _place: Path) -> None:
    sample = list_samples(ws)[0]
    done = calibration.score_sample(ws, who(ws, ASSESSOR), sample, {"TST-1": 3}, finish=True)
    assert done.waits and done.gaps == ()
    assert {each.code for each in list_people(ws, Role.PARTICIPANT)} == {PARTICIPANT}
    assess(ws, PARTICIPANT, ASSESSOR, AssessmentKind.ASSESSOR, 4, "said by the assessor")


def work_as_peer(code: str) -> Callable[[Workspace, Path], None]:
    def work(ws: Workspace, _place: Path) -> None:
        for author in ({PARTICIPANT, *PEERS}) - {code}:
            review(ws, code, author)

    return work


def work_as_mentor(ws: Workspace, _place: Path) -> None:
    (day,) = list_log(ws)
    production_log.check_day(ws, day.id, who(ws, MENTOR), "corrected", "9", "I left at nine")
    mentoring.hold_meeting(
        ws, who(ws, PARTICIPANT), who(ws, MENTOR), {"held_on": "2026-09-11", "topics": "Between us"},
        [mentoring.NewAction("Meter the window")],
    )  # fmt: skip
    assess(ws, PARTICIPANT, MENTOR, AssessmentKind.MENTOR, 2, "said by the mentor")


def work_as_participant(ws: Workspace, place: Path) -> None:
    me = who(ws, PARTICIPANT)
    production_log.add_day(ws, me, {"worked_on": "2026-09-12", "tasks": "Gripped", "incident": "A cut finger"})
    clip = place / "clip.txt"
    clip.write_text("bytes of a clip that was made at home")
    artefacts.add_work(ws, me.id, str(clip), {"title": "Clip"})
    assess(ws, PARTICIPANT, PARTICIPANT, AssessmentKind.SELF, 3, "said of myself")
    review(ws, PARTICIPANT, PEERS[0])


WORK = {
    ASSESSOR: work_as_assessor,
    PEERS[0]: work_as_peer(PEERS[0]),
    PEERS[1]: work_as_peer(PEERS[1]),
    MENTOR: work_as_mentor,
    PARTICIPANT: work_as_participant,
}
NOT_THEIRS = {
    ASSESSOR: ("Between us", "said by the mentor", "said of myself", "on P-001", "A cut finger", "The frame holds"),
    PEERS[0]: ("P-003 on", "P-001 on", "said by", "said of", "Between us", "Lit the stage", "The frame holds"),
    PEERS[1]: ("P-002 on", "P-001 on", "said by", "said of", "Between us", "Lit the stage", "The frame holds"),
    MENTOR: ("said by the assessor", "said of myself", "on P-001", "A cut finger", "The frame holds"),
    PARTICIPANT: ("said by", "P-002 on P-001", "P-003 on P-001", "The frame holds"),
}


def tables(ws: Workspace) -> dict[str, list[tuple]]:
    return {kind.table: sorted(ws.rows(f"SELECT * FROM {kind.table}"), key=repr) for kind in KINDS.values()}


def hand_out(lead: Workspace, place: Path) -> dict[str, Path]:
    found = find_everybody(lead)
    assert {each.person.code for each in found.ready} >= set(EVERYBODY)
    assert [person.code for person, _why in found.left_out] == ["L-001"]
    return {
        each.person.code: kits.make_kit(lead, each.person, place, WORDS).path
        for each in found.ready
        if each.person.code in EVERYBODY
    }


@pytest.mark.timeout(300)
def test_everybody_works_on_their_own_laptop(tmp_path, document, monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)
    files = []
    with start(tmp_path / "lead", document) as lead:
        assert {each.person.code: each.circles for each in find_everybody(lead).ready}[PARTICIPANT] == {
            Circle.PEER,
            Circle.PARTICIPANT,
        }
        for code, kit in hand_out(lead, tmp_path / "kits").items():
            assert kits.open_kit(kit, tmp_path / code, WORDS).me == who(lead, code).id
            with open_(tmp_path / code) as ws:
                said = repr(ws.rows("SELECT * FROM history"))
                assert not any(words in said for words in NOT_THEIRS[code]), code
                WORK[code](ws, tmp_path)
                assert find_faults(ws, files=True).ok
                files.append(returns.make_return(ws, tmp_path / "stick").path)
        secret = lead.meta("sealing_identity").partition(" ")[2]

    # In whichever order the returns come, the lead ends up with the same.
    found = []
    for name, order in (("one", files), ("other", files[::-1])):
        shutil.copytree(tmp_path / "lead", tmp_path / name)
        with open_(
            tmp_path / name
        ) as ws:  # a copy is another laptop; this one is to open what was sealed for the first
            ws.set_meta("sealing_identity", f"{ws.device} {secret}")
            brought = returns.bring_in(ws, order)
            assert [each.error for each in brought] == [None] * 5
            assert {each.code for one in brought for each in one.problems} == {"MERGE_NEW_SIGNER"}
            assert list_conflicts(ws) == []
            assert find_faults(ws, files=True).ok
            assert not any(each.changes for each in returns.bring_in(ws, order)), "again: nothing"
            found.append({key: rows for key, rows in tables(ws).items() if key != "device_key"})
            if name == "one":
                look_at_home(ws, document)
                before = tables(ws)
                ana = who(ws, ASSESSOR).id
                of_ana = next(each for each in brought if each.manifest.sender_person == ana)
                undo(ws, of_ana.merge)
                assert not list_practices(ws)
                returns.bring_in(ws, [of_ana.path])
                assert tables(ws) == before
                second_round(ws, tmp_path)
    assert found[0] == found[1]


def look_at_home(ws: Workspace, _document: dict) -> None:
    """Everything that was written away is with the lead, under the name of whoever wrote it."""
    kinds = sorted(str(each.kind) for each in list_assessments(ws))
    assert kinds == ["assessor", "mentor", *["peer"] * 5, "self"]
    amara = who(ws, PARTICIPANT)
    assert {each.worked_on for each in list_log(ws, amara.id)} == {"2026-09-10", "2026-09-12"}
    assert [checks[0].note for checks in list_log_checks(ws, amara.id).values()] == ["I left at nine"]
    assert [each.topics for each in list_meetings(ws, amara.id, everything=True)] == ["Between us"]
    assert [each.text for each in list_actions(ws, amara.id, everything=True)] == ["Meter the window"]
    clip = next(each for each in list_artefacts(ws) if each.title == "Clip")
    assert find_file(ws, clip).place.read_text() == "bytes of a clip that was made at home"
    stands = calibration.standing_of(ws, find_rubric(ws, "small"), who(ws, ASSESSOR))
    assert stands.passed


def second_round(lead: Workspace, tmp_path: Path) -> None:
    """Released, and handed out once more: everybody learns what is theirs to know by now, and nothing else."""
    releases.release(lead, [who(lead, PARTICIPANT).id], anyway="They differ by two, and know of each other")
    for code in EVERYBODY:
        made = kits.make_kit(lead, who(lead, code), tmp_path / "again")
        assert made.passphrase == "", "the laptops are known by now"
    with open_(tmp_path / PARTICIPANT) as ws:
        assert list_released(ws, who(ws, PARTICIPANT).id) == []
    # The copy that merged is another laptop than the one that the kits came from, so its kit is a new one to open.
    for code, words, others in (
        (PARTICIPANT, ("said by the assessor", "said by the mentor", "I left at nine"), ("P-002 on", "P-003 on")),
        (MENTOR, ("said by the mentor", "said by the assessor"), ("P-002 on", "A cut finger", "The frame holds")),
        (ASSESSOR, ("said by the assessor", "The frame holds"), ("said by the mentor", "said of myself")),
        (PEERS[0], ("P-002 on P-001",), ("P-003 on", "P-001 on", "said by", "The frame holds")),
    ):
        made = kits.make_kit(lead, who(lead, code), tmp_path / "new", WORDS)
        kits.open_kit(made.path, tmp_path / f"new-{code}", WORDS)
        with open_(tmp_path / f"new-{code}") as ws:
            said = repr(ws.rows("SELECT * FROM history"))
            assert all(each in said for each in words), code
            assert not any(each in said for each in others), code
            assert find_faults(ws, files=True).ok
    (held,) = list_rounds(lead)
    assert held.seed == 7319
