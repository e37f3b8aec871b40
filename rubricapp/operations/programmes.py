"""Starting a programme: the workspace, its edition, its occasions, its rubrics."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rubricapp import paths
from rubricapp.core.changes import derived_id
from rubricapp.core.model import Changes, Occasion, OccasionId
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.rubrics import adopt, documents_of
from rubricapp.store.people import find_occasion, list_occasions, load_edition
from rubricapp.store.workspace import Sources, Workspace, create

STANDARD_OCCASIONS = (("baseline", 10), ("midpoint", 50), ("final", 90))
OBSERVATION_POSITION = 30


def shipped_rubrics() -> list[Path]:
    """The rubric files that come with the app, oldest version first."""
    return sorted(paths.RUBRICS.glob("*/*.yaml"))


def start(
    folder: Path,
    programme: str,
    edition: str,
    starts_on: str = "",
    ends_on: str = "",
    sources: Sources | None = None,
    rubrics: list[Path] | None = None,
) -> Workspace:
    """Make a workspace for one edition of a programme, with baseline, midpoint and final, and the shipped rubrics.

    Raises UserError when the folder is taken, a name is empty, or a day is none. Nothing stays behind when it fails.
    """
    programme, edition = clean(programme, lines=False), clean(edition, lines=False)
    if not programme or not edition:
        raise UserError(
            "E_NAME", _("A programme and its edition need names."), "", _("Give both."), exit_code=Exit.USAGE
        )
    starts_on, ends_on = _day(starts_on), _day(ends_on)
    if starts_on and ends_on and ends_on < starts_on:
        raise UserError(
            "E_DATE",
            _("An edition cannot end ({end}) before it starts ({start}).").format(end=ends_on, start=starts_on),
            "",
            _("Correct one of the two days."),
            exit_code=Exit.USAGE,
        )
    documents = documents_of(shipped_rubrics() if rubrics is None else rubrics)

    def fill(ws: Workspace) -> None:
        programme_id, edition_id = ws.new_id(), ws.new_id()
        with ws.writing("") as log:
            log.set("programme", programme_id, "name", programme)
            log.set_all(
                "edition",
                edition_id,
                {
                    "programme": programme_id,
                    "name": edition,
                    "starts_on": starts_on or None,
                    "ends_on": ends_on or None,
                },
            )
            for name, position in STANDARD_OCCASIONS:
                log.set_all(
                    "occasion",
                    derived_id("occasion", edition_id, name),
                    {"edition": edition_id, "name": name, "kind": name, "position": position},
                )
        adopt(ws, documents)

    return create(folder, sources, fill)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UserError(
            "E_DATE",
            _("{text} is not a day.").format(text=text),
            "",
            _("Write it as 2026-09-01."),
            exit_code=Exit.USAGE,
        ) from None


def add_observation(ws: Workspace, name: str, held_on: str = "", author: str = "") -> tuple[Occasion, Changes]:
    """The dated observation of this name, made where there is none. A name that is a day is held on that day.

    held_on: ISO day; today where neither says.
    """
    name = clean(name, lines=False)
    found = find_occasion(ws, name)
    if found is not None:
        return found, Changes()
    if not name:
        raise UserError("E_NAME", _("An occasion needs a name."), "", _("Give one."), exit_code=Exit.USAGE)
    if not held_on:
        try:
            held_on = date.fromisoformat(name).isoformat()
        except ValueError:
            held_on = ws.sources.now().date().isoformat()
    edition = load_edition(ws)
    record = derived_id("occasion", edition.id, name.casefold())
    with ws.writing(author) as log:
        log.set_all(
            "occasion",
            record,
            {
                "edition": edition.id,
                "name": name,
                "kind": "observation",
                "held_on": _day(held_on),
                "position": OBSERVATION_POSITION,
            },
        )
    return next(each for each in list_occasions(ws) if each.id == OccasionId(record)), log.changes
