"""The formulas of the workbook: LibreOffice computes them anew and gets what core computed; their logic alone, too."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rubricapp.core.agreed_levels import AgreedLevel, Outcome
from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    Blank,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    Rating,
    RubricVersion,
)
from rubricapp.core.rubrics import from_document
from rubricapp.core.scoring import combine, score
from rubricapp.operations.reporting import make_workbook
from rubricapp.reports.data import ReportData, Snapshot
from rubricapp.reports.xlsx.computed import computed, pairs_of
from rubricapp.reports.xlsx.numbering import number_everything

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here to compute the formulas anew")
# Its own profile, in which every file is computed anew when it is opened.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""

Cells = dict[tuple[str, str], object]


def rubric_of(name: str, criteria: list[tuple[str, int, int | None]], steps: int, needs: int) -> RubricVersion:
    """criteria: (id, weight, gate)."""
    return from_document(
        {
            "id": name,
            "version": "1.10",
            "language": "en",
            "title": f"Rubric {name}",
            "needs_coverage": needs,
            "scale": [{"name": f"S{step}"} for step in range(1, steps + 1)],
            "criteria": [
                {
                    "id": key,
                    "title": f"Title of {key}",
                    "weight": weight,
                    "levels": {step: f"Words {step}" for step in range(1, steps + 1)},
                    **({"gate": gate} if gate else {}),
                }
                for key, weight, gate in criteria
            ],
        }
    )


# Ids that spreadsheet programs would take for the same number, for patterns, for conditions.
RUBRICS = (
    rubric_of("plain", [("1.1", 3, None), ("1.10", 2, None), ("01.1", 1, 3), ("<5", 2, 2)], 5, 80),
    rubric_of("wild*", [("A*", 1, None), ("A?", 2, None), ("a*", 3, None), ("A~B", 1, None), ("=1", 4, 4)], 4, 60),
    rubric_of("no-gates", [(f"N-{n}", n % 3, None) for n in range(9)], 9, 0),
    rubric_of("whole", [("W-1", 0, 2), ("W-2", 0, None), ("W-3", 1, 2)], 2, 100),
)
CODES = ("P-1", "p-1", "P-*", "P-?", "1", "01", "1.0", "", "", "<3", "=P", "2026-10-14", "TRUE", "#N/A", "~P", "P-10")
OCCASIONS = ("2026-10-14", "<5", "f*", "FINAL")


def odd_data(count: int = len(CODES), seed: int = 7) -> ReportData:
    """Few people, many oddities: three assessors, all kinds, every blank, weights of 0, ids that look like patterns."""
    chance = random.Random(seed)
    people = [
        Person(PersonId(f"{n:032x}"), code, chance.choice(("=A", "Ada", "")), f"Name {n}")
        for n, code in enumerate(CODES[:count])
    ]
    judges = [Person(PersonId(f"a{n:031x}"), f"A-{n}", "Judge", str(n)) for n in range(3)]
    occasions = tuple(Occasion(OccasionId(f"o{n}"), name, "observation", "", n) for n, name in enumerate(OCCASIONS))
    made: list[Assessment] = []
    for person in people:
        for occasion in occasions:
            for rubric in RUBRICS:
                kinds = chance.choices(
                    ([], ["assessor"], ["assessor"] * 2, ["assessor"] * 3, ["self"], ["assessor", "self", "mentor"]),
                    (1, 3, 3, 2, 2, 3),
                )[0]
                sparse = chance.random() ** 2
                for number, kind in enumerate(kinds):
                    ratings = {}
                    for criterion in rubric.criteria:
                        if chance.random() < sparse:
                            blank = chance.choice((*Blank, Blank.NOT_APPLICABLE, None))
                            if blank or chance.random() < 0.5:
                                ratings[criterion.id] = Rating(criterion.id, None, blank, chance.choice(("", "said")))
                        else:
                            ratings[criterion.id] = Rating(criterion.id, chance.randint(1, rubric.top_level))
                    made.append(
                        Assessment(
                            AssessmentId(f"{len(made):032x}"),
                            person.id,
                            judges[number].id,
                            rubric.content_hash,
                            occasion.id,
                            AssessmentKind(kind),
                            AssessmentState.FINISHED,
                            finished_at=datetime(2026, 9, 1, 12, tzinfo=UTC),
                            ratings=ratings,
                        )
                    )
    return ReportData(
        "Odd",
        "2026",
        Snapshot("0DD", datetime(2026, 11, 21, tzinfo=UTC), ()),
        "0.1.0",
        "en",
        occasions,
        {each.content_hash: each for each in RUBRICS},
        tuple(people),
        {each.id: each for each in (*people, *judges)},
        tuple(made),
    )


def moderated(data: ReportData, seed: int = 5) -> ReportData:
    """The data with something settled for a third of all criteria: levels, blanks, medians, also where nothing was."""
    chance = random.Random(seed)
    agreed: dict[tuple, dict] = {}
    for each in data.assessments:
        slot = each.participant, each.rubric, each.occasion
        for criterion in data.rubrics[each.rubric].criteria:
            outcome = chance.choice((None, None, None, None, Outcome.LEVEL, Outcome.BOTH, Outcome.BLANK))
            if outcome is not None:
                level, blank = chance.randint(1, data.rubrics[each.rubric].top_level), chance.choice(list(Blank))
                agreed.setdefault(slot, {})[criterion.id] = AgreedLevel(
                    *slot,
                    criterion.id,
                    outcome,
                    level if outcome is Outcome.LEVEL else None,
                    blank if outcome is Outcome.BLANK else None,
                )
    return replace(data, agreed=agreed)


@pytest.fixture(scope="module")
def compute(tmp_path_factory) -> Callable[..., Iterator[Cells]]:
    """LibreOffice's own value of every cell of each workbook; starting it takes longer than computing."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")

    def run(*paths: Path) -> Iterator[Cells]:
        out = folder / "computed"
        subprocess.run(
            [
                OFFICE,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "xlsx",
                "--outdir",
                str(out),
                *map(str, paths),
            ],
            check=True,
            capture_output=True,
            timeout=200,
            env={**os.environ, "HOME": str(folder)},
        )
        return (values(out / path.name) for path in paths)

    return run


