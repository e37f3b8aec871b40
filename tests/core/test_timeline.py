"""Events in their order, days of the log by week where they are many."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rubricapp.core.mentoring import Meeting, Visibility
from rubricapp.core.model import Assessment, AssessmentId, AssessmentState, LogEntry, Occasion, OccasionId, PersonId
from rubricapp.core.portfolio import Artefact, Showing
from rubricapp.core.timeline import (
    Event,
    EventKind,
    first_day,
    in_order,
    of_assessment,
    of_log,
    of_meeting,
    of_showing,
    of_work,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        ("2026-11", date(2026, 11, 1)),
        ("2026", date(2026, 1, 1)),
        ("2026-02-30", None),
        ("2026-13", None),
        ("٢٠٢٦", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_a_month_a_year_or_nothing(text, day) -> None:
    assert first_day(text) == day


def test_events_come_oldest_first_and_those_without_a_day_last() -> None:
    none, year = Event("", EventKind.PEER), Event("2027", EventKind.SHOWING)
    log, meeting = Event("2026-11-03", EventKind.LOG), Event("2026-11-03", EventKind.MEETING)
    assert in_order([none, year, log, meeting]) == (meeting, log, year, none)


def test_assessments_of_one_day_come_in_the_order_of_their_occasions() -> None:
    final = Event("2026-11-03", EventKind.ASSESSMENT, "a", position=2)
    baseline = Event("2026-11-03", EventKind.ASSESSMENT, "b", position=0)
    assert in_order([final, baseline]) == (baseline, final)


def entry(day: str, minutes: int | None = 600, role: str = "2nd AC") -> LogEntry:
    return LogEntry(day, PersonId("p"), day, production="Night Market", role=role, minutes=minutes)


def test_few_days_come_one_by_one_and_two_entries_of_a_day_are_one_day() -> None:
    found = of_log([entry("2026-11-02"), entry("2026-11-03"), entry("2026-11-03", None, "Loader")])
    assert [(each.on, each.days, each.minutes, each.detail) for each in found] == [
        ("2026-11-02", 1, 600, "2nd AC"),
        ("2026-11-03", 1, 600, "2nd AC, Loader"),
    ]
    assert found[0].record == "2026-11-02"
    assert found[1].record == ""


def test_many_days_come_by_week() -> None:
    days = [f"2026-11-{day:02}" for day in range(2, 21)]  # Monday the 2nd to Friday the 20th
    found = of_log([entry(day) for day in days])
    assert [(each.on, each.until, each.days) for each in found] == [
        ("2026-11-02", "2026-11-08", 7),
        ("2026-11-09", "2026-11-15", 7),
        ("2026-11-16", "2026-11-20", 5),
    ]
    assert sum(each.minutes for each in found) == 600 * len(days)


def test_an_assessment_stands_on_the_day_of_its_occasion() -> None:
    given = Assessment(
        AssessmentId("a"),
        PersonId("p"),
        PersonId("x"),
        "r",
        OccasionId("o"),
        state=AssessmentState.FINISHED,
        finished_at=datetime(2026, 11, 20, 18, tzinfo=UTC),
    )
    dated = Occasion(OccasionId("o"), "week 6", "observation", "2026-11-18")
    assert of_assessment(given, None, dated, "Tunde").on == "2026-11-18"
    assert of_assessment(given, None, Occasion(OccasionId("o"), "final", "final"), "Tunde").on == "2026-11-20"
    assert of_assessment(given, None, None, "Tunde").on == "2026-11-20"


def test_a_work_stands_where_it_was_finished_and_a_showing_where_it_was_shown() -> None:
    work = Artefact("w", PersonId("p"), "Night Market", "n.mp4", "video", 1, "", "2026-11-20", "film", "DoP")
    assert (of_work(work).on, of_work(work).detail) == ("2026-11-20", "film · DoP")
    dated = Artefact("w", PersonId("p"), "N", "n.mp4", "video", 1, "", "2026-11-20", made_from="2026-10-01")
    assert of_work(dated).on == "2026-10-01"
    shown = of_showing(Showing("s", work.id, "2027-05", "festival", "Ouagadougou", "Jury prize"), work)
    assert (shown.on, shown.title, shown.detail, shown.record) == (
        "2027-05",
        "Night Market",
        "Ouagadougou · Jury prize",
        "w",
    )


def test_of_a_hidden_meeting_there_is_the_day_alone() -> None:
    hidden = Meeting("m", PersonId("p"), PersonId("x"), "2026-11-03", 45, visibility=Visibility.PAIR, hidden=True)
    event = of_meeting(hidden, "Mo")
    assert (event.on, event.by, event.detail, event.hidden) == ("2026-11-03", "Mo", "", True)
