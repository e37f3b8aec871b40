"""A participant's page: what it says, what it never says, that it fits, and that it comes out the same."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    Blank,
    OccasionId,
    PersonId,
    Rating,
)
from rubricapp.reports.figures import gather
from rubricapp.reports.pdf.participant import build_participant, make_participant

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def read(read_pdf):
    def reading(data, person) -> str:
        return " ".join(read_pdf(build_participant(data, person)))

    return reading


def test_every_name_of_every_script_is_on_its_page(make_data, read) -> None:
    data = make_data(people=12)
    for person in data.participants:
        assert person.name in read(data, person.id)


def test_the_page_says_what_was_found(make_data, change, read) -> None:
    data = make_data(people=6, blanks=0, comments=0)
    person = data.participants[3]
    data = change(data, person.id, "o0", CAM_1=1, CAM_2=1, CAM_3=2, CAM_7=3)
    data = change(data, person.id, "o1", CAM_1=3, CAM_2=1, CAM_3=Blank.NOT_OBSERVED, CAM_4=None, CAM_7=4)
    data = change(data, person.id, "o1", CAM_1="Re-shot the two soft takes.", CAM_5=Blank.NOT_APPLICABLE)
    found = read(data, person.id)
    rubric = next(iter(data.rubrics.values()))
    for expected in (
        "Test residency · 2026",
        "2 assessments by 1 assessor",
        "3 pieces of evidence",
        "Re-shot the two soft takes.",
        "Judge0 Example, midpoint",
        "not observed",
        "not applicable",
        "not yet rated",
        "+2",
        "same",
        "gate 3",
        "Data as of 21 November 2026, 14:02 UTC",
        "Camera 1.0",
        "report 7F3A19C20B1D · " + person.code,
        "1 / 1",
        "cohort median",
        "Where ",
        "Going well",
        "Next steps",
        "How to read this.",
        "this PDF has no tags",
        rubric.criteria[1].levels[1].descriptor[:60],
    ):
        assert expected in found


def test_guidance_for_assessors_is_on_no_report(make_data, read) -> None:
    data = make_data(people=5, rubrics=4, occasions=3)
    found = read(data, data.participants[0].id)
    guidance = [each.guidance for rubric in data.rubrics.values() for each in rubric.criteria if each.guidance]
    assert guidance
    for each in guidance:
        assert " ".join(each.split())[:40] not in found
    noted = replace(data, assessments=tuple(replace(each, note="A private remark.") for each in data.assessments))
    assert "A private remark." not in read(noted, data.participants[0].id)


def test_the_score_stands_in_words_and_a_refused_gate_in_them(make_data, change, read) -> None:
    data = make_data(people=5, blanks=0, occasions=1)
    person = data.participants[0].id
    data = change(data, person, **{f"CAM_{number}": 4 for number in range(1, 7)}, CAM_7=2)
    found = read(data, person)
    assert "Total 3.67 of 5 (67 %): the weighted mean of all 7 criteria." in found
    assert "Set safety and conduct needs level 3 or higher: not met." in found
    assert "gate 3 not met" in found


def test_several_assessors_give_half_levels(make_data, change, read) -> None:
    data = make_data(people=5, assessors=2, occasions=1, blanks=0)
    person = data.participants[0].id
    whole = change(data, person, CAM_1=3)
    held = whole.assessments
    other = change(data, person, CAM_1=4).assessments
    mixed = replace(
        data,
        assessments=tuple(b if a.assessor.endswith("1") else a for a, b in zip(held, other, strict=True)),
    )
    found = read(mixed, person)
    assert "3.5" in found
    assert "A level between two steps is the mean of several assessors." in found


def test_without_data_the_page_says_so(make_data, read) -> None:
    data = replace(make_data(people=3), assessments=(), rubrics={})
    person = data.participants[0].id
    found = read(data, person)
    assert "has been finished yet, so there is nothing to report" in found
    assert "no finished assessment" in found
    assert "2 assessments are begun." in read(replace(data, drafts={person: 2}), person)
    with pytest.raises(KeyError):
        build_participant(data, PersonId("nobody"))


MARKUP = (
    '<b>bold</b> <img src="/etc/hostname"/> &amp; &lt;i&gt;',
    "<para><font size=90>x</font></para> {name} {0} %s %(x)s \\n ${x}",
    "<a href='javascript:alert(1)'>y</a> <unichar code='65'/> (a)Tj ET Q [<41>]TJ",
)


@pytest.mark.parametrize("payload", MARKUP)
def test_markup_is_text_like_any_other(make_data, change, read, payload: str) -> None:
    data = make_data(people=5, comments=0)
    person = replace(data.participants[0], given_name=payload, family_name="", department=payload)
    data = replace(
        data,
        participants=(person, *data.participants[1:]),
        people={**data.people, person.id: person},
        programme=payload,
    )
    data = change(data, person.id, "o1", CAM_1=payload)
    found = read(data, person.id).replace(" ", "")
    assert found.count(payload.replace(" ", "")) >= 3
    reader = PdfReader(io.BytesIO(build_participant(data, person.id)))
    assert not any(page.images for page in reader.pages)
    assert not any("/Annots" in page for page in reader.pages)


@pytest.mark.parametrize(("rubrics", "occasions", "pages"), [(1, 1, 1), (1, 3, 1), (2, 2, 1), (3, 1, 1), (4, 2, 2)])
def test_it_fits(make_data, rubrics: int, occasions: int, pages: int) -> None:
    data = make_data(people=8, rubrics=rubrics, occasions=occasions, comments=0.05)
    cohort = gather(data)
    made = [make_participant(cohort, person.id) for person in data.participants]
    assert max(pdf.pages for pdf in made) <= pages
    assert max(len(pdf.data) for pdf in made) < 110_000


def test_three_occasions_doubly_marked_with_comments_fit_too(make_data) -> None:
    """Then the sparks give way, and the level between stands as a dot on the dumbbell."""
    data = make_data(people=8, rubrics=2, occasions=3, assessors=2, comments=0.1)
    cohort = gather(data)
    pages = [make_participant(cohort, person.id).pages for person in data.participants]
    assert pages.count(1) >= 7


def test_long_texts_go_on_over_pages_with_the_name_repeated(make_data, change, read_pdf) -> None:
    data = make_data(people=5, comments=0)
    person = data.participants[0]
    words = " ".join(f"word{number}" for number in range(2500))
    data = change(data, person.id, "o1", CAM_1=words, CAM_2="x" * 5000, CAM_3="last comment\n" * 40)
    pages = read_pdf(build_participant(data, person.id))
    assert len(pages) > 2
    assert all(page.startswith(f"{person.name} · Test residency 2026") for page in pages[1:])
    assert [f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    whole = " ".join(pages)
    assert all(f"word{number}" in whole for number in range(2500))
    assert whole.count("last comment") == 40


def test_a_name_longer_than_the_line_stays_whole(make_data, read) -> None:
    data = make_data(people=5)
    name = "Wolfeschlegelsteinhausenbergerdorff " * 6
    person = replace(data.participants[0], given_name=name.strip(), family_name="Ende")
    data = replace(data, participants=(person, *data.participants[1:]))
    assert read(data, person.id).count("Wolfeschlegelsteinhausenbergerdorff") >= 12


def test_what_no_font_has_is_reported_with_the_page(make_data) -> None:
    data = make_data(people=5)
    person = replace(data.participants[0], given_name="Ann 🎥\U00013000")
    data = replace(data, participants=(person, *data.participants[1:]))
    assert set(make_participant(gather(data), person.id).missing) == {"🎥", "\U00013000"}
    assert make_participant(gather(data), data.participants[1].id).missing == ()


def test_the_file_says_what_it_is(make_data) -> None:
    data = make_data(people=8, rubrics=2)
    person = next(each for each in data.participants if each.family_name == "حداد")
    reader = PdfReader(io.BytesIO(build_participant(data, person.id)))
    told = reader.metadata
    assert told.title == "ليلى حداد: progress report"
    assert told.subject == "Test residency, 2026"
    assert told.author.startswith("rubricapp ")
    assert "7F3A19C20B1D" in told["/Keywords"]
    assert told.creation_date.isoformat() == "2026-11-21T14:02:00+00:00"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    titles = [each.title for each in reader.outline if not isinstance(each, list)]
    inner = [each.title for part in reader.outline if isinstance(part, list) for each in part]
    assert titles == ["ليلى حداد"]
    assert "Camera" in inner
    assert "Sound" in inner
    assert "Next steps" in inner
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    own = [each for each in fonts if each["/Subtype"] == "/Type0"]
    assert len(own) >= 3
    assert all("/FontFile2" in each["/DescendantFonts"][0].get_object()["/FontDescriptor"] for each in own)
    drawn = b"".join(page.get_contents().get_data() for page in reader.pages)
    assert b"Helvetica" not in drawn


def test_the_same_data_give_the_same_bytes(make_data) -> None:
    data = make_data(people=12, rubrics=2)
    cohort = gather(data)
    first = {each.id: make_participant(cohort, each.id).data for each in data.participants}
    for each in reversed(data.participants):
        assert build_participant(data, each.id) == first[each.id]


def test_another_process_gives_the_same_bytes(make_data, tmp_path: Path) -> None:
    """On another day, in another time zone, language and hash seed, and for others first."""
    data = make_data(people=8, rubrics=2)
    person = next(each for each in data.participants if each.family_name == "حداد").id
    (tmp_path / "data.pickle").write_bytes(pickle.dumps((data, person)))
    script = (
        "import hashlib, pathlib, pickle, sys\n"
        "from rubricapp.reports.pdf.participant import build_participant\n"
        "data, person = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "build_participant(data, data.participants[-1].id)\n"
        "print(hashlib.sha256(build_participant(data, person)).hexdigest())\n"
    )
    strange = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "86400"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "data.pickle")],
        cwd=ROOT,
        env={**os.environ, **strange},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert done.stdout.strip() == hashlib.sha256(build_participant(data, person)).hexdigest()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=60), comment=st.text(max_size=300))
def test_any_name_and_any_comment_give_a_page(make_data, change, name: str, comment: str) -> None:
    data = make_data(people=2, occasions=1, comments=0)
    person = replace(data.participants[0], given_name=name, family_name=name[::-1], department=name)
    data = replace(
        data, participants=(person, data.participants[1]), people={**data.people, person.id: person}, programme=name
    )
    data = change(data, person.id, CAM_1=comment)
    pdf = make_participant(gather(data), person.id)
    assert len(PdfReader(io.BytesIO(pdf.data)).pages) == pdf.pages


def with_kind(data, kind, person, *levels, occasion="o1") -> object:
    """The data with a finished assessment of another kind: these levels from the first criterion on."""
    rubric = next(iter(data.rubrics.values()))
    ratings = {
        criterion.id: Rating(criterion.id, level)
        for criterion, level in zip(rubric.criteria, levels, strict=False)
        if level is not None
    }
    assessor = person if kind is AssessmentKind.SELF else PersonId("someone")
    made = Assessment(
        AssessmentId("e" * 32), person, assessor, rubric.content_hash, OccasionId(occasion), kind,
        AssessmentState.FINISHED, ratings=ratings,
    )  # fmt: skip
    return replace(data, assessments=(*data.assessments, made))


def test_the_self_assessment_stands_beside_with_its_gap(make_data, change, read) -> None:
    data = make_data(people=5, blanks=0, comments=0)
    person = data.participants[0].id
    data = change(data, person, "o1", CAM_1=3, CAM_2=3, CAM_3=3)
    assert "self (gap)" not in read(data, person)
    found = read(with_kind(data, AssessmentKind.SELF, person, 5, 2, 3), person)
    for expected in ("self (gap)", "5 (+2)", "2 (−1)", "3 (0)", "counted in nothing"):
        assert expected in found
    another = data.participants[1].id
    assert "self (gap)" not in read(with_kind(data, AssessmentKind.SELF, person, 5), another)
    assert "self (gap)" not in read(with_kind(data, AssessmentKind.SELF, person, 5, occasion="o0"), person)


@pytest.mark.parametrize("kind", [AssessmentKind.SELF, AssessmentKind.PEER, AssessmentKind.MENTOR])
def test_no_number_ever_counts_self_peer_or_mentor(make_data, kind) -> None:
    data = make_data(people=6, blanks=0)
    person = data.participants[0].id
    more = with_kind(data, kind, person, 5, 5, 5, 5, 5, 5, 5)
    before, after = gather(data), gather(more)
    assert after.values == before.values and after.medians == before.medians
    assert after.standings(person)[0].score == before.standings(person)[0].score
    rubric = next(iter(data.rubrics.values()))
    assert data.score(person, rubric.content_hash, OccasionId("o1")) == more.score(
        person, rubric.content_hash, OccasionId("o1")
    )
    if kind is not AssessmentKind.SELF:
        assert build_participant(more, person) == build_participant(data, person)


def test_a_page_with_a_self_assessment_is_one_page_still(make_data) -> None:
    data = make_data(people=12, comments=0.4)
    for person in data.participants[:4]:
        data = with_kind(data, AssessmentKind.SELF, person.id, 1, None, 3, 4, 5, 2, 3)
        assert make_participant(gather(data), person.id).pages == 1