def values(path: Path) -> Cells:
    with closing(load_workbook(path, data_only=True, read_only=True)) as book:
        return {
            (sheet.title, cell.coordinate): cell.value
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }


def formulas(path: Path) -> Iterator[tuple[str, str]]:
    with closing(load_workbook(path, read_only=True)) as book:
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate


def same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-9
    return (one or "") == (other or "")


def differences(path: Path, found: Cells) -> dict:
    held = values(path)
    places = list(formulas(path))
    assert len(places) > 10
    return {
        place: (held.get(place), found.get(place)) for place in places if not same(held.get(place), found.get(place))
    }


def column(sheet, name: str) -> str:
    return next(cell.column_letter for cell in sheet[1] if cell.value == name)


@needs_office
@pytest.mark.timeout(300)
@pytest.mark.slow
def test_libreoffice_computes_what_core_computed(tmp_path, compute, make_data) -> None:
    odd, usual, empty = tmp_path / "odd.xlsx", tmp_path / "usual.xlsx", tmp_path / "empty.xlsx"
    settled = tmp_path / "settled.xlsx"
    make_workbook(moderated(odd_data()), settled)
    make_workbook(odd_data(), odd)
    make_workbook(make_data(people=3, rubrics=4, occasions=3, assessors=2), usual)
    make_workbook(replace(make_data(people=2), assessments=(), rubrics={}), empty)
    books = (settled, odd, usual, empty)
    for path, found in zip(books, compute(*books), strict=True):
        assert (path.name, differences(path, found)) == (path.name, {})
    assert values(settled)["Checks", "B3"] == "OK"


def test_what_was_settled_stands_in_means_totals_and_matrix() -> None:
    data = moderated(odd_data())
    numbered, plain = number_everything(data), number_everything(replace(data, agreed={}))
    seen = set()
    for total, before in zip(numbered.totals, plain.totals, strict=True):
        slot = total.participant, total.rubric, total.occasion
        if total.kind is not AssessmentKind.ASSESSOR:
            assert total == before, "self and mentor are no part of it"
            continue
        assert total.score == data.score(*slot)
        for mean, was in zip(total.means, before.means, strict=True):
            assert mean.levels == was.levels, "what was given stays"
            settled = data.agreed_in(*slot).get(mean.criterion.id)
            stands = settled.instead(mean.levels) if settled else None
            if stands is None:
                assert (mean.value, mean.applies, mean.agreed) == (was.value, was.applies, "")
            else:
                seen.add(settled.outcome)
                assert mean.value == (stands if isinstance(stands, Fraction) else None)
                assert mean.agreed == (stands if isinstance(stands, Fraction) else stands.value)
    assert seen == {Outcome.LEVEL, Outcome.BLANK, Outcome.BOTH}
    assert [each.name for each in computed(numbered)["Means"].columns][13:15] == ["agreed", "given"]
    assert "agreed" not in [each.name for each in computed(plain)["Means"].columns]


