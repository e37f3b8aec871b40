"""Whom a work is shown to: chosen for each audience by the participant, with the day before which it is not."""

from __future__ import annotations

from datetime import date

from rubricapp.core.changes import derived_id
from rubricapp.core.model import ArtefactId, Changes
from rubricapp.core.portfolio import AudienceChoice
from rubricapp.core.text import clean
from rubricapp.i18n import _
from rubricapp.operations.artefacts import bad
from rubricapp.store.artefacts import load_artefact
from rubricapp.store.showings import list_choices
from rubricapp.store.workspace import Workspace

USUAL = ("", "producer", "festival", "school", "union", "alumni")
"""Audiences that are offered, everyone ("") first; any other word is one too."""
_SHORT = 80


def read_audience(text: str) -> str:
    """The kept form of an audience: the same in any case; "everyone" and "all" are "". Raises UserError."""
    audience = clean(text, lines=False).casefold()
    if len(audience) > _SHORT:
        raise bad("E_TOO_LONG", _("“{name}” is too long.").format(name="audience"), _("Shorten it."))
    return "" if audience in ("everyone", "all") else audience


def show_to(
    ws: Workspace,
    artefact: ArtefactId,
    audience: str,
    shown: bool = True,
    embargo_until: str = "",
    author: str = "",
) -> tuple[AudienceChoice, Changes]:
    """Choose whether one audience ("" = everyone) is shown a work, and not before which day ("" = now).

    Raises UserError.
    """
    work = load_artefact(ws, artefact)
    audience = read_audience(audience)
    day = clean(embargo_until, lines=False)
    if day:
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            raise bad(
                "E_DATE", _("“{text}” is not a day.").format(text=embargo_until), _("Write it as 2026-09-01.")
            ) from None
    with ws.writing(author or work.participant) as log:
        log.set_all(
            "audience_choice",
            derived_id("audience_choice", work.id, audience),
            {
                "artefact": work.id,
                "audience": audience,
                "shown": 1 if shown else 0,
                "embargo_until": (day or None) if shown else None,
            },
        )
    return AudienceChoice(work.id, audience, shown, day if shown else ""), log.changes


def forget_choice(ws: Workspace, artefact: ArtefactId, audience: str, author: str = "") -> Changes:
    """Say nothing more for an audience: what holds for everyone holds again."""
    work = load_artefact(ws, artefact)
    audience = read_audience(audience)
    if not any(each.audience == audience for each in list_choices(ws, work.id)):
        return Changes()
    with ws.writing(author or work.participant) as log:
        log.set_all(
            "audience_choice",
            derived_id("audience_choice", work.id, audience),
            {"shown": None, "embargo_until": None},
        )
    return log.changes
