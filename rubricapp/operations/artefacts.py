"""What is known of a work: details, links to files that are not copied, whether its file is whole, and finding it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from rubricapp.core.model import ArtefactId, Changes, PersonId, Problem
from rubricapp.core.portfolio import DAYS, DETAILS, STAGES, Artefact, consent_problems, is_web
from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import evidence
from rubricapp.store.artefacts import find_file, list_artefacts, load_artefact
from rubricapp.store.production_log import load_log_entry
from rubricapp.store.upgrading import hash_of
from rubricapp.store.vault import Altered, Stored
from rubricapp.store.workspace import Workspace

_LINES = ("did", "credits", "context", "reflection", "rights", "consent")
_SHORT = 300
_LONGEST_LINK = 2000


def bad(code: str, what: str, do: str) -> UserError:
    """Something said that cannot be kept."""
    return UserError(code, what, _("Nothing was changed."), do, exit_code=Exit.USAGE)


def read_details(given: Mapping[str, str], known: Artefact | None = None) -> dict[str, object]:
    """Checked values from texts, by field of `Artefact`: title and its details. An empty text takes a value away.

    known: the work as it is, to compare days with. Raises UserError.
    """
    values: dict[str, object] = {}
    for name in ("title", *DETAILS):
        if name in given:
            text = clean(given[name], lines=name in _LINES)
            if len(text) > (LONGEST if name in _LINES else _SHORT):
                raise bad("E_TOO_LONG", _("“{name}” is too long.").format(name=name), _("Shorten it."))
            values[name] = text or None
    if "title" in values and not values["title"]:
        raise bad("E_EMPTY", _("A work needs a title."), _("Say what it is called."))
    for name in DAYS:
        if values.get(name):
            values[name] = _day(str(values[name]))
    start, end = (
        str(values[name] or "") if name in values else getattr(known, name, "") for name in ("made_from", "made_to")
    )
    if start and end and start > end:
        raise bad(
            "E_DATE", _("A work cannot be finished before it was begun."), _("Check the days it was made from and to.")
        )
    if values.get("stage"):
        stage = str(values["stage"]).casefold().replace(" ", "_").replace("-", "_")
        if stage not in STAGES:
            raise bad(
                "E_STAGE",
                _("“{text}” is no stage of a work.").format(text=values["stage"]),
                _("Use one of: {list}.").format(list=", ".join(STAGES)),
            )
        values["stage"] = stage
    return values


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise bad("E_DATE", _("“{text}” is not a day.").format(text=text), _("Write it as 2026-09-01.")) from None


def add_work(
    ws: Workspace,
    participant: PersonId,
    source: str,
    given: Mapping[str, str] | None = None,
    link: bool = False,
    author: str = "",
    progress: Progress | None = None,
    log_entry: str = "",
) -> tuple[Artefact, Changes]:
    """Add a work: a file, copied unless `link`, or a web address. given: texts by field, see `read_details`.

    log_entry: the day of the log that it is attached to. Raises UserError, Cancelled; then nothing was added.
    """
    details = read_details(given or {})
    if log_entry:
        _demand_own_day(ws, participant, log_entry)
        details["log_entry"] = log_entry
    by = author or participant
    if link or is_web(source):
        changes = _add_link(ws, participant, source, details, by)
    else:
        changes = evidence.add_file(ws, participant, Path(source), "", by, progress, details)
    (added,) = changes.ids
    return load_artefact(ws, added), changes


def _add_link(ws: Workspace, participant: str, source: str, details: Mapping[str, object], author: str) -> Changes:
    link, name, size = _place(source)
    with ws.writing(author) as log:
        log.set_all(
            "artefact",
            ws.new_id(),
            {
                "participant": participant,
                "title": Path(name).stem or name,
                "file_name": name,
                "media": evidence.media_of(name),
                "size": size,
                "added_on": ws.sources.now().date().isoformat(),
                **details,
                "link": link,
            },
        )
    return log.changes


def web_address(text: str) -> str:
    """The web address, checked: it names a machine and holds no password. Raises UserError."""
    link = clean(text, lines=False)
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - raises for a port that is none
        host = parts.hostname
    except ValueError:
        host = None
    if not host or " " in link or len(link) > _LONGEST_LINK:
        raise bad("E_LINK", _("“{text}” is no web address.").format(text=text[:200]), _("Copy it again."))
    if parts.password is not None:
        raise bad(
            "E_LINK",
            _("This web address holds a password."),
            _("Leave it out: everyone with the file would see it."),
        )
    return link


def _place(source: str) -> tuple[str, str, int]:
    """(link, name, size in bytes) of a web address or a file that is there. Raises UserError."""
    if is_web(source):
        link = web_address(source)
        parts = urlsplit(link)
        return link, clean(parts.path.rstrip("/").rpartition("/")[2] or str(parts.hostname), lines=False), 0
    path = Path(source).expanduser().absolute()
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except (OSError, ValueError) as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            _("{file} cannot be read.").format(file=source),
            _("Nothing was added."),
            _("Check that the file is there, that the disk is connected and that you may read it."),
            str(error),
            Exit.UNREADABLE,
        ) from error
    text = str(path)
    if text != clean(text, lines=False) or len(text) > _LONGEST_LINK or text.startswith(("\\\\", "//")):
        raise bad("E_LINK", _("A file at such a place cannot be linked."), _("Add it without --link: it is copied."))
    return text, clean(path.name, lines=False), size


def edit_details(ws: Workspace, artefact: ArtefactId, given: Mapping[str, str], author: str = "") -> Changes:
    """Say something else of a work; what stood there before stays in the history. Raises UserError."""
    known = load_artefact(ws, artefact)
    values = read_details(given, known)
    with ws.writing(author or known.participant) as log:
        log.set_all("artefact", artefact, values)
    return log.changes


def attach(ws: Workspace, artefact: ArtefactId, log_entry: str, author: str = "") -> Changes:
    """Attach a work to a day of its participant's log; "" detaches it. Raises UserError."""
    known = load_artefact(ws, artefact)
    if log_entry:
        _demand_own_day(ws, known.participant, log_entry)
    with ws.writing(author or known.participant) as log:
        log.set("artefact", artefact, "log_entry", log_entry or None)
    return log.changes


