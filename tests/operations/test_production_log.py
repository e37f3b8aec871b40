"""A participant's days: written, repeated, corrected, checked by a mentor, out and in again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import people, production_log
from rubricapp.store.history import list_history
from rubricapp.store.people import find_people
from rubricapp.store.production_log import list_log, list_log_checks
from rubricapp.store.verifying import find_faults

DAY = {"worked_on": "2026-09-10", "role": "1st AC", "hours": "10h30", "production": "Night Market", "called_at": "7:30"}


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


def test_a_day_is_kept_whole_and_the_log_recomputes(ws, amara) -> None:
    given = DAY | {
        "criteria": "tst-1, TST-3",
        "supervision": "3",
        "problem": "Rain\nat noon",
        "incident": "Trip hazard",
    }
    entry, changes = production_log.add_day(ws, amara, given)
    assert changes.concerns("log_entry")
    assert (entry.minutes, entry.called_at, entry.criteria, entry.supervision) == (630, "07:30", ("TST-1", "TST-3"), 3)
    assert entry.problem == "Rain\nat noon"
    assert find_faults(ws).ok
    assert "log_entry" in {each.kind for each in list_history(ws, amara.id)}


def test_hours_follow_from_call_and_wrap_unless_given(ws, amara) -> None:
    day = {"worked_on": "2026-09-10", "called_at": "18:00", "wrapped_at": "05:00"}
    assert production_log.add_day(ws, amara, day)[0].minutes == 660
    assert production_log.add_day(ws, amara, day | {"hours": "9"})[0].minutes == 540


def test_incidents_are_given_only_to_those_who_may_see_them(ws, amara, tmp_path: Path) -> None:
    production_log.add_day(ws, amara, DAY | {"incident": "Somebody was hurt"})
    assert list_log(ws)[0].incident == ""
    assert list_log(ws, restricted=True)[0].incident == "Somebody was hurt"
    production_log.export_log(ws, tmp_path / "log.csv")
    production_log.export_log(ws, tmp_path / "all.csv", restricted=True)
    assert "hurt" not in (tmp_path / "log.csv").read_text(encoding="utf-8-sig")
    assert "hurt" in (tmp_path / "all.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"worked_on": "10/09/2026"}, "E_DATE"),
        ({"worked_on": "2999-01-01"}, "E_DATE"),
        ({}, "E_DATE"),
        ({"worked_on": "2026-09-10", "hours": "30"}, "E_HOURS"),
        ({"worked_on": "2026-09-10", "called_at": "late"}, "E_TIME"),
        ({"worked_on": "2026-09-10", "supervision": "6"}, "E_LEVEL"),
        ({"worked_on": "2026-09-10", "criteria": "TST-99"}, "E_CRITERION"),
        ({"worked_on": "2026-09-10", "day_type": "party"}, "E_DAY_TYPE"),
        ({"worked_on": "2026-09-10", "role": "x" * 400}, "E_TOO_LONG"),
    ],
)
def test_bad_values_write_nothing(ws, amara, given, code) -> None:
    with pytest.raises(UserError) as caught:
        production_log.add_day(ws, amara, given)
    assert caught.value.code == code
    assert list_log(ws) == []


def test_repeat_edit_remove(ws, amara) -> None:
    first, _changes = production_log.add_day(ws, amara, DAY | {"scenes": "12"})
    second, _changes = production_log.add_day(ws, amara, {"worked_on": "2026-09-11"}, repeat_last=True)
    assert (second.role, second.called_at, second.scenes, second.minutes) == ("1st AC", "07:30", "", None)
    production_log.edit_day(ws, first.id, {"scenes": "12, 14A"})
    production_log.remove_day(ws, second.id)
    assert [entry.scenes for entry in list_log(ws, amara.id)] == ["12, 14A"]
    production_log.remove_day(ws, second.id, removed=False)
    assert len(list_log(ws, amara.id)) == 2


def test_a_mentor_checks_beside_and_never_over(ws, amara) -> None:
    entry, _changes = production_log.add_day(ws, amara, DAY)
    mentor, _changes = people.add_person(ws, Role.MENTOR, "Mireille Specimen")
    production_log.check_day(ws, entry.id, mentor, "corrected", hours="9", note="Left at four")
    assert list_log(ws)[0].minutes == 630
    (check,) = list_log_checks(ws)[entry.id]
    assert (check.state, check.minutes, check.note) == ("corrected", 540, "Left at four")
    with pytest.raises(UserError, match="no mentor"):
        production_log.check_day(ws, entry.id, amara)
    with pytest.raises(UserError, match="hours or a note"):
        production_log.check_day(ws, entry.id, mentor, "corrected")
    assert production_log.find_entry(ws, entry.id[-6:]) == entry.id


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_out_and_in_again(ws, amara, tmp_path: Path, ending) -> None:
    dangerous = "=HYPERLINK(1)"
    production_log.add_day(ws, amara, DAY | {"tasks": dangerous, "criteria": "TST-1"})
    production_log.add_day(ws, amara, {"worked_on": "2026-09-12", "role": "Loader"})
    path = tmp_path / f"log.{ending}"
    assert production_log.export_log(ws, path) == 2
    again = production_log.import_log(ws, path)
    assert (again.imported, again.same, again.problems) == (0, 2, ())
    for entry in list_log(ws):
        production_log.remove_day(ws, entry.id)
    found = production_log.import_log(ws, path)
    assert (found.imported, found.problems) == (2, ())
    assert [(e.worked_on, e.role, e.tasks, e.minutes, e.criteria) for e in list_log(ws)] == [
        ("2026-09-10", "1st AC", dangerous, 630, ("TST-1",)),
        ("2026-09-12", "Loader", "", None, ()),
    ]


def test_the_workbook_holds_text_and_real_dates(ws, amara, tmp_path: Path) -> None:
    production_log.add_day(ws, amara, DAY | {"tasks": "=1+1"})
    production_log.export_log(ws, tmp_path / "log.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx").active
    row = {heading.value: cell for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    assert row["Tasks"].data_type == "s"
    assert row["Date"].is_date


def test_a_bad_row_imports_nothing_and_is_named(ws, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = (
        "Participant ID,Date,Hours",
        "P-001,2026-09-10,8",
        "P-404,2026-09-10,8",
        "P-001,2026-09-31,8",
        "P-001,2026-09-11,99",
    )
    path.write_text("\n".join(rows))
    found = production_log.import_log(ws, path)
    assert found.imported == 0
    assert [(each.row, each.code) for each in found.errors] == [(3, "LOG_PERSON"), (4, "LOG_DATE"), (5, "LOG_HOURS")]
    assert list_log(ws) == []


def test_a_table_typed_on_a_phone(ws, amara, tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    name = amara.name.upper()
    path.write_text(f"Name;Datum;Role;Hours;Sky\n{name};01/10/2026;1st AC;10,5;blue\n{name};02/10/26;1st AC;7h30;\n")
    found = production_log.import_log(ws, path)
    assert (found.imported, found.errors) == (2, ())
    assert [(each.worked_on, each.minutes) for each in list_log(ws)] == [("2026-10-01", 630), ("2026-10-02", 450)]
    assert [(each.code, each.row) for each in found.problems] == [("LOG_COLUMNS", 0), ("LOG_ORDER", 2)]
    assert "Sky" in found.problems[0].message and "2026-10-01" in found.problems[1].message
    path.write_text("Name,Date\n,2026-10-01\nNobody,2026-10-01\n")
    assert [each.row for each in production_log.import_log(ws, path).errors] == [2, 3]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_nothing_is_lost_on_the_way_out_and_in(ws, amara, tmp_path: Path, ending) -> None:
    texts = ["'=1+1", "''@x", "'quoted'", "=1", "-5", 'two\nlines "and" more', "; , \t|", "ߒߞߏ", "静"]
    for text in texts:  # the same day, role and call: shifts, each a day of its own
        production_log.add_day(ws, amara, {"worked_on": "2026-09-12", "tasks": text})
    path = tmp_path / f"log.{ending}"
    production_log.export_log(ws, path)
    kept = sorted(each.tasks for each in list_log(ws))
    assert production_log.import_log(ws, path).same == len(texts)
    production_log.remove_days(ws, [each.id for each in list_log(ws)])
    assert production_log.import_log(ws, path).imported == len(texts)
    assert sorted(each.tasks for each in list_log(ws)) == kept


def test_a_table_without_headings(ws, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UserError) as caught:
        production_log.import_log(ws, path)
    assert caught.value.code == "E_LOG_HEADER"


def test_an_ending_that_is_no_table(ws, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        production_log.export_log(ws, tmp_path / "log.doc")
    assert caught.value.code == "E_ENDING"
    assert list(tmp_path.glob("log*")) == []
