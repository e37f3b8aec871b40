"""Where time and randomness come from."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Sources:
    """Where time and randomness come from. Tests and the demo hand in their own."""

    now: Callable[[], datetime] = _utc_now
    random: Callable[[int], bytes] = secrets.token_bytes