def _demand_own_day(ws: Workspace, participant: str, log_entry: str) -> None:
    if load_log_entry(ws, log_entry).participant != participant:
        raise bad(
            "E_OTHER_PERSON",
            _("That day of the log is somebody else’s."),
            _("A work is attached to a day of the same participant: “log list PERSON” names them."),
        )


def relink(
    ws: Workspace, artefact: ArtefactId, source: str, author: str = "", progress: Progress | None = None
) -> Changes:
    """Say where a work is that is not on this laptop.

    A linked file gets its new place; it must have the size that is known. The file of a copied work must be the same
    byte for byte, and is copied in again: nothing is written into the log then. Raises UserError, Cancelled.
    """
    known = load_artefact(ws, artefact)
    if not known.sha256:
        link, name, size = _place(source)
        if known.size and size and size != known.size:
            raise _other_file(known)
        values = {"link": link, "file_name": name, "media": evidence.media_of(name), "size": size}
        with ws.writing(author or known.participant) as log:
            log.set_all("artefact", artefact, values)
        return log.changes
    try:
        same = Path(source).stat().st_size == known.size and hash_of(Path(source)) == known.sha256
    except (OSError, ValueError):
        same = True  # copying says what is wrong with it
    if not same or evidence.copy_in(ws.vault, Path(source), progress or Progress()).sha256 != known.sha256:
        raise _other_file(known)
    return Changes(frozenset({"artefact"}), frozenset({artefact}))


def _other_file(known: Artefact) -> UserError:
    return UserError(
        "E_OTHER_FILE",
        _("This is not the file that was added as “{title}”.").format(title=known.title),
        _("Nothing was changed."),
        _("Find the same file, or add this one as a work of its own."),
    )


READ_AT_ONCE = 16 << 20
"""Bytes of a file that are read in a moment, before it is shown."""


