"""One's own comments for use again, kept by criterion and level."""

from __future__ import annotations

from rubricapp.core.model import Changes
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.store.assessments import list_bank
from rubricapp.store.workspace import Workspace


def keep(ws: Workspace, owner: str, text: str, criterion: str = "", level: int | None = None) -> Changes:
    """Save a comment to one's bank. The same words for the same criterion are kept once."""
    text = clean(text)
    if not text:
        raise UserError(
            "E_EMPTY", _("There is no text to keep."), "", _("Write the comment first."), exit_code=Exit.USAGE
        )
    if any(each.text == text and each.criterion == criterion for each in list_bank(ws, owner)):
        return Changes()
    with ws.writing(owner) as log:
        log.set_all(
            "comment_bank",
            ws.new_id(),
            {"owner": owner, "criterion": criterion or None, "level": level, "text": text},
        )
    return log.changes


def drop(ws: Workspace, owner: str, comment: str, dropped: bool = True) -> Changes:
    """Take a comment out of the bank; dropped=False puts it back."""
    with ws.writing(owner) as log:
        log.set("comment_bank", comment, "removed", 1 if dropped else 0)
    return log.changes


def fill_in(text: str, name: str, time: str = "") -> str:
    """The comment with {name} and {time} filled in; other braces stay as they are."""
    return text.replace("{name}", name).replace("{time}", time)