@needs_office
@pytest.mark.timeout(300)
@pytest.mark.slow
def test_formulas_stay_right_in_tables_that_a_person_sorted(tmp_path, compute) -> None:
    path = tmp_path / "odd.xlsx"
    make_workbook(odd_data(6), path)
    book = load_workbook(path)
    for name in ("Scores", "Criteria", "Rubrics"):  # the tables without formulas: whole rows change places
        rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=2)]
        random.Random(3).shuffle(rows)
        for row, cells in zip(book[name].iter_rows(min_row=2), rows, strict=True):
            for cell, value in zip(row, cells, strict=True):
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl would make formulas of the ids that begin with =
    book.save(tmp_path / "sorted.xlsx")
    (found,) = compute(tmp_path / "sorted.xlsx")
    places = {column(book[name], part) for name in ("Means", "Pairs") for part in ("first", "last")}
    wrong = {
        place: pair
        for place, pair in differences(path, found).items()
        if not (place[0] in ("Means", "Pairs") and place[1].rstrip("0123456789") in places)
    }
    order = {place for place in wrong if place[0] == "Checks"}
    assert set(wrong) == order
    assert [wrong[place] for place in order] == [(1, 0)]  # only "Scores stands in its order" says no


@needs_office
@pytest.mark.timeout(300)
@pytest.mark.slow
def test_choosing_and_trying_out(tmp_path, compute) -> None:
    """Another rubric, occasion and kind in the blue cells; a level and a weight changed by hand."""
    data = odd_data(10)
    path = tmp_path / "odd.xlsx"
    make_workbook(data, path)
    book = load_workbook(path)
    matrix = book["Matrix"]
    rubric, occasion = RUBRICS[2], data.occasions[0]
    matrix["B3"], matrix["B4"], matrix["B5"] = "no-gates 1.10", "2026-10-14", "self"
    book["Growth"]["B3"] = 1
    scores, criteria = book["Scores"], book["Criteria"]
    changed = next(row for row in scores.iter_rows(min_row=2) if row[7].value == 1 and row[2].value == "1.10")
    changed[7].value = 5
    weight = next(row for row in criteria.iter_rows(min_row=2) if row[2].value == "1.1")
    weight[4].value = 30
    book.save(tmp_path / "changed.xlsx")
    (found,) = compute(tmp_path / "changed.xlsx")
    some = 0
    for row, person in enumerate(data.participants, 9):
        own = data.of(person.id, rubric.content_hash, occasion.id, AssessmentKind.SELF)
        combined = combine(own)
        for place, criterion in enumerate(rubric.criteria):
            value, shown = combined.get(criterion.id), found[("Matrix", matrix.cell(row, 6 + place).coordinate)]
            if isinstance(value, Fraction):
                assert shown == float(value)
                some += 1
            else:
                assert shown == ("n/a" if value is Blank.NOT_APPLICABLE else "–")
    assert some > 5
    # The app's own arithmetic with the same two changes.
    which = changed[0].value.partition("/")[0]
    plain = RUBRICS[0]
    altered = replace(
        plain,
        criteria=tuple(replace(each, weight=30) if each.id == "1.1" else each for each in plain.criteria),
    )
    totals = book["Totals"]
    letters = {name: column(totals, name) for name in ("total", "low", "high", "coverage", "gate")}
    codes = dict(
        zip((each.id for each in data.participants), [cell.value for cell in book["People"]["A"][1:11]], strict=True)
    )
    checked = 0
    for row in totals.iter_rows(min_row=2):
        if row[3].value != "plain 1.10" or row[5].value != "assessor":
            continue
        person = next(key for key, code in codes.items() if code == row[1].value)
        at = next(
            each
            for each, cell in zip(data.occasions, [c.value for c in book["Occasions"]["B"][1:]], strict=True)
            if cell == row[4].value
        )
        own = [
            replace(each, ratings={**each.ratings, "1.10": Rating("1.10", 5)}) if each.id == which else each
            for each in data.of(person, plain.content_hash, at.id)
        ]
        expected = score(altered, combine(own))
        for name, value in (
            ("total", expected.value), ("low", expected.low), ("high", expected.high), ("coverage", expected.coverage),
        ):  # fmt: skip
            assert same(found.get(("Totals", f"{letters[name]}{row[0].row}")), value and float(value))
        assert found[("Totals", f"{letters['gate']}{row[0].row}")] == expected.gate.value
        checked += 1
    assert checked > 15
    assert found[("Checks", "B3")] != "OK"
    assert found[("Checks", "C7")] == 4


