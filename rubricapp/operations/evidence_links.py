"""Evidence links: this moment of this work, or this day of the log, shows that criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rubricapp.core.model import Changes, EvidenceId
from rubricapp.core.portfolio import Artefact, Evidence, parse_region
from rubricapp.core.text import LONGEST, clean
from rubricapp.core.timecode import parse_rate, parse_timecode, rate_text
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.artefacts import bad, find_artefact
from rubricapp.operations.production_log import find_entry
from rubricapp.store.artefacts import load_artefact
from rubricapp.store.evidence import list_evidence, load_evidence
from rubricapp.store.production_log import load_log_entry
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace

DEFAULT_RATE = "25"
_LAST_PAGE = 100_000
_SHORTEST_ID = 4


@dataclass(frozen=True)
class Place:
    """Where in a work, as a person writes it. start, end: time codes. rate: frames per second. region: percent."""

    start: str = ""
    end: str = ""
    rate: str = DEFAULT_RATE
    page: int | None = None
    region: str = ""


def find_criterion(ws: Workspace, text: str) -> str:
    """The criterion of a rubric here, in any case: CAM-1. Raises UserError."""
    known = {each.id.casefold(): each.id for rubric in list_rubrics(ws) for each in rubric.criteria}
    found = known.get(text.strip().casefold())
    if found is None:
        raise bad(
            "E_CRITERION",
            _("No rubric here has a criterion {criterion}.").format(criterion=text),
            _("“rubric list” and “rubric show” name them."),
        )
    return found


def link_evidence(
    ws: Workspace, artefact: str, criterion: str, place: Place | None = None, note: str = "", author: str = ""
) -> tuple[Evidence, Changes]:
    """Link a place in a work to a criterion. Saying the same again gives the link that is there.

    Raises UserError for an unknown criterion, a place that this kind of work does not have, or one that is none.
    """
    work = load_artefact(ws, artefact)
    values = {"artefact": work.id, **_values(place or Place(), work)}
    return _link(ws, work.participant, values, criterion, note, author)


def link_day(ws: Workspace, entry: str, criterion: str, note: str = "", author: str = "") -> tuple[Evidence, Changes]:
    """Link a day of the production log to a criterion. Raises UserError."""
    day = load_log_entry(ws, entry)
    return _link(ws, day.participant, {"log_entry": day.id}, criterion, note, author)


def _link(
    ws: Workspace, participant: str, values: Mapping[str, object], criterion: str, note: str, author: str
) -> tuple[Evidence, Changes]:
    whole = {**values, "criterion": find_criterion(ws, criterion), "note": _note(note)}
    wanted = Evidence(EvidenceId(""), **{name: value for name, value in whole.items() if value is not None})
    for each in list_evidence(ws, participant, wanted.criterion):
        if replace(each, id=wanted.id) == wanted:
            return each, Changes()
    record = ws.new_id()
    with ws.writing(author or participant) as log:
        log.set_all("evidence", record, whole)
    return load_evidence(ws, record), log.changes


def _note(note: str) -> str | None:
    text = clean(note)
    if len(text) > LONGEST:
        raise bad("E_TOO_LONG", _("“{name}” is too long.").format(name="note"), _("Shorten it."))
    return text or None


def _values(place: Place, work: Artefact) -> dict[str, object]:
    values: dict[str, object] = dict.fromkeys(("from_frame", "to_frame", "rate", "page", "region"))
    if place.end and not place.start:
        raise bad("E_TIMECODE", _("An end needs a beginning."), _("Say from when."))
    if place.start:
        if work.media in ("image", "pdf"):
            raise bad(
                "E_PLACE", _("“{title}” does not run in time.").format(title=work.title), _("Leave the time out.")
            )
        values |= _moment(place)
    if place.page is not None:
        if work.media in ("image", "video", "audio"):
            raise bad("E_PLACE", _("“{title}” has no pages.").format(title=work.title), _("Leave the page out."))
        if not 1 <= place.page <= _LAST_PAGE:
            raise bad("E_PAGE", _("There is no page {page}.").format(page=place.page), _("Pages count from 1."))
        values["page"] = place.page
    if place.region:
        if work.media == "audio":
            raise bad("E_PLACE", _("“{title}” has no picture.").format(title=work.title), _("Leave the region out."))
        try:
            values["region"] = parse_region(place.region)
        except ValueError:
            raise bad(
                "E_REGION",
                _("“{text}” is no part of a picture.").format(text=place.region),
                _("Write left, top, width and height in percent: 10,20,30,40."),
            ) from None
    return values


def _moment(place: Place) -> dict[str, object]:
    try:
        rate = parse_rate(place.rate)
    except ValueError:
        raise bad(
            "E_RATE",
            _("“{text}” is no frame rate.").format(text=place.rate),
            _("Use 24, 25, 30, 23.976, 29.97 or the like."),
        ) from None
    frames = []
    for text in (place.start, place.end):
        try:
            frames.append(parse_timecode(text, rate) if text else None)
        except ValueError:
            raise bad(
                "E_TIMECODE",
                _("“{text}” is no moment at {rate} frames a second.").format(text=text, rate=place.rate),
                _("Write it as 00:01:47:12, 1:47 or 107.5."),
            ) from None
    start, end = frames
    if end is not None and end < start:
        raise bad("E_TIMECODE", _("The end comes before the beginning."), _("Swap the two."))
    return {"from_frame": start, "to_frame": end, "rate": rate_text(rate)}


def find_source(ws: Workspace, text: str) -> tuple[str, bool]:
    """(id, whether it is a work) of the work or the day of the log meant; a day by its id or the end of it.

    Raises UserError.
    """
    try:
        return find_artefact(ws, text).id, True
    except UserError as error:
        if error.code != "E_NO_ARTEFACT":
            raise
        if len(text.strip()) < _SHORTEST_ID:
            raise
        try:
            return find_entry(ws, text), False
        except UserError:
            raise error from None


def edit_note(ws: Workspace, evidence: str, note: str, author: str = "") -> Changes:
    """Say something else beside a link. Raises UserError."""
    load_evidence(ws, evidence)
    with ws.writing(author) as log:
        log.set("evidence", evidence, "note", _note(note))
    return log.changes


def unlink(ws: Workspace, evidence: str, author: str = "", removed: bool = True) -> Changes:
    """Take a link away; removed=False puts it back. The work stays as it is."""
    load_evidence(ws, evidence)
    with ws.writing(author) as log:
        log.set("evidence", evidence, "removed", 1 if removed else None)
    return log.changes


def find_link(ws: Workspace, text: str) -> str:
    """The id of the link meant by an id or the end of one (four letters or more). Raises UserError."""
    wanted = text.strip().casefold()
    found = [each.id for each in list_evidence(ws) if len(wanted) >= _SHORTEST_ID and each.id.endswith(wanted)]
    if len(found) != 1:
        raise bad("E_NO_EVIDENCE", _("No one link is “{text}”.").format(text=text), _("“evidence matrix” names them."))
    return found[0]