def find_fault(artefact: Artefact, file: Stored) -> UserError | None:
    """Why a file should not be taken for the work, before it is shown; None where all is well.

    Beyond `READ_AT_ONCE` only its size is looked at: the portfolio reads large ones beside the window.
    """
    try:
        verify_at(artefact if artefact.size <= READ_AT_ONCE else replace(artefact, sha256=""), file)
    except UserError as error:
        return error
    return None


def check_files(
    files: Sequence[tuple[Artefact, Stored | None]], progress: Progress
) -> list[tuple[Artefact, UserError]]:
    """Read every byte of these works, beside the window: those whose file is missing, altered or unreadable.

    files: with the file of each, see `find_file`. Raises Cancelled.
    """
    found = []
    total = sum(artefact.size for artefact, _file in files)
    done = 0
    for artefact, file in files:
        progress.step(done, max(1, total), artefact.title)
        try:
            verify_at(
                artefact,
                file,
                lambda read, so_far=done, name=artefact.title: progress.step(
                    min(so_far + read, total), max(1, total), name
                ),
            )
        except UserError as error:
            found.append((artefact, error))
        done += artefact.size
    progress.step(max(1, total), max(1, total), "")
    return found


def verify_at(artefact: Artefact, file: Stored | None, on_read: Callable[[int], object] | None = None) -> Stored:
    """A work's file, after reading every byte of it: what was added is what is there. A link has no hash: its size.

    file: see `find_file`. on_read: told the bytes read so far; may raise Cancelled.
    Raises UserError: E_FILE_MISSING, E_FILE_ALTERED, E_FILE_UNREADABLE.
    """
    if file is None:
        raise UserError(
            "E_FILE_MISSING",
            _("“{title}” is not on this laptop.").format(title=artefact.title),
            _("What was said of it is safe."),
            _("Say where it is with “artefact relink”, or take it from a backup."),
            artefact.link,
            Exit.UNREADABLE,
        )
    try:
        whole = file.size() == artefact.size and artefact.sha256 in ("", file.hash(on_read))
    except Altered:
        whole = False
    except OSError as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            _("{file} cannot be read.").format(file=artefact.file_name),
            _("What was said of it is safe."),
            _("Take it from a backup."),
            str(error),
            Exit.UNREADABLE,
        ) from error
    if not whole:
        raise UserError(
            "E_FILE_ALTERED",
            _("The file of “{title}” was altered or is cut short.").format(title=artefact.title),
            _("What was said of it is safe."),
            _("Add the same file again with “artefact relink”, or take it from a backup."),
            str(file.place or ""),
            Exit.DAMAGED,
        )
    return file


def find_artefact(ws: Workspace, text: str) -> Artefact:
    """The work meant by its id, the last letters of it (four or more), or its title in any case. Raises UserError."""
    wanted = " ".join(clean(text, lines=False).casefold().split())
    everything = list_artefacts(ws)
    found = [each for each in everything if wanted and wanted in (each.id, each.title.casefold())]
    found = found or [each for each in everything if len(wanted) >= 4 and each.id.endswith(wanted)]
    if not found:
        raise bad(
            "E_NO_ARTEFACT", _("No work here is “{text}”.").format(text=text), _("“artefact list PERSON” names them.")
        )
    if len(found) > 1:
        raise bad(
            "E_AMBIGUOUS",
            _("“{text}” could be any of {n} works.").format(text=text, n=len(found)),
            _("Use one of these ids: {list}.").format(list=", ".join(each.id[-8:] for each in found)),
        )
    return found[0]


def warnings(ws: Workspace, artefact: Artefact) -> list[Problem]:
    """What to know before showing a work: its consent and embargo today, and whether its file is here and not empty."""
    found = consent_problems(artefact, ws.sources.now().date())
    if not artefact.is_web and find_file(ws, artefact) is None:
        what = _("The file of “{title}” is not on this laptop.").format(title=artefact.title)
        found.append(Problem("FILE_MISSING", what, _("Say where it is with “artefact relink”."), severity="warning"))
    elif not artefact.is_web and not artefact.size:
        what = _("The file of “{title}” is empty.").format(title=artefact.title)
        found.append(Problem("FILE_EMPTY", what, _("Check the file it was copied from."), severity="warning"))
    return found
