"""What peers say stands beside what assessors say, and is never mixed into it."""

from __future__ import annotations

import dataclasses

import openpyxl
import pytest

from rubricapp.core.model import AssessmentKind, Blank, Role
from rubricapp.core.viewing import EVERYTHING
from rubricapp.jobs import Progress
from rubricapp.operations import assessments, peer_feedback, peer_review, people, reporting, scores
from rubricapp.reports.figures import gather
from rubricapp.reports.pdf.cohort import make_cohort
from rubricapp.reports.pdf.participant import make_participant
from rubricapp.store.assessments import find_assessment, list_assessments, list_earlier
from rubricapp.store.cohort import load_matrix
from rubricapp.store.history import list_history
from rubricapp.store.peer_reviews import list_written
from rubricapp.store.people import find_people
from rubricapp.store.viewing import load_view
from tests.operations.rounds import Asked, ask

CANARY = "peers alone say this"


@pytest.fixture
def asked(ws) -> Asked:
    """A round in which assessors, too, have scored everybody, all at level 2."""
    found = ask(ws, people_=7, reviews=3)
    assessor = find_people(ws, "A-001")[0]
    for person in found.people.values():
        made = assessments.begin(ws, person, found.rubric, found.occasion, assessor)[0]
        assessments.rate_many(ws, made, found.rubric, {f"TST-{n}": 2 for n in range(1, 7)})
        assessments.finish(ws, made.id)
    return found


def write_peers(asked: Asked) -> None:
    """Everybody at level 5; one review stays a draft."""
    for number, pair in enumerate(asked.pairs):
        asked.write(
            asked.people[pair.reviewer], asked.people[pair.author],
            {f"TST-{n}": 5 for n in range(1, 7)}, {"TST-1": CANARY}, CANARY, finish=number > 0,
        )  # fmt: skip


def test_scores_map_and_reports_are_the_same_with_and_without_peers(ws, asked, tmp_path) -> None:
    person = next(iter(asked.people))
    assessor = find_people(ws, "A-001")[0]
    own = find_assessment(ws, person, asked.rubric.content_hash, asked.occasion.id, assessor.id)

    def everything(data) -> dict[str, object]:
        cohort = gather(data)
        return {
            "score": scores.explain(ws, own.id),
            "map": load_matrix(ws, asked.rubric.content_hash, asked.occasion.id),
            "values": cohort.values,
            "medians": cohort.medians,
            "drafts": data.drafts,
            "participant": make_participant(cohort, person).data,
            "cohort": make_cohort(cohort).data,
        }

    data = reporting.collect(ws)
    without = everything(data)
    write_peers(asked)
    after = reporting.collect(ws)
    assert sum(each.kind is AssessmentKind.PEER for each in after.assessments) == len(asked.pairs) - 1
    with_peers = everything(dataclasses.replace(after, snapshot=data.snapshot))
    for name, value in without.items():
        assert with_peers[name] == value, name  # byte for byte, where it is a report


def test_the_workbook_says_that_peers_are_left_out_and_nothing_else_of_them(ws, asked, tmp_path) -> None:
    cells = []
    before = reporting.collect(ws)
    write_peers(asked)
    for number, data in enumerate((before, dataclasses.replace(reporting.collect(ws), snapshot=before.snapshot))):
        path = tmp_path / f"{number}.xlsx"
        batch = reporting.make_workbook(data, path, Progress())
        assert batch.problems == (), "it is a rule that stands on its first sheet, not something to mend"
        book = openpyxl.load_workbook(path)
        cells.append({sheet.title: [cell.value for row in sheet for cell in row if cell.value] for sheet in book})
    plain, beside = cells
    (said,) = (each for each in beside["Read me"] if each not in plain["Read me"])
    assert "peer reviews are not in it" in str(said)
    assert {title: values for title, values in beside.items() if title != "Read me"} == {
        title: values for title, values in plain.items() if title != "Read me"
    }
    assert CANARY not in repr(beside)


def test_a_reviewer_is_never_shown_what_other_reviewers_wrote(ws, asked) -> None:
    write_peers(asked)
    finished = [each for each in list_assessments(ws, kind=AssessmentKind.PEER) if not each.is_open]
    assert finished
    for each in finished:
        assert list_earlier(ws, each, EVERYTHING) == []


def test_a_reviewer_sees_their_own_earlier_review(ws, asked) -> None:
    write_peers(asked)
    final = peer_review.allocate_round(ws, asked.rubric, next_occasion(ws), 3, 1)
    later = dataclasses.replace(asked, occasion=next_occasion(ws), round=final.round)
    known = {(pair.reviewer, pair.author) for pair in asked.pairs[1:]}
    again = next(pair for pair in later.pairs if (pair.reviewer, pair.author) in known)
    later.write(asked.people[again.reviewer], asked.people[again.author])
    (mine,) = [
        each
        for each in list_assessments(ws, participant=again.author, assessor=again.reviewer, kind=AssessmentKind.PEER)
        if each.occasion == later.occasion.id
    ]
    assert [each.assessor for each in list_earlier(ws, mine, EVERYTHING)] == [again.reviewer]


def next_occasion(ws):
    from rubricapp.store.people import find_occasion

    return find_occasion(ws, "final")


def test_a_persons_own_view_of_their_history_leaves_peers_out(ws, asked) -> None:
    write_peers(asked)
    person = next(iter(asked.people))
    assert CANARY in repr(list_history(ws, person))
    assert CANARY in repr(list_history(ws, person, "TST-1"))
    view = load_view(ws, asked.people[person])
    for own in (list_history(ws, person, view=view), list_history(ws, person, "TST-1", view)):
        assert CANARY not in repr(own)
        assert not {each.author for each in own} & (set(asked.people) - {person})


def test_the_lead_sees_peers_beside_assessors(ws, asked) -> None:
    person = next(iter(asked.people.values()))
    *first, last = asked.reviewers_of(person)
    for reviewer in first:
        asked.write(reviewer, person, {"TST-1": 4, "TST-2": Blank.NOT_OBSERVED})
    before = peer_feedback.peers_beside_assessors(ws, asked.now, person)
    assert [each.reviewed.median for each in before] == [None] * 6  # two are too few
    asked.write(last, person, {"TST-1": 5, "TST-2": 1})
    one, two, *_rest = peer_feedback.peers_beside_assessors(ws, asked.now, person)
    assert (one.assessed, one.assessors, one.reviewed.median, one.difference) == (2, 1, 4, 2)
    assert (one.reviewed.low, one.reviewed.high, one.reviewed.count) == (4, 5, 3)
    assert (two.assessed, two.reviewed.median, two.reviewed.count, two.difference) == (2, None, 1, None)
    peer_review.withhold(ws, list_written(ws, asked.now, person.id)[0].review.assessment.id, "Unkind")
    assert peer_feedback.peers_beside_assessors(ws, asked.now, person)[0].reviewed.count == 2


def test_a_lead_is_no_peer(ws, asked) -> None:
    lead = people.add_person(ws, Role.LEAD, "Lead Example")[0]
    assert lead.id not in {each.id for each in asked.people.values()}
    write_peers(asked)
    data = reporting.collect(ws)
    assert {each.kind for each in data.assessments} == {AssessmentKind.ASSESSOR, AssessmentKind.PEER}
