"""How the log lies on disk: words and records by numbers, so that a change is short.

The views `change` and `head` show the log as it is meant, and most reads use them. What must be quick reads and writes
the tables themselves: `change_row`, `value_row`, `head_row`, `erased_row`. They name a record by its number in
`record`, and its kind, its id, fields and authors by theirs in `word`. Numbers are of this copy and never travel.

Question: is the id of a change its key on disk? Decision: no, a number is. Reasons: the id is 16 random bytes that
would stand in four places; rows in the order of their coming fill their pages. A million changes take 290 MB instead
of 420 MB. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from rubricapp.store.engine import Connection

Key = tuple[str, str]
"""(kind, id) of a record."""
_AT_ONCE = 500
"""Values of one query."""


def batches(values: Iterable) -> Iterator[list]:
    """Lists of as many values as one query takes."""
    left = iter(values)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def holes(count: int, width: int = 1) -> str:
    """The question marks of so many values, or of so many rows of values, for a list in SQL."""
    one = "?" if width == 1 else f"({', '.join('?' * width)})"
    return ", ".join([one] * count)


def split(record: str) -> tuple[str, str]:
    """(whole, part) of a record's id: what it belongs to, and what follows from the first slash on."""
    whole, slash, rest = record.partition("/")
    return whole, slash + rest


class Numbers:
    """The numbers of words and records, as far as one transaction asked for them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._words: dict[str, int] = {}
        self._records: dict[Key, int] = {}

    def find_words(self, texts: Iterable[str]) -> dict[str, int]:
        """Those of these words that the log knows, with their numbers."""
        wanted = set(texts)
        for some in batches(sorted(each for each in wanted if each not in self._words)):
            self._words |= self.connection.execute(
                f"SELECT text, number FROM word WHERE text IN ({holes(len(some))})", some
            )
        return {each: self._words[each] for each in wanted if each in self._words}

    def find_records(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Those of these records that the log knows, with their numbers."""
        wanted = set(keys)
        parts = {key: (key[0], *split(key[1])) for key in sorted(wanted) if key not in self._records}
        words = self.find_words({word for kind, whole, _part in parts.values() for word in (kind, whole)})
        asked = {
            (words[kind], words[whole], part): key
            for key, (kind, whole, part) in parts.items()
            if kind in words and whole in words
        }
        for some in batches(asked):
            for *found, number in self.connection.execute(
                "SELECT kind, whole, part, number FROM record"
                f" WHERE (kind, whole, part) IN (VALUES {holes(len(some), 3)})",
                [each for key in some for each in key],
            ):
                self._records[asked[tuple(found)]] = number
        return {each: self._records[each] for each in wanted if each in self._records}

    def keep_words(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of these words; a new one gets the next. Inside an open transaction."""
        wanted = set(texts)
        known = self.find_words(wanted)
        new = sorted(each for each in wanted if each not in known)
        self.connection.executemany("INSERT INTO word (text) VALUES (?)", [(each,) for each in new])
        return self.find_words(wanted)

    def keep_records(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The numbers of these records; a new one gets the next. Inside an open transaction."""
        wanted = set(keys)
        known = self.find_records(wanted)
        new = {key: split(key[1]) for key in sorted(wanted) if key not in known}
        words = self.keep_words({word for key, (whole, _part) in new.items() for word in (key[0], whole)})
        self.connection.executemany(
            "INSERT INTO record (kind, whole, part) VALUES (?, ?, ?)",
            [(words[key[0]], words[whole], part) for key, (whole, part) in new.items()],
        )
        return self.find_records(wanted)
