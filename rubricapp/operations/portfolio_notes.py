"""What an owner adds to a portfolio file later: kept beside it; where that cannot be written, in their own folder."""

from __future__ import annotations

import errno
from datetime import date
from pathlib import Path

from rubricapp import paths
from rubricapp.core.folio import Added, Additions
from rubricapp.core.portfolio import SHOWING_KINDS
from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import UserError
from rubricapp.exchange import folio_notes, folio_reading
from rubricapp.i18n import _
from rubricapp.operations.artefacts import bad
from rubricapp.operations.report_files import not_written
from rubricapp.operations.showings import read_day
from rubricapp.store import places

_SHORT = 300
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def beside(path: Path) -> Path:
    """Where additions to a portfolio file are kept where its folder can be written."""
    return path.with_name(f"{path.name}-notes.json")


def at_home(manifest_hash: str) -> Path:
    """Where they are kept where it cannot."""
    return paths.home() / "portfolio-notes" / f"{manifest_hash}.json"


def read_additions(path: Path, manifest_hash: str) -> tuple[Additions, tuple[str, ...]]:
    """Everything added to the portfolio with this manifest, oldest entry first; and what could not be read."""
    entries: list[Added] = []
    problems = []
    for place in (beside(path), at_home(manifest_hash)):
        try:
            entries += folio_notes.read(place).get(manifest_hash, ())
        except UserError as error:
            problems.append(error.message)
    return Additions(tuple(dict.fromkeys(entries))), tuple(problems)


def add_showing(
    path: Path, on: str, place: str, work: str = "", kind: str = "other", result: str = ""
) -> tuple[Added, Path]:
    """Say that a work was shown since. on: ISO day, month or year. work: its key in the file, or "".

    Returns what was kept, with the kind of showing as its words, and where. Raises UserError.
    """
    kind = clean(kind, lines=False).casefold() or "other"
    if kind not in SHOWING_KINDS:
        raise bad(
            "E_SHOWING",
            _("“{text}” is no kind of showing.").format(text=kind),
            _("Use one of: {list}.").format(list=", ".join(SHOWING_KINDS)),
        )
    place = _short(place, "place")
    if not place:
        raise bad("E_EMPTY", _("A showing needs a place."), _("Say at which festival, on which channel, or where."))
    shown_on, work = read_day(clean(on, lines=False)), clean(work, lines=False)
    return _add(path, Added("showing", shown_on, kind, work, place, _short(result, "result")))


def add_note(path: Path, text: str, work: str = "", today: date | None = None) -> tuple[Added, Path]:
    """Keep a note of the owner's, with today's day. Returns what was kept, and where. Raises UserError."""
    text = clean(text)
    if not text:
        raise bad("E_EMPTY", _("The note is empty."), _("Write something."))
    if len(text) > LONGEST:
        raise bad("E_TOO_LONG", _("“{name}” is too long.").format(name="text"), _("Shorten it."))
    return _add(path, Added("note", (today or date.today()).isoformat(), text, clean(work, lines=False)))


def _short(text: str, name: str) -> str:
    text = clean(text, lines=False)
    if len(text) > _SHORT:
        raise bad("E_TOO_LONG", _("“{name}” is too long.").format(name=name), _("Shorten it."))
    return text


def _add(path: Path, added: Added) -> tuple[Added, Path]:
    with folio_reading.opened(path) as reader:
        known, manifest_hash = [each.key for each in reader.folio.works], reader.manifest_hash
    if added.work and added.work not in known:
        raise bad(
            "E_NO_ARTEFACT",
            _("No work in this portfolio has the key “{text}”.").format(text=added.work),
            _("Use one of: {list}.").format(list=", ".join(known)) if known else _("It holds no works."),
        )
    place = beside(path)
    try:
        _keep(place, manifest_hash, added)
    except OSError as error:
        if error.errno not in _CLOSED:
            raise not_written(place, error) from error
        place = at_home(manifest_hash)
        try:
            places.make_folder(place.parent)
            _keep(place, manifest_hash, added)
        except OSError as error:
            raise not_written(place, error) from error
    return added, place


def _keep(place: Path, manifest_hash: str, added: Added) -> None:
    notes = folio_notes.read(place)
    entries = notes.get(manifest_hash, ())
    if added in entries:
        return
    if len(entries) >= folio_notes.MOST:
        raise bad("E_TOO_MANY", _("This portfolio has all the additions it can hold."), _("Make a new portfolio."))
    folio_notes.write(place, notes | {manifest_hash: (*entries, added)})
