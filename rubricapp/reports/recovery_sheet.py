"""What a recovery sheet says, and the sheet as plain text; as a page of paper it is in `pdf/recovery`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rubricapp.i18n import _

PER_LINE = 4
"""Groups of the key in a line."""


@dataclass(frozen=True)
class RecoverySheet:
    """prefix and groups: the secret, as it is typed back. fingerprint: of its public half. made_at: UTC."""

    programme: str
    made_at: datetime
    fingerprint: str
    prefix: str
    groups: tuple[str, ...]

    def __repr__(self) -> str:
        return f"RecoverySheet({self.programme!r}, {self.fingerprint!r})"  # never the secret, wherever it is printed


def title(sheet: RecoverySheet) -> str:
    return _("Recovery sheet of {programme}").format(programme=sheet.programme)


def how_to(sheet: RecoverySheet) -> tuple[str, ...]:
    """What to do with it, in paragraphs."""
    return (
        _(
            "Whoever has this key can open every package of this programme that was made after the key was tested."
            " It is kept nowhere else: not in the workspace, not on any laptop. If this sheet is lost, nobody can"
            " print it again; make a new one then."
        ),
        _(
            "Test it now, while it is in your hand: in the window under Settings, Recovery sheet; or type the key into"
            " a file and say “rubricapp recovery test --key-file FILE”. Before that no package is sealed for it."
        ),
        _(
            "Keep it on paper, away from the laptops: in a safe, or in a sealed envelope with two people whom the"
            " programme trusts. Do not photograph it, do not send it, and delete the file it was printed from."
        ),
        _(
            "To use it: the window asks for the groups where a kit or a return is sealed for others, or a workspace is"
            " locked; upper or lower case, with or without spaces. Or type the first line and all groups into a file:"
            " “rubricapp kit open PACKAGE --into FOLDER --recovery-file FILE” opens a kit, “rubricapp merge PACKAGE"
            " --recovery-file FILE” a return."
        ),
    )


def facts(sheet: RecoverySheet) -> tuple[tuple[str, str], ...]:
    """(name, value) of what tells this sheet from any other."""
    return (
        (_("Programme"), sheet.programme),
        (_("Made on"), f"{sheet.made_at:%Y-%m-%d}"),
        (_("Fingerprint of its public half"), sheet.fingerprint),
    )


def counted() -> str:
    """How the groups are counted."""
    return _("Groups are counted from left to right, line by line.")


def lines_of(sheet: RecoverySheet) -> tuple[tuple[str, ...], ...]:
    """The groups in lines."""
    return tuple(sheet.groups[at : at + PER_LINE] for at in range(0, len(sheet.groups), PER_LINE))


def as_text(sheet: RecoverySheet) -> str:
    """The sheet as plain text; it can be given back as a key file as it is."""
    parts = [title(sheet), "", *(f"{name}: {value}" for name, value in facts(sheet)), ""]
    parts += [sheet.prefix, *("    " + "  ".join(line) for line in lines_of(sheet)), "", counted(), ""]
    for paragraph in how_to(sheet):
        parts += [paragraph, ""]
    return "\n".join(parts)
