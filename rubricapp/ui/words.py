"""Words of the field as they stand on the screen."""

from __future__ import annotations

from rubricapp.core.model import Blank, Occasion, Role
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day


def say_role(role: Role) -> str:
    """A role as a word."""
    return {
        Role.PARTICIPANT: _("participant"),
        Role.ASSESSOR: _("assessor"),
        Role.MENTOR: _("mentor"),
        Role.LEAD: _("programme lead"),
    }[role]


def say_blank(blank: Blank) -> str:
    """An honest blank in words."""
    return {
        Blank.NOT_OBSERVED: _("not observed"),
        Blank.NOT_APPLICABLE: _("not applicable"),
        Blank.INSUFFICIENT_EVIDENCE: _("insufficient evidence"),
    }[blank]


def say_occasion(occasion: Occasion) -> str:
    """Baseline, midpoint and final in the person's language; an observation by its name and day."""
    known = {"baseline": _("Baseline"), "midpoint": _("Midpoint"), "final": _("Final")}
    if occasion.name in known:
        return known[occasion.name]
    day = say_day(occasion.held_on) if occasion.held_on and occasion.held_on != occasion.name else ""
    return f"{say_day(occasion.name)}{f' · {day}' if day else ''}"


def say_language(code: str) -> str:
    """A language by its own name: "Français"; its code where it is not known."""
    from PySide6.QtCore import QLocale

    plain = {"en": "English", "es": "Español", "pt": "Português"}  # Qt adds the country to these
    name = plain.get(code) or QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code
