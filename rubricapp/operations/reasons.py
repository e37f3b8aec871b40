"""Reasons: what may not be done without saying why. The why stays in the history."""

from __future__ import annotations

from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.texts import fitting


def demand_reason(text: str, what: str, do: str = "") -> str:
    """The reason as it is kept. what: that it is needed, for what; do: what to say. Raises E_REASON, E_TOO_LONG."""
    reason = fitting(text, _("Shorten it."))
    if not reason:
        raise UserError(
            "E_REASON",
            what,
            _("Nothing was changed."),
            do or _("Say in a few words why; it is kept in the history."),
            exit_code=Exit.USAGE,
        )
    return reason
