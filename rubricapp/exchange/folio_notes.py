"""What a portfolio's owner adds later, beside the signed file, which is never touched. Unsigned, and shown as such.

format: 1
portfolios:                     one file of notes may have served several portfolios of one name
  <manifest hash>: [Added, …]   see `core.folio.Added`
"""

from __future__ import annotations

from pathlib import Path

from rubricapp.core.folio import Added
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import strict_json
from rubricapp.store import places

_FORMAT = 1
_LARGEST = 4 << 20
MOST = 1000
"""Entries of one portfolio."""

Notes = dict[str, tuple[Added, ...]]


def read(path: Path) -> Notes:
    """Everything in a file of notes, by the hash of the manifest; nothing where there is no file.

    Raises UserError where it cannot be read, is damaged or from a newer version.
    """
    try:
        if not path.exists():
            return {}
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            f"What was added to the portfolio, {path}, cannot be read.",
            "The portfolio itself is whole.",
            "Check that you may read it.",
            str(error),
            Exit.UNREADABLE,
        ) from error
    try:
        return _parse(path, data)
    except (ValueError, RecursionError) as error:
        raise UserError(
            "E_NOTES_DAMAGED",
            f"What was added to the portfolio, {path.name}, is damaged.",
            "The portfolio itself is not touched by it.",
            "Put the file right, or move it away and add again what it said.",
            str(error),
            Exit.DAMAGED,
        ) from error


def _parse(path: Path, data: bytes) -> Notes:
    if len(data) > _LARGEST:
        raise ValueError("too large")
    whole = strict_json.load(data)
    if type(whole) is not dict or type(whole.get("format")) is not int or type(whole.get("portfolios")) is not dict:
        raise ValueError("not of the form that is expected")
    if whole["format"] > _FORMAT:
        raise UserError(
            "E_NEWER",
            f"{path.name} was written by a newer version of rubricapp.",
            "Nothing was changed.",
            "Bring rubricapp up to date.",
        )
    found = {key: strict_json.build(tuple[Added, ...], value, key[:8]) for key, value in whole["portfolios"].items()}
    if any(len(entries) > MOST for entries in found.values()):
        raise ValueError("too many entries")
    return found


def write(path: Path, notes: Notes) -> None:
    """Replace a file of notes: whole, or not at all. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(strict_json.dump({"format": _FORMAT, "portfolios": notes}))
        places.put(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
