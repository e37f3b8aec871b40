"""Days as people write them, and the order of day and month in a column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.formats.roster_dates import Order, order_of, read_day
from rubricapp.formats.rosters import Roster, read_roster

DAY, MONTH = Order(True), Order(False)


def column(folder: Path, dates: list[str], heading: str = "Joined on", separator: str = ",") -> Roster:
    lines = [separator.join(("ID", "Name", heading))]
    lines += [separator.join((f"P-{n}", "Amara", text)) for n, text in enumerate(dates)]
    (folder / "roster.csv").write_text("\n".join(lines), encoding="utf-8")
    return read_roster(folder / "roster.csv")


def days(roster: Roster) -> list[str]:
    return [row.values["joined_on"] for row in roster.rows]


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-02",
        "2026/09/02",
        "2026.9.2",
        "20260902",
        "2026-09-02T18:30:00Z",
        "2026-09-02 00:00:00",
        "02/09/2026",
        "2/9/2026",
        "02.09.2026",
        "2. 9. 2026",
        "02-09-2026",
        "02/09/2026 14:05",
        "2 September 2026",
        "2. September 2026",
        "2nd of September 2026",
        "September 2, 2026",
        "Sept. 2 2026",
        "Wednesday 2 September 2026",
        "2 sept. 2026",
        "mercredi 2 septembre 2026",
        "2 de septiembre de 2026",
        "2 de setembro de 2026",
        "02-Sep-2026",
        "2026年9月2日",
        "٢٠٢٦-٠٩-٠٢",
        "０２／０９／２０２６",
        " 2026–09–02 ",
    ],
)
def test_one_day_written_in_many_ways(text: str) -> None:
    day = read_day(text, DAY)
    assert (day.iso, day.note) == ("2026-09-02", "")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1er mars 2026", "03"),
        ("1 août 2026", "08"),
        ("1. März 2026", "03"),
        ("1 févr. 2026", "02"),
        ("1 Dez 2026", "12"),
    ],
)
def test_months_with_accents(text: str, month: str) -> None:
    assert read_day(text, DAY).iso == f"2026-{month}-01"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-09-31", "no such day"),
        ("31.09.2026", "no such day"),
        ("2026-02-29", "no such day"),
        ("2026-13-01", "no such day"),
        ("00/00/2026", "no such day"),
        ("0026-09-02", "year 26"),
        ("3026-09-02", "year 3026"),
        ("02/09/1900", "year 1900"),
        ("02/09/78", "two digits"),
        ("26-09-02", "which part is the year"),
        ("2 Smarch 2026", "not written as a date"),
        ("next week", "not written as a date"),
        ("09/2026", "not written as a date"),
        ("2", "not written as a date"),
        ("99999", "number"),
        ("12345", "number"),
        ("x" * 61, "too long"),
    ],
)
def test_what_is_no_day(text: str, why: str) -> None:
    day = read_day(text, DAY)
    assert day.iso == ""
    assert why in day.why


@pytest.mark.parametrize(
    ("text", "iso", "note"),
    [
        ("02/09/26", "2026-09-02", "the year 2026"),
        ("2.9.26", "2026-09-02", "the year 2026"),
        ("02-Sep-26", "2026-09-02", "the year 2026"),
        ("46267", "2026-09-02", "day number"),
        ("46267.5", "2026-09-02", "day number"),
    ],
)
def test_days_that_are_read_with_a_word_about_it(text: str, iso: str, note: str) -> None:
    day = read_day(text, DAY)
    assert day.iso == iso
    assert note in day.note


def test_day_numbers_follow_the_epoch_of_the_file() -> None:
    assert read_day("44805", DAY, epoch_1904=True).iso == "2026-09-02"


@pytest.mark.parametrize(
    ("values", "heading", "foreign", "order"),
    [
        (["02/09/2026", "13/09/2026"], "Joined", False, Order(True)),
        (["09/02/2026", "09/13/2026"], "Joined", True, Order(False)),
        (["02/09/2026"], "Joined", False, Order(True, unsure=True)),
        (["02/02/2026"], "Joined", False, Order(True)),
        (["02.09.2026", "03.09.2026"], "Joined", False, Order(True)),
        (["2026-09-02"], "Joined", False, Order(True)),
        (["02/09/2026"], "Joined (mm/dd/yyyy)", False, Order(False)),
        (["02/09/2026"], "Arrivée (jj/mm/aaaa)", True, Order(True)),
        (["02/09/2026"], "Anreise TT.MM.JJJJ", True, Order(True)),
        (["09/01/2026", "09/02/2026", "09/05/2026"], "Joined", False, Order(False, unsure=True)),
        (["09/01/2026", "09/02/2026", "09/05/2026"], "Arrivée", True, Order(True, unsure=True)),
        (["01/09/2026", "02/09/2026", "05/09/2026"], "Joined", False, Order(True, unsure=True)),
        (["13/09/2026", "14/09/2026", "09/15/2026"], "Joined", False, Order(True, mixed=True)),
        (["09/13/2026", "09/14/2026", "15/09/2026"], "Joined", False, Order(False, mixed=True)),
    ],
)
def test_the_order_is_that_of_the_column(values: list[str], heading: str, foreign: bool, order: Order) -> None:
    assert order_of(values, heading, foreign) == order


def test_a_column_that_decides_says_nothing(tmp_path: Path) -> None:
    roster = column(tmp_path, ["02/09/2026", "13/09/2026"])
    assert days(roster) == ["2026-09-02", "2026-09-13"]
    assert roster.problems == ()


def test_a_column_that_does_not_decide_says_how_it_was_read(tmp_path: Path) -> None:
    roster = column(tmp_path, ["", "02/09/2026", "03/10/2026"], "Arrivée", ";")
    assert days(roster) == ["", "2026-09-02", "2026-10-03"]
    assert [(each.code, each.row, each.column, each.severity) for each in roster.problems] == [
        ("ROSTER_DATE_ORDER", 3, "Arrivée", "warning")
    ]
    assert "“02/09/2026” in row 3 as 2026-09-02" in roster.problems[0].message


def test_american_dates_close_to_each_other(tmp_path: Path) -> None:
    roster = column(tmp_path, ["09/01/2026", "09/02/2026", "09/05/2026"])
    assert days(roster) == ["2026-09-01", "2026-09-02", "2026-09-05"]
    assert "month first" in roster.problems[0].message


def test_the_one_that_contradicts_its_column_is_an_error(tmp_path: Path) -> None:
    roster = column(tmp_path, ["13/09/2026", "14/09/2026", "09/15/2026"])
    assert days(roster) == ["2026-09-13", "2026-09-14", ""]
    assert [(each.code, each.row, each.severity) for each in roster.problems] == [("ROSTER_DATE", 4, "error")]
    assert "day first" in roster.problems[0].message


def test_real_dates_beside_text_are_doubted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows = (["ID", "Name", "Joined on"], ["P-1", "Amara", date(2026, 2, 9)], ["P-2", "Kofi", "13/09/2026"])
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "roster.xlsx")
    roster = read_roster(tmp_path / "roster.xlsx")
    assert [(each.code, each.row, each.severity) for each in roster.problems] == [("ROSTER_DATE_MIXED", 3, "warning")]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_comes_back(day: date) -> None:
    iso = day.isoformat()
    year, month, number = iso.split("-")
    for text in (iso, f"{number}/{month}/{year}", f"{number}.{month}.{year}", f"{year}{month}{number}"):
        assert read_day(text, DAY).iso == iso
    assert read_day(f"{month}/{number}/{year}", MONTH).iso == iso


@given(st.text(max_size=70), st.booleans(), st.booleans())
def test_no_text_makes_it_fail(text: str, day_first: bool, foreign: bool) -> None:
    day = read_day(text, order_of([text, "1/2/2026"], text, foreign))
    assert bool(day.iso) != bool(day.why)
    read_day(text, Order(day_first, mixed=True))
