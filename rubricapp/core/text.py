"""Text that people type or paste, made fit to keep: one form of each letter, no invisible controls."""

from __future__ import annotations

import unicodedata

_KEPT = {"\n", "\t", "\u200c", "\u200d"}  # joiners change the look of Persian, Hindi and other scripts
LONGEST = 20_000
"""Characters of a comment or note."""


def clean(text: str, lines: bool = True) -> str:
    """The text in NFC without control characters, lone surrogates and direction overrides; outer spaces removed.

    lines: whether line breaks are kept. Idempotent.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        character
        for character in text
        if character in _KEPT or unicodedata.category(character) not in ("Cc", "Cs", "Cf") or character == "\u00ad"
    )
    # Composed last: what was taken out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", (kept if lines else " ".join(kept.split())).strip())
