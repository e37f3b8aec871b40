"""Expected failures, said kindly and with the same words in window and terminal.

Anything that is not a `UserError` is a bug: it is logged with its traceback and shown once.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    UNREADABLE = 3
    REFUSED = 4
    DAMAGED = 5
    BUG = 70
    CANCELLED = 130


class UserError(Exception):
    """Something a person can understand and act on.

    code: stable identifier such as ``E_LOCKED``. what: what happened. safe: what is safe, or nothing.
    do: what to do now. details: technical text shown only under "Details". exit_code: for the command line.
    """

    def __init__(
        self,
        code: str,
        what: str,
        safe: str = "",
        do: str = "",
        details: str = "",
        exit_code: Exit = Exit.REFUSED,
    ) -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what
        self.safe = safe
        self.do = do
        self.details = details
        self.exit_code = exit_code

    @property
    def message(self) -> str:
        """What happened, what is safe and what to do, as one paragraph."""
        return " ".join(part for part in (self.what, self.safe, self.do) if part)

    def __str__(self) -> str:
        return self.message


class Cancelled(Exception):
    """The person asked a long job to stop. What was finished stays."""
