"""Where a work was shown: festivals, broadcasts, awards; the day as far as it is known, and where to look it up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from rubricapp.core.model import ArtefactId, Changes
from rubricapp.core.portfolio import SHOWING_KINDS, Showing, is_web
from rubricapp.core.text import clean
from rubricapp.i18n import _
from rubricapp.operations.artefacts import bad, web_address
from rubricapp.reports.folio_words import showing_words as showing_words
from rubricapp.store.artefacts import load_artefact
from rubricapp.store.showings import list_showings, load_showing
from rubricapp.store.workspace import Workspace

FIELDS = ("shown_on", "kind", "place", "result", "proof")
_SHORT = 300
_LONGEST_PROOF = 2000
_SHORTEST_ID = 4
_LESS_THAN_A_DAY = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)


def read_showing(given: Mapping[str, str]) -> dict[str, object]:
    """Checked values from texts, by field of `Showing`; an empty text takes a value away. Raises UserError."""
    values: dict[str, object] = {}
    for name in FIELDS:
        if name in given:
            text = clean(given[name], lines=False)
            if len(text) > (_LONGEST_PROOF if name == "proof" else _SHORT):
                raise bad("E_TOO_LONG", _("“{name}” is too long.").format(name=name), _("Shorten it."))
            values[name] = text or None
    if "shown_on" in values:
        values["shown_on"] = read_day(str(values["shown_on"] or ""))
    if "kind" in values:
        kind = str(values["kind"] or "other").casefold()
        if kind not in SHOWING_KINDS:
            raise bad(
                "E_SHOWING",
                _("“{text}” is no kind of showing.").format(text=values["kind"]),
                _("Use one of: {list}.").format(list=", ".join(SHOWING_KINDS)),
            )
        values["kind"] = kind
    if "place" in values and not values["place"]:
        raise bad("E_EMPTY", _("A showing needs a place."), _("Say at which festival, on which channel, or where."))
    if is_web(str(values.get("proof") or "")):
        values["proof"] = web_address(str(values["proof"]))
    return values


def read_day(text: str) -> str:
    """The day of a showing as it is kept: ISO, only a month or a year where no more is known. Raises UserError."""
    if _LESS_THAN_A_DAY.fullmatch(text):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise bad(
            "E_DATE",
            _("“{text}” is not a day.").format(text=text),
            _("Write it as 2027-05-14; 2027-05 or 2027 where no more is known."),
        ) from None


def add_showing(
    ws: Workspace, artefact: ArtefactId, given: Mapping[str, str], author: str = ""
) -> tuple[Showing, Changes]:
    """Say where and when a work was shown. given: texts by field; shown_on and place are needed.

    Saying the same again gives the showing that is there. Raises UserError.
    """
    work = load_artefact(ws, artefact)
    values = {"kind": "other"} | read_showing({"shown_on": "", "place": ""} | dict(given))
    wanted = {name: values.get(name) or "" for name in FIELDS}
    for each in list_showings(ws, work.id):
        if {name: getattr(each, name) for name in FIELDS} == wanted:
            return each, Changes()
    record = ws.new_id()
    with ws.writing(author or work.participant) as log:
        log.set_all("showing", record, {"artefact": work.id, **values})
    return load_showing(ws, record), log.changes


def edit_showing(ws: Workspace, showing: str, given: Mapping[str, str], author: str = "") -> Changes:
    """Correct a showing; what stood there before stays in the history. Raises UserError."""
    known = load_showing(ws, showing)
    values = read_showing(given)
    with ws.writing(author or load_artefact(ws, known.artefact).participant) as log:
        log.set_all("showing", showing, values)
    return log.changes


def remove_showing(ws: Workspace, showing: str, author: str = "", removed: bool = True) -> Changes:
    """Take a showing away; removed=False puts it back."""
    known = load_showing(ws, showing)
    with ws.writing(author or load_artefact(ws, known.artefact).participant) as log:
        log.set("showing", showing, "removed", 1 if removed else None)
    return log.changes


def find_showing(ws: Workspace, text: str) -> Showing:
    """The showing meant by its id or the end of it (four letters or more). Raises UserError."""
    wanted = text.strip().casefold()
    found = [each for each in list_showings(ws) if len(wanted) >= _SHORTEST_ID and each.id.endswith(wanted)]
    if len(found) != 1:
        raise bad(
            "E_NO_SHOWING",
            _("No one showing is “{text}”.").format(text=text),
            _("“artefact showings PERSON” names them."),
        )
    return found[0]
