"""The cohort on paper: everyone by name, honest where there are few, the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from rubricapp.core.model import AssessmentState
from rubricapp.reports.figures import gather
from rubricapp.reports.pdf.cohort import build_cohort, make_cohort


@pytest.fixture
def pages(read_pdf):
    return lambda data: read_pdf(build_cohort(data))


def test_everyone_is_there_by_name_and_never_ranked(make_data, pages) -> None:
    data = make_data(people=12, rubrics=2)
    found = " ".join(pages(data))
    heat = found[found.index("Levels by participant: Camera") : found.index("Levels by participant: Sound")]
    places = [heat.index(each.name) for each in data.participants]
    assert places == sorted(places)
    later = found[found.index("Who needs what next") : found.index("Agreement of assessors")]
    places = [later.index(each.name) for each in data.participants]
    assert places == sorted(places)
    assert "not a ranking" in later


def test_the_summary_counts(make_data, pages) -> None:
    first = pages(make_data(people=12))[0]
    assert "12 participants · 24 finished assessments by 1 assessor · 1 rubric" in first
    assert "12 of 12 participants have a finished assessment" in first
    assert "Camera 1.0" in first
    assert "median" in first


@pytest.mark.parametrize("people", [41, 60])
def test_forty_rows_to_a_page_under_a_head_that_is_repeated(make_data, pages, people: int) -> None:
    data = make_data(people=people, occasions=1, comments=0)
    heat = [page for page in pages(data) if "Levels by participant: Camera" in page]
    assert len(heat) == 2
    assert [sum(each.name in page for each in data.participants) for page in heat] == [40, people - 40]
    assert all("CAM-1" in page and "1 Observes" in page and "not observed" in page for page in heat)
    assert "Median, baseline" in heat[1]
    assert "Median, baseline" not in heat[0]


def test_three_people_are_not_made_into_statistics(make_data, pages) -> None:
    found = " ".join(pages(make_data(people=3, assessors=2, occasions=2)))
    assert "no distribution is shown" in found
    assert "too few totals" in found
    assert "A median of fewer than five levels is not printed" in found
    assert "the growth of each is in their own report" in found
    assert "indicative" in found  # pairs of two assessors there are enough of


def test_agreement_without_two_assessors_says_so(make_data, pages) -> None:
    found = " ".join(pages(make_data(people=6, assessors=1)))
    assert "No participant was marked by two assessors on the same occasion" in found


def test_few_pairs_are_counts_and_no_percentage(make_data, pages, change) -> None:
    data = make_data(people=1, assessors=2, occasions=1, blanks=0, comments=0)
    found = " ".join(pages(data))
    agreement = found[found.index("Agreement of assessors") : found.index("How to read this")]
    assert "There are 7 pairs: too few for a percentage" in agreement
    assert " of 7" in agreement
    assert "%" not in agreement.replace("95 %", "")


def test_an_empty_cohort_has_an_honest_page(make_data, pages) -> None:
    data = replace(make_data(people=4), assessments=(), rubrics={}, drafts={})
    (page,) = pages(data)
    assert "No assessment has been finished yet" in page
    (page,) = pages(replace(data, participants=(), people={}))
    assert "0 participants" in page


def test_people_without_assessments_are_named_as_such(make_data, pages) -> None:
    data = make_data(people=6)
    missing = data.participants[2]
    data = replace(data, assessments=tuple(each for each in data.assessments if each.participant != missing.id))
    found = " ".join(pages(data))
    assert "5 of 6 participants have a finished assessment" in found
    later = found[found.index("Who needs what next") :]
    assert f"{missing.name} no finished assessment yet" in later
    heat = found[found.index("Levels by participant") : found.index("Growth")]
    assert missing.name not in heat


def test_drafts_never_arrive_here(make_data, pages) -> None:
    """`collect` leaves them out; the report says how many there are."""
    data = make_data(people=5)
    assert all(each.state is not AssessmentState.DRAFT for each in data.assessments)
    found = " ".join(pages(replace(data, drafts={data.participants[0].id: 1})))
    assert "1 assessment is still a draft and is not counted." in found


def test_the_file_says_what_it_is_and_leads_to_its_parts(make_data) -> None:
    reader = PdfReader(io.BytesIO(build_cohort(make_data(people=14, rubrics=2))))
    assert reader.metadata.title == "Test residency, 2026: cohort report"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    titles = [each.title for each in reader.outline if not isinstance(each, list)]
    assert titles == [
        "Summary",
        "Levels by participant: Camera",
        "Levels by participant: Sound",
        "Growth",
        "Who needs what next",
        "Agreement of assessors",
    ]


def test_the_same_data_give_the_same_bytes(make_data) -> None:
    data = make_data(people=26, rubrics=2, assessors=2)
    assert build_cohort(data) == build_cohort(data)


def test_strange_names_and_titles_do_not_break_it(make_data) -> None:
    data = make_data(people=7, assessors=2)
    strange = ("<b>&amp;</b>" * 20, "x" * 3000, "ليلى (3) abc", "\ud800🎥", "{name}", "…", "a\nb")
    people = tuple(replace(each, given_name=name) for each, name in zip(data.participants, strange, strict=True))
    (rubric,) = data.rubrics.values()
    wide = replace(
        rubric,
        title="Rubric " * 60,
        criteria=tuple(replace(each, title="Criterion " * 40) for each in rubric.criteria),
        scale=tuple((f"{name} {'y' * 90}", anchor) for name, anchor in rubric.scale),
    )
    data = replace(
        data,
        participants=people,
        people={**data.people, **{each.id: each for each in people}},
        rubrics={rubric.content_hash: wide},
        programme="P" * 500,
    )
    pdf = make_cohort(gather(data))
    assert pdf.pages == len(PdfReader(io.BytesIO(pdf.data)).pages)
    assert pdf.missing == ("🎥",)


def test_an_assessor_who_mentors_is_named_and_counted_all_the_same(make_data, read_pdf) -> None:
    data = make_data(people=5, assessors=2, occasions=1)
    assert "Not independent" not in " ".join(read_pdf(build_cohort(data)))
    judge = next(each for each in data.people.values() if each.given_name == "Judge1")
    mentee, other = data.participants[0], data.participants[1]
    told = replace(data, mentored=frozenset({(judge.id, mentee.id), (other.id, mentee.id)}))
    assert told.own_mentees() == ((judge, mentee),)
    found = " ".join(read_pdf(build_cohort(told)))
    assert "Not independent: who assessed is also the mentor (Judge1 Example of" in found
    rubric = next(iter(data.rubrics))
    assert told.score(mentee.id, rubric, "o0") == data.score(mentee.id, rubric, "o0")