# The logic of the formulas, without a program that computes them

VALUES = st.one_of(st.none(), st.sampled_from(list(Blank)), st.integers(1, 5))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_columns_of_totals_follow_from_means_as_the_formulas_say(draw) -> None:
    """Each formula of Totals written out here in fractions, from the values of Means, gives the score of core."""
    criteria = draw.draw(
        st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(1, 5))), min_size=1, max_size=6)
    )
    rubric = rubric_of("r", [(f"C{n}", *each) for n, each in enumerate(criteria)], 5, draw.draw(st.integers(0, 100)))
    person, judge = Person(PersonId("p"), "P-1", "", "P"), Person(PersonId("a"), "A-1", "", "A")
    occasion = Occasion(OccasionId("o"), "final", "final")
    assessments = tuple(
        Assessment(
            AssessmentId(f"{number}"),
            person.id,
            judge.id,
            rubric.content_hash,
            occasion.id,
            state=AssessmentState.FINISHED,
            ratings={
                f"C{place}": Rating(f"C{place}", None, value)
                if isinstance(value, Blank)
                else Rating(f"C{place}", value)
                for place, value in enumerate(
                    draw.draw(st.lists(VALUES, min_size=len(criteria), max_size=len(criteria)))
                )
            },
        )
        for number in range(draw.draw(st.integers(1, 3)))
    )
    data = ReportData(
        "P", "E", Snapshot("S", datetime(2026, 1, 1, tzinfo=UTC), ()), "0", "en", (occasion,),
        {rubric.content_hash: rubric}, (person,), {person.id: person, judge.id: judge}, assessments,
    )  # fmt: skip
    tables = computed(number_everything(data))

    def rows(name: str) -> list[dict]:
        names = [each.name for each in tables[name].columns]
        return [dict(zip(names, row, strict=True)) for row in tables[name].rows()]

    means, (total,) = rows("Means"), rows("Totals")
    applies = sum(row["weight"] for row in means if row["applies"] == 1)
    rated = sum(row["weight"] for row in means if row["levels"] > 0)
    weighted = sum((Fraction(row["weighted"]) for row in means), Fraction(0))
    gates = [row["gate"] for row in means]
    assert (total["weight_applies"], total["weight_rated"], total["weighted_sum"]) == (applies, rated, weighted)
    printed = rated > 0 and rated * 100 >= rubric.needs_coverage * applies and "open" not in gates
    assert total["total"] == (weighted / rated if printed else "")
    assert total["percent"] == ((weighted / rated - 1) / 4 if printed else "")
    assert total["coverage"] == (Fraction(rated, applies) if applies else "")
    assert total["low"] == ((weighted + applies - rated) / applies if applies else "")
    assert total["high"] == ((weighted + 5 * (applies - rated)) / applies if applies else "")
    assert total["gate"] == next((word for word in ("not_met", "open", "met") if word in gates), "none")
    counts = [total[name] for name in ("gates_met", "gates_not_met", "gates_open")]
    assert counts == [gates.count(word) for word in ("met", "not_met", "open")]
    has = [row["levels"] > 0 for row in means]
    missing = sum(row["levels"] == 0 and row["applies"] == 1 for row in means)
    assert (total["rated"], total["missing"]) == (sum(has), missing)
    if printed:
        status = "total"
    elif not any(has):
        status = "no_level" if missing else "nothing_applies"
    elif not applies:
        status = "no_weight"
    else:
        low = not rated or rated * 100 < rubric.needs_coverage * applies
        status = "coverage_too_low" if low else "gate_open"
    assert total["status"] == status


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_pairs_counted_by_level_as_the_formulas_do(levels) -> None:
    counts = [levels.count(step) for step in range(1, 10)]
    exact = sum(n * (n - 1) for n in counts) // 2
    near = exact + sum(one * other for one, other in pairwise(counts))
    assert pairs_of(tuple(levels)) == (len(levels) * (len(levels) - 1) // 2, exact, near)
