"""Which rows of a roster are people, and the list of what is wrong with them."""

from __future__ import annotations

from rubricapp.core.model import Problem
from rubricapp.formats.grid import Row, Table, as_text
from rubricapp.formats.roster_columns import Headings, key
from rubricapp.formats.roster_values import Finding, quoted

MOST_PROBLEMS = 500
NAMES = ("given_name", "family_name", "name")
_TOTALS = (
    *("total", "totals", "grandtotal", "sum", "count", "somme", "effectif", "nombretotal", "suma", "soma"),
    *("summe", "gesamt", "anzahl", "insgesamt", "totale"),
)


class Problems:
    """Collects problems, and counts those beyond the most that anyone reads."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Problem]] = {"error": [], "warning": []}
        self.more = {"error": 0, "warning": 0}

    def add(
        self, code: str, message: str, do: str = "", row: int = 0, column: str = "", severity: str = "error"
    ) -> None:
        if len(self.kept[severity]) < MOST_PROBLEMS:
            self.kept[severity].append(Problem(code, message, do, row, column, severity))
        else:
            self.more[severity] += 1

    def finding(self, found: Finding, row: int, column: str) -> None:
        self.add(found.code, f"Roster row {row}, {column}: {found.what}", found.do, row, column, found.severity)

    def sorted(self) -> tuple[Problem, ...]:
        """Errors before warnings when there are too many, then by row; the last one counts the rest."""
        errors, warnings = self.kept["error"], self.kept["warning"]
        room = MOST_PROBLEMS - len(errors)
        more = self.more["error"] + self.more["warning"] + max(len(warnings) - room, 0)
        listed = sorted([*errors, *warnings[:room]], key=lambda each: each.row)
        if more:
            severity = "error" if self.more["error"] else "warning"
            do = "Correct the ones listed and import the file again to see the rest."
            listed.append(Problem("ROSTER_MORE", f"There are {more:,} more problems.", do, severity=severity))
        return tuple(listed)


def _filled(row: Row) -> list[int]:
    """The places of a row that say something; a cell of mere spaces or line ends does not."""
    return [index for index, cell in enumerate(row.cells) if as_text(cell).strip()]


def find_people(table: Table, heads: Headings, problems: Problems) -> list[Row]:
    """The rows that stand for people; headings repeated, totals and notes are left out and said."""
    read = [(row, _filled(row)) for row in table.rows[heads.begins :]]
    rows, filled = [row for row, places in read if places], [places for _, places in read if places]
    id_column = heads.fields.get("id", -1)
    name_columns = {heads.fields[field] for field in NAMES if field in heads.fields}
    ids = [as_text(row.cells[id_column]) for row in rows if 0 <= id_column < len(row.cells) and row.cells[id_column]]
    numbered = len(ids) >= 3 and sum(any(c.isdigit() for c in text) for text in ids) >= 0.7 * len(ids)

    def is_whole(row: Row, places: list[int]) -> bool:
        if id_column < 0:
            return len(places) > 1 and not name_columns.isdisjoint(places)
        if id_column not in places or (name_columns and name_columns.isdisjoint(places)):
            return False
        return len(places) > 2 or not numbered or any(c.isdigit() for c in as_text(row.cells[id_column]))

    last = max(
        (n for n, (row, places) in enumerate(zip(rows, filled, strict=True)) if is_whole(row, places)), default=-1
    )
    headings = [text.casefold() for text in heads.columns if text]
    first = headings[0] if headings else ""
    people: list[Row] = []
    before = heads.row
    in_notes = False
    for place, (row, places) in enumerate(zip(rows, filled, strict=True)):
        apart = in_notes or row.number > before + 1
        before = row.number
        whole = is_whole(row, places)
        if as_text(row.cells[places[0]]).strip().casefold() == first and _lines(row, places) == headings:
            _leave_out("ROSTER_HEADINGS_AGAIN", "the headings stand here again", row, places, problems)
        elif not whole and _is_note(row, places, id_column, name_columns, apart, place > last):
            in_notes = True
            _leave_out("ROSTER_NOTE", f"{_words(row, places)} is not a person", row, places, problems)
        elif _is_total(row, places):
            _leave_out("ROSTER_NOTE", f"{_words(row, places)} is a total", row, places, problems)
        else:
            in_notes = False
            people.append(row)
    return people


def _lines(row: Row, places: list[int]) -> list[str]:
    return [" ".join(as_text(row.cells[index]).split()).casefold() for index in places]


def _words(row: Row, places: list[int]) -> str:
    return quoted(" ".join(as_text(row.cells[index]) for index in places[:3]))


def _leave_out(code: str, why: str, row: Row, places: list[int], problems: Problems) -> None:
    problems.add(
        code,
        f"Roster row {row.number}: {why}, so the row was left out.",
        "Nothing to do, unless this should be a person.",
        row.number,
        severity="warning",
    )


def _is_note(row: Row, places: list[int], id_column: int, names: set[int], apart: bool, at_end: bool) -> bool:
    """Whether an incomplete row is a note under the table, or a line between groups, and not a person."""
    text = as_text(row.cells[places[0]]).strip()
    if len(places) == 1:
        if places[0] == id_column and not any(c.isspace() for c in text) and any(c.isdigit() for c in text):
            return False  # an ID alone: someone began to add a person
        if at_end:
            return apart or len(text.split()) > 2 or text[:1] in "*†‡([•–—-"
        return apart and places[0] not in names
    return (
        at_end and apart and len(places) == 2 and (places[0] != id_column or text.endswith((":", " ")) or " " in text)
    )


def _is_total(row: Row, places: list[int]) -> bool:
    first, *rest = (as_text(row.cells[index]).strip() for index in places)
    return key(first) in _TOTALS and all(not any(c.isalpha() for c in text) for text in rest)
