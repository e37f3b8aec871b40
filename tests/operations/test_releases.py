"""Nothing reaches a participant before it is released; what was released can be taken back, with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rubricapp.core.changes import derived_id
from rubricapp.core.model import AssessmentKind, Role
from rubricapp.errors import UserError
from rubricapp.operations import assessments, people, releases
from rubricapp.store.changes import list_changes
from rubricapp.store.history import list_history
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.releases import list_released, list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


def on(ws, day: int) -> None:
    ws.sources = replace(ws.sources, now=lambda: datetime(2026, 11, day, 12, tzinfo=UTC))


def assess(ws, by: str = "A-001", occasion: str = "baseline", kind: str = "assessor", finish: bool = True) -> str:
    rubric = find_rubric(ws, "small")
    about, assessor = find_people(ws, "P-001")[0], find_people(ws, by)[0]
    found, _changes = assessments.begin(ws, about, rubric, find_occasion(ws, occasion), assessor, AssessmentKind(kind))
    assessments.rate(ws, found.id, "TST-1", 3)
    if finish:
        assessments.finish(ws, found.id)
    return found.id


def code(function, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    assert caught.value.what and caught.value.do
    return caught.value.code


def test_from_nothing_to_released_and_back(ws, amara) -> None:
    assert code(releases.release, ws, [amara.id]) == "E_NOTHING_TO_RELEASE"
    assess(ws, finish=False)
    assert code(releases.release, ws, [amara.id]) == "E_NOTHING_TO_RELEASE"
    finished = assess(ws)
    assert list_released(ws, amara.id) == []
    done = releases.release(ws, [amara.id])
    assert done.changes.concerns("release")
    assert [each.id for each in list_released(ws, amara.id)] == [finished]
    assert not releases.release(ws, [amara.id, amara.id]).changes, "saying it again writes nothing"
    assert code(releases.take_back, ws, [amara.id], " \n") == "E_REASON"
    assert code(releases.take_back, ws, ["somebody"], "why") == "E_NOT_RELEASED"
    assert releases.take_back(ws, [amara.id], "A level was wrong.").released == done.released
    assert list_released(ws, amara.id) == list_releases(ws) == []
    record = derived_id("release", *(getattr(done.released[0], name) for name in ("participant", "rubric", "occasion")))
    history = list_changes(ws.connection, [record])
    assert [each.value for each in history if each.field == "released_on"] == [done.released[0].released_on, None]
    assert history[-1].reason == "A level was wrong."
    assert "A level was wrong." in {each.reason for each in list_history(ws, amara.id)}
    assert code(releases.take_back, ws, [amara.id], "again") == "E_NOT_RELEASED"
    assert releases.release(ws, [amara.id]).changes
    assert len(list_released(ws, amara.id)) == 1
    assert find_faults(ws).ok


def test_nobody_takes_results_home_before_their_own_view(ws, amara) -> None:
    tunde = find_people(ws, "A-001")[0]
    assess(ws)
    releases.demand_own_first(ws, amara, amara)  # nothing is released yet: nothing can be seen
    releases.release(ws, [amara.id])
    assess(ws, "P-001", kind="self", finish=False)
    assert code(releases.demand_own_first, ws, amara, amara) == "E_OWN_FIRST"
    for reader in (tunde, None):
        releases.demand_own_first(ws, amara, reader)
    assess(ws, "P-001", kind="self")
    releases.demand_own_first(ws, amara, amara)


def test_what_is_finished_later_waits_for_the_next_release(ws, amara) -> None:
    people.add_person(ws, Role.ASSESSOR, "Bola Example", "A-002")
    on(ws, 20)
    first = assess(ws)
    late = assess(ws, "A-002", finish=False)
    done = releases.release(ws, [amara.id])
    assert [each.id for each in done.waiting] == [late]
    on(ws, 21)
    assessments.finish(ws, late)
    assert [each.id for each in list_released(ws, amara.id)] == [first]
    assert [each.released_on for each in releases.release(ws, [amara.id]).released] == ["2026-11-21"]
    assert {each.id for each in list_released(ws, amara.id)} == {first, late}
    assessments.reopen(ws, first, "a slip")
    assert [each.id for each in list_released(ws, amara.id)] == [late]


def test_only_what_was_named_is_released(ws, amara, document) -> None:
    from rubricapp.operations import rubrics

    rubrics.adopt(ws, [document | {"version": "1.1", "summary": "New words."}, document | {"id": "other"}])
    assess(ws, occasion="baseline")
    assess(ws, occasion="midpoint")
    small = releases.find_versions(ws, "small")
    assert len(small) == 2
    assert releases.find_versions(ws, "small@1.0") == (find_rubric(ws, "small@1.0").content_hash,)
    assert code(releases.find_versions, ws, "nothing") == "E_NO_RUBRIC"
    assert code(releases.find_occasion_named, ws, "nothing") == "E_NO_OCCASION"
    other = releases.find_versions(ws, "other")
    assert code(releases.release, ws, [amara.id], other) == "E_NOTHING_TO_RELEASE"
    midpoint = releases.find_occasion_named(ws, "MIDPOINT").id
    assert [each.occasion for each in releases.release(ws, [amara.id], small, [midpoint]).released] == [midpoint]
    assert [each.occasion for each in list_released(ws, amara.id)] == [midpoint]


def test_self_and_peer_assessments_are_not_the_programmes_to_release(ws, amara) -> None:
    people.add_person(ws, Role.PARTICIPANT, "Peer Example", "P-002")
    people.add_person(ws, Role.MENTOR, "Mentor Example", "M-001")
    assess(ws, "P-001", kind="self")
    assess(ws, "P-002", kind="peer")
    assert code(releases.release, ws, [amara.id]) == "E_NOTHING_TO_RELEASE"
    mentored = assess(ws, "M-001", kind="mentor")
    releases.release(ws, [amara.id])
    assert [each.id for each in list_released(ws, amara.id)] == [mentored]
