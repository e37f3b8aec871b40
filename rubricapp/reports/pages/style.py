"""The one style sheet: the themes' colours as variables, by day and by night, before the sheet in `resources/pages`."""

from __future__ import annotations

from collections.abc import Iterable

from rubricapp import paths
from rubricapp.core.folio import Folio
from rubricapp.reports.colours import names, written


def style_sheet(folio: Folio) -> str:
    """The sheet, with the levels of every scale that the folio uses. On paper it is always day."""
    levels = [
        f"level-{level}-of-{top}"
        for top in sorted({each.top_level for each in folio.rubrics})
        for level in range(1, top + 1)
    ]
    sheet = (paths.RESOURCES / "pages" / "portfolio.css").read_text(encoding="utf-8")
    day, night = _variables("light", levels), _variables("dark", levels)
    marks = "".join(f".{each} {{ background: var(--{each}); color: var(--on-{each}); }}\n" for each in levels)
    return (
        f":root {{ color-scheme: light dark;\n{day}}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{\n{night}}} }}\n\n{sheet}\n{marks}"
    )


def _variables(theme: str, levels: Iterable[str]) -> str:
    every = [*names(theme), *(mark for each in levels for mark in (each, f"on-{each}"))]
    return "".join(f"  --{each.replace('_', '-')}: {written(each, theme)};\n" for each in every)
