"""Which row of a table holds the headings, and which column is which field, in the words that offices use."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rubricapp.errors import Exit, UserError
from rubricapp.formats.grid import Mark, Row, Table, as_text, column_index, column_letter
from rubricapp.formats.roster_words import FIELDS, WORDS

_ENOUGH = 2
"""Fields that a row must name to be taken for the headings without being told."""


def key(text: str) -> str:
    """A heading without case, accents, spaces and signs, so that "N° de dossier" and "n de DOSSIER" are equal."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("#", " no ")).casefold() if c.isalnum())


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, int, frozenset[str]]]:
    """Key of a heading → (field or "bare", 0 for a strong or 1 for a weak word, languages)."""
    known: dict[str, tuple[str, int, frozenset[str]]] = {}
    for language, fields in WORDS.items():
        for field, words in fields.items():
            for rank, group in enumerate(words.split(" / ")):
                for word in group.split(","):
                    old_field, old_rank, languages = known.get(key(word), (field, rank, frozenset()))
                    known[key(word)] = (old_field, old_rank, languages | {language})
    return known


def _look_up(heading: str) -> tuple[str, int, frozenset[str]] | None:
    """The field that a heading names: as it stands, without brackets, or one half of "First name / Prénom"."""
    if len(heading) > 120:
        return None
    bare = re.sub(r"[(\[{].*?[)\]}]", " ", heading)
    found = _known().get(key(heading)) or _known().get(key(bare))
    if found:
        return found
    for part in re.split(r"[/|•–—:]| - ", bare)[:4]:
        found = _known().get(key(part))
        if found:
            return found[0], found[1] + 2, found[2]
    return None


@dataclass(frozen=True)
class Headings:
    """Where the headings are and what they mean. begins: index of the row in the table from which the people stand.

    row: row number of the headings, 0 for a list without any. columns: the headings as written. doubles: (field,
    index taken, index left) where two columns name the same field. foreign: the headings are in
    another language than English.
    """

    begins: int
    row: int
    columns: tuple[str, ...]
    fields: dict[str, int]
    doubles: tuple[tuple[str, int, int], ...] = ()
    foreign: bool = False

    @property
    def width(self) -> int:
        """Number of columns up to the last heading."""
        return max((index + 1 for index, text in enumerate(self.columns) if text), default=0)

    def label(self, index: int) -> str:
        """A column as a person would name it: its heading, or "column C"."""
        text = self.columns[index] if index < len(self.columns) else ""
        return text or f"column {column_letter(index)}"


@dataclass(frozen=True)
class Wishes:
    """What the user said: field → column, checked for the fields. left_out: fields to leave out."""

    columns: dict[str, str]
    left_out: frozenset[str] = frozenset()


def wishes(mapping: Mapping[str, str] | None) -> Wishes:
    """Check the fields of a mapping by hand. A field without a column is left out. Raises UserError E_MAP."""
    columns: dict[str, str] = {}
    left_out = set()
    for name, column in (mapping or {}).items():
        field = key(name)
        known = {key(each): each for each in FIELDS}
        found = known.get(field)
        if found is None:
            word = _known().get(field)
            found = word[0] if word and word[0] != "bare" else None
        if found is None:
            near = difflib.get_close_matches(field, known, n=1, cutoff=0.6)
            raise UserError(
                "E_MAP",
                f"A roster has no field “{name}”.",
                do=(f"Did you mean {known[near[0]]}? " if near else "") + f"The fields are: {', '.join(FIELDS)}.",
                exit_code=Exit.USAGE,
            )
        if found in columns or found in left_out:
            raise UserError(
                "E_MAP", f"The field {found} is mapped twice.", do="Name one column for it.", exit_code=Exit.USAGE
            )
        if column.strip():
            columns[found] = column.strip()
        else:
            left_out.add(found)
    return Wishes(columns, frozenset(left_out))


def texts(row: Row) -> list[str]:
    """The cells of a row as single lines of text."""
    return [" ".join(as_text(cell).split()) for cell in row.cells]


def score(rows: Sequence[Row], wish: Wishes) -> int:
    """How much the first rows of a table look like a roster: fields named by its best heading row, wishes tenfold.

    Headings with nothing below them count for 1, so that an empty form does not win over a list.
    """
    scores = [_score(_above(rows, index), wish) for index in range(len(rows))]
    best = max(scores, default=0)
    return min(best, 1) if best and scores.index(best) == len(rows) - 1 else best


def _score(columns: Sequence[str], wish: Wishes) -> int:
    named = sum(_by_name(columns, want) is not None for want in wish.columns.values())
    fields = _assign(columns)[0]
    is_list = len(fields) >= _ENOUGH and any(each in fields for each in ("id", "name", "given_name", "family_name"))
    return (len(fields) if is_list else 0) + 10 * named


def _above(rows: Sequence[Row], index: int) -> list[str]:
    """The cells of a row; an empty one takes a heading from the row right above (headings of two rows)."""
    columns = texts(rows[index])
    if index and rows[index - 1].number == rows[index].number - 1:
        upper = texts(rows[index - 1])
        columns += [""] * (len(upper) - len(columns))
        for place, text in enumerate(upper):
            if text and not columns[place] and _look_up(text):
                columns[place] = text
    return columns


