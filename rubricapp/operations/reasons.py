"""Reasons: what may not be done without saying why. The why stays in the history."""

from __future__ import annotations

from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _


def demand_reason(text: str, what: str, do: str = "") -> str:
    """The reason as it is kept. what: that it is needed, for what; do: what to say. Raises E_REASON, E_TOO_LONG."""
    reason = clean(text) if len(text) <= 4 * LONGEST else text  # a pasted book is not even looked through
    if not reason:
        raise UserError(
            "E_REASON",
            what,
            _("Nothing was changed."),
            do or _("Say in a few words why; it is kept in the history."),
            exit_code=Exit.USAGE,
        )
    if len(reason) > LONGEST:
        raise UserError(
            "E_TOO_LONG",
            _("This text has {n} characters; {most} fit.").format(n=len(reason), most=LONGEST),
            _("Nothing was changed."),
            _("Shorten it."),
            exit_code=Exit.USAGE,
        )
    return reason
