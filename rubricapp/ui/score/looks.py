"""The theme in the form that painted widgets take."""

from __future__ import annotations

from dataclasses import fields

from rubricapp.ui import theme
from rubricapp.ui.widgets.paints import Paints


def paints(top_level: int) -> Paints:
    """The colours in use, with those of a scale of `top_level` steps."""
    plain = {each.name: theme.colour(each.name) for each in fields(Paints) if each.name != "levels"}
    return Paints(**plain, levels=tuple(theme.level_colours(top_level)))