def _assign(
    columns: Sequence[str], taken: Mapping[str, int] | None = None
) -> tuple[dict[str, int], list[tuple[str, int, int]], bool]:
    """Field → column index by the words; columns that name a field again; whether words are of another language.

    taken: fields that have their column already.
    """
    found: dict[str, tuple[int, int]] = {}
    doubles: list[tuple[str, int, int]] = []
    foreign = 0
    english = 0
    for index, heading in enumerate(columns):
        hit = _look_up(heading) if heading else None
        if hit is None:
            continue
        field, rank, languages = hit
        english += "en" in languages
        foreign += "en" not in languages
        old = found.get(field)
        if old is None or rank < old[0]:
            found[field] = (rank, index)
        elif rank == old[0] == 0:
            doubles.append((field, old[1], index))
    bare = found.pop("bare", None)
    if bare is not None:
        given, family = (each in found or each in (taken or ()) for each in ("given_name", "family_name"))
        field = "family_name" if given and not family else "given_name" if family and not given else "name"
        if field not in found or found[field][0] > 0:
            found[field] = bare
    doubles = [(("name" if field == "bare" else field), one, other) for field, one, other in doubles]
    return {field: index for field, (_, index) in found.items()}, doubles, foreign > 0 and foreign >= english


def _by_name(columns: Sequence[str], want: str) -> int | None:
    """The column with this heading: as written, else without case, accents and signs."""
    plain = " ".join(want.split()).casefold()
    for index, heading in enumerate(columns):
        if heading and heading.casefold() == plain:
            return index
    wanted = key(want)
    for index, heading in enumerate(columns):
        if wanted and key(heading) == wanted:
            return index
    return None


def _by_place(want: str) -> int | None:
    """The column that "column 3", "column C", "3" or "C" points at, from 0."""
    match = re.fullmatch(
        r"(?:col(?:umn|onne|umna|una)?\.?\s*|spalte\s*)?(\d{1,3}|[a-z]{1,2})", want.strip(), re.IGNORECASE
    )
    if match is None:
        return None
    if match[1].isdigit():
        return int(match[1]) - 1 if int(match[1]) else None
    return column_index(match[1])


def find_headings(table: Table, wish: Wishes, look_at: int, name: str) -> Headings:
    """The heading row among the first `look_at` filled rows, and the column of each field.

    What the user said goes first, words fill the rest. Raises UserError: E_MAP where a column that the user named is
    not there, E_ROSTER_HEADER where no row looks like headings. name: of the file, for messages.
    """
    rows = table.rows[:look_at]
    scores = [_score(_above(rows, index), wish) for index in range(len(rows))]
    best = max(scores, default=0)
    if best:
        position = scores.index(best)
        begins, row, columns = position + 1, rows[position].number, _above(rows, position)
    else:
        begins, row, columns = _without_words(rows, wish, name)
    fields: dict[str, int] = {}
    widest = max(len(row.cells) for row in rows)
    for field, want in wish.columns.items():
        index = _by_name(columns, want)
        if index is None:
            index = _by_place(want)
            if index is not None and index >= max(len(columns), widest):
                index = None
        if index is None:
            raise _no_column(field, want, columns, name)
        fields[field] = index
    free = ["" if index in fields.values() else text for index, text in enumerate(columns)]
    words, doubles, foreign = _assign(free, fields)
    for field, index in words.items():
        if field not in fields and field not in wish.left_out:
            fields[field] = index
    return Headings(
        begins,
        row,
        tuple(columns),
        {field: fields[field] for field in FIELDS if field in fields},
        tuple(double for double in doubles if double[0] not in wish.columns and double[0] not in wish.left_out),
        foreign,
    )


def _no_column(field: str, want: str, columns: Sequence[str], name: str) -> UserError:
    headings = [text for text in columns if text]
    near = difflib.get_close_matches(want.casefold(), [text.casefold() for text in headings], n=1, cutoff=0.5)
    meant = next((text for text in headings if near and text.casefold() == near[0]), "")
    listed = ", ".join(headings[:12]) + (" …" if len(headings) > 12 else "")
    return UserError(
        "E_MAP",
        f"{name} has no column “{want}”, which {field} should come from.",
        do=(f"Did you mean “{meant}”? " if meant else "")
        + (f"The columns are: {listed}." if headings else "Name it by its place, such as “column 1”."),
        exit_code=Exit.USAGE,
    )


_DATA = re.compile(r"\d|@")


def _without_words(rows: Sequence[Row], wish: Wishes, name: str) -> tuple[int, int, list[str]]:
    """Where the people begin, the row of headings above them or 0, and those headings, where no word is known.

    Only a mapping by places helps then: the headings are in an unknown language, or there are none. Raises UserError.
    """
    if wish.columns:
        lists = [index for index, row in enumerate(rows) if sum(bool(text) for text in texts(row)) >= 2] or [0]
        unplaced = [(field, want) for field, want in wish.columns.items() if _by_place(want) is None]
        if unplaced:
            raise _no_column(*unplaced[0], texts(rows[lists[0]]), name)
        first = next((index for index in lists if _is_data(rows[index])), lists[0] + 1)
        above = first - 1
        if above in lists and (first == len(rows) or rows[above].number == rows[first].number - 1):
            return first, rows[above].number, texts(rows[above])
        return first, 0, []
    first_rows = " / ".join(" | ".join(texts(row)[:6])[:100] for row in rows[:3])
    raise UserError(
        "E_ROSTER_HEADER",
        f"No row of {name} looks like the headings of a roster, such as ID, Given name, Family name, Email.",
        safe="Nothing was taken from it.",
        do="Write headings above the people, or say which column is which: id = column 1, name = column 2. "
        f"The file begins: {first_rows}",
        exit_code=Exit.UNREADABLE,
    )


def _is_data(row: Row) -> bool:
    return any(isinstance(cell, Mark) or _DATA.search(cell) for cell in row.cells)
