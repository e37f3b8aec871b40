"""Texts that people write, as they are kept."""

from __future__ import annotations

from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _


def fitting(text: str, do: str = "") -> str:
    """The text as it is kept. do: what to do where it is too long, if not only to shorten it. Raises E_TOO_LONG.

    What is far too long is not even looked through: a pasted book must not stop us.
    """
    if len(text) <= 4 * LONGEST:
        text = clean(text)
    if len(text) > LONGEST:
        raise UserError(
            "E_TOO_LONG",
            _("This text has {n} characters; {most} fit.").format(n=len(text), most=LONGEST),
            _("Nothing was changed."),
            do or _("Shorten it, or keep the long form as a document beside the evidence."),
            exit_code=Exit.USAGE,
        )
    return text
