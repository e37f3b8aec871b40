"""What the database counts for the heat map, the progress and the latest work."""

from __future__ import annotations

from rubricapp.core.agreed_levels import Outcome
from rubricapp.core.model import AssessmentKind, Blank, Role
from rubricapp.core.scoring import combine
from rubricapp.operations import agreeing, assessments, people
from rubricapp.store.assessments import list_assessments
from rubricapp.store.cohort import NOTHING, Cell, count_finished, list_finished_slots, load_matrix
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.progress import Tally, count_progress, list_recent
from rubricapp.store.rubrics import find_rubric


def rate(ws, code: str, assessor: str, levels: dict, finish: bool = True, kind=AssessmentKind.ASSESSOR) -> str:
    rubric = find_rubric(ws, "small")
    person, who = find_people(ws, code)[0], find_people(ws, assessor)[0]
    made = assessments.begin(ws, person, rubric, find_occasion(ws, "baseline"), who, kind)[0]
    assessments.rate_many(ws, made, rubric, levels)
    if finish:
        assessments.finish(ws, made.id)
    return made.id


def matrix(ws):
    return load_matrix(ws, find_rubric(ws, "small").content_hash, find_occasion(ws, "baseline").id)


def test_only_finished_assessments_by_assessors_count(ws) -> None:
    people.add_person(ws, Role.PARTICIPANT, "Kofi Bempah", "P-002")
    rate(ws, "P-001", "A-001", {"TST-1": 4, "TST-2": Blank.NOT_OBSERVED})
    rate(ws, "P-002", "A-001", {"TST-1": 5}, finish=False)
    rate(ws, "P-001", "P-001", {"TST-1": 1}, kind=AssessmentKind.SELF)
    found = matrix(ws)
    person = find_people(ws, "P-001")[0].id
    assert found.cells == {person: {"TST-1": Cell(1, 4, ""), "TST-2": Cell(0, 0, "not_observed")}}
    assert found.finished == {person: 1}
    assert found.cell(person, "TST-3") is NOTHING
    assert [each.code for each in found.participants] == ["P-002", "P-001"]
    assert count_finished(ws) == {person: 1}
    assert [row[2] for row in list_finished_slots(ws)] == [1]


def test_the_database_agrees_with_the_rule_for_several_assessors(ws) -> None:
    people.add_person(ws, Role.ASSESSOR, "Nia Example", "A-002")
    blank = Blank
    rate(ws, "P-001", "A-001", {"TST-1": 4, "TST-2": blank.NOT_OBSERVED, "TST-3": blank.NOT_APPLICABLE, "TST-4": 2})
    rate(
        ws,
        "P-001",
        "A-002",
        {"TST-1": 3, "TST-2": blank.NOT_APPLICABLE, "TST-3": blank.NOT_APPLICABLE, "TST-4": blank.NOT_OBSERVED},
    )
    cells = next(iter(matrix(ws).cells.values()))
    counted = {key: cell.mean if cell.n else Blank(cell.blank) for key, cell in cells.items()}
    assert counted == combine(list_assessments(ws))
    assert cells["TST-1"] == Cell(2, 7, "")
    assert counted["TST-3"] is blank.NOT_APPLICABLE


def test_progress_counts_ones_own_work(ws) -> None:
    people.add_person(ws, Role.PARTICIPANT, "Kofi Bempah", "P-002")
    assert count_progress(ws, find_people(ws, "A-001")[0].id) == {}
    rate(ws, "P-001", "A-001", {"TST-1": 4})
    rate(ws, "P-002", "A-001", {"TST-1": 4}, finish=False)
    slot = (find_rubric(ws, "small").content_hash, find_occasion(ws, "baseline").id)
    assert count_progress(ws, find_people(ws, "A-001")[0].id) == {slot: Tally(begun=2, finished=1)}
    assert count_progress(ws, "somebody else") == {}


def test_the_latest_work_comes_first_and_only_ones_own(ws) -> None:
    people.add_person(ws, Role.PARTICIPANT, "Kofi Bempah", "P-002")
    people.add_person(ws, Role.ASSESSOR, "Nia Example", "A-002")
    me = find_people(ws, "A-001")[0].id
    first = rate(ws, "P-001", "A-001", {"TST-1": 4}, finish=False)
    second = rate(ws, "P-002", "A-001", {"TST-1": 4, "TST-2": Blank.NOT_OBSERVED}, finish=False)
    rate(ws, "P-002", "A-002", {"TST-1": 1}, finish=False)
    assert [each.assessment for each in list_recent(ws, me)] == [second, first]
    assert list_recent(ws, me)[0].rated == 2
    assessments.rate(ws, first, "TST-2", 3)
    assert [each.assessment for each in list_recent(ws, me)] == [first, second]
    assert [each.assessment for each in list_recent(ws, me, 1)] == [first]


def test_what_assessors_settled_on_stands_in_the_map(ws) -> None:
    for number, name in enumerate(("Nia Example", "Ines Example"), 2):
        people.add_person(ws, Role.ASSESSOR, name, f"A-{number:03}")
    for by, level in (("A-001", 1), ("A-002", 4), ("A-003", 5)):
        rate(ws, "P-001", by, {"TST-1": level, "TST-2": level, "TST-3": level, "TST-4": level})
    person = find_people(ws, "P-001")[0]
    before = matrix(ws).cells[person.id]
    for criterion, value in (("TST-1", 3), ("TST-2", Outcome.BOTH), ("TST-3", Blank.NOT_OBSERVED)):
        agreeing.agree(ws, agreeing.find_place(ws, person, criterion), value, "Seen together.")
    after = matrix(ws).cells[person.id]
    assert after == before | {
        "TST-1": Cell(1, 3, "", True), "TST-2": Cell(1, 4, "", True), "TST-3": Cell(0, 0, "not_observed", True),
    }  # fmt: skip
    counted = {key: cell.mean if cell.n else Blank(cell.blank) for key, cell in after.items()}
    (settled,) = load_settled(ws).values()
    assert counted == combine(list_assessments(ws), settled)
