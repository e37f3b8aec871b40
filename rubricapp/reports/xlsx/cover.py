"""Read me: what this workbook is, what each sheet and column holds, how totals come about, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from rubricapp.i18n import _, ngettext
from rubricapp.reports.wording import erased_text
from rubricapp.reports.xlsx.cells import label
from rubricapp.reports.xlsx.checks import VERDICT
from rubricapp.reports.xlsx.looks import Looks
from rubricapp.reports.xlsx.matrix import FEWEST
from rubricapp.reports.xlsx.numbering import Numbered
from rubricapp.reports.xlsx.pages import Page, add_word_colour, quoted
from rubricapp.reports.xlsx.tables import Table

TITLE = "Read me"


def cover(numbered: Numbered, sheets: Sequence[Page | Table], good: bool) -> Page:
    """The first sheet. sheets: all others, in order. good: whether every check is 0."""
    page = Page(TITLE, "", widths=[22, 24, 96])
    links: dict[int, str] = {}
    row = _put_facts(page, numbered, good)
    row = _put_prose(page, row, _("How totals are computed"), _method())
    row = _put_prose(page, row, _("Privacy"), _privacy(numbered))
    row = _put_colours(page, row)
    row = _put_sheets(page, row, sheets, links)
    _put_columns(page, row, sheets)

    def finish(sheet: Worksheet, looks: Looks) -> None:

        add_word_colour(sheet, looks, "B8", f"$B$8={quoted(_('OK'))}", "ok")
        add_word_colour(sheet, looks, "B8", f"$B$8<>{quoted(_('OK'))}", "danger")
        for place, title in links.items():
            sheet.cell(place, 1).hyperlink = Hyperlink(ref=f"A{place}", location=f"'{title}'!A1", display=title)

    page.finish = finish
    return page


def _put_facts(page: Page, numbered: Numbered, good: bool) -> int:
    data = numbered.data
    as_of = data.snapshot.as_of.astimezone(UTC)
    page.put(1, 1, label(data.programme) or _("Programme"), "title")
    page.put(2, 1, label(data.edition), "section")
    facts = (
        (_("Made from data of"), _("{time} UTC").format(time=as_of.strftime("%Y-%m-%d %H:%M")), ""),
        (_("Snapshot"), data.snapshot.id, _("The same data give the same snapshot and the same file, byte for byte.")),
        (_("App"), f"rubricapp {data.app_version}", ""),
        (
            _("Holds"),
            ngettext("{n} rating", "{n} ratings", numbered.ratings).format(n=numbered.ratings),
            ngettext(
                "of {n} participant; finished assessments only.",
                "of {n} participants; finished assessments only.",
                len(data.participants),
            ).format(n=len(data.participants)),
        ),
    )
    for row, (name, value, more) in enumerate(facts, 4):
        page.put(row, 1, name, "name")
        page.put(row, 2, value, "id")
        page.put(row, 3, more, "prose")
    page.put(8, 1, _("Checks"), "name")
    page.put(8, 2, _("OK") if good else _("Look below: something is not 0."), "id", VERDICT)
    page.put(8, 3, _("Every sum and count agrees with the others; see the sheet Checks."), "prose")
    row = 10
    page.put(row, 1, _("Rubrics"), "section")
    row += 1
    for key, rubric in numbered.rubrics.items():
        page.put(row, 1, numbered.rubric[key], "id")
        page.put(row, 2, label(rubric.title), "id")
        page.put(row, 3, key, "id")
        row += 1
    if not numbered.rubrics:
        page.put(row, 1, _("None: no assessment is finished yet."), "id")
        row += 1
    return row + 1


def _put_prose(page: Page, row: int, title: str, lines: Sequence[str]) -> int:
    page.put(row, 1, title, "section")
    for place, line in enumerate(lines, 1):
        page.put(row + place, 1, line, "id")
    return row + len(lines) + 2


def _method() -> list[str]:
    return [
        _("A criterion's value is the mean of the levels that the assessors gave, never the lowest (sheet Means)."),
        _("Total: the mean of these values, weighted by the criteria's weights, over the criteria that have a level."),
        _("Percent of the scale: level 1 is 0 %, the highest level is 100 %."),
        _("Not applicable, when all who answered say so, takes a criterion out; the other weights carry the total."),
        _("Not observed, insufficient evidence and not yet rated are missing: they count as nothing, not as level 1."),
        _("Coverage: the weight that has a level, as a part of the weight that applies."),
        _("A total needs the coverage that the rubric asks for, and a level for every gate that applies."),
        _("low and high: where the total would be if all that is missing were at the lowest or the highest level."),
        _("A gate below its level is not met, and no other level makes up for it."),
        _("Self-assessments and mentors' assessments have rows of their own and are never mixed with assessors'."),
        _("Nothing is rounded but for display, halves up."),
        _("A mean over people is shown from {n} people on; a percentage of pairs from 10 pairs on.").format(n=FEWEST),
    ]


def _privacy(numbered: Numbered) -> list[str]:
    lines = [
        _("This workbook names people and says what was judged of them. It is for the programme lead."),
        _("To pass it on without names, empty the columns name, given_name and family_name of People."),
        _("The other sheets then have ids only. Comments and notes may still name someone: read them first."),
    ]
    if numbered.data.erased[0]:
        lines.append(erased_text(numbered.data.erased))
    if numbered.left_out:
        lines.append(
            ngettext(
                "{n} peer review is not in it: peers are not named.",
                "{n} peer reviews are not in it: peers are not named.",
                numbered.left_out,
            ).format(n=numbered.left_out)
        )
    return lines


def _put_colours(page: Page, row: int) -> int:
    page.put(row, 1, _("Colours"), "section")
    page.put(row + 1, 1, _("blue on pale blue"), "input")
    page.put(row + 1, 3, _("For you to choose: rubric, occasion, kind, fewest people."), "prose")
    page.put(row + 2, 1, _("black"), "id")
    page.put(row + 2, 3, _("Recorded data and formulas."), "prose")
    page.put(row + 3, 1, _("small and grey"), "note")
    page.put(row + 3, 3, _("Numbers that tie the sheets together; leave them."), "prose")
    page.put(row + 4, 1, _("light to dark ground"), "id")
    page.put(row + 4, 3, _("Lowest to highest level; the number is always there. Green: in order. Red: look."), "prose")
    return row + 6


def _put_sheets(page: Page, row: int, sheets: Sequence[Page | Table], links: dict[int, str]) -> int:
    page.put(row, 1, _("Sheets"), "section")
    row += 1
    for sheet in sheets:
        page.put(row, 1, sheet.title, "name")
        page.put(row, 2, _("table {name}").format(name=sheet.title) if isinstance(sheet, Table) else "", "note")
        page.put(row, 3, sheet.about, "prose")
        links[row] = sheet.title
        row += 1
    return row + 1


def _put_columns(page: Page, row: int, sheets: Sequence[Page | Table]) -> None:
    page.put(row, 1, _("Columns"), "section")
    page.put(row, 3, _("Names of sheets, tables and columns stay the same from version to version."), "note")
    for column, text in enumerate((_("table"), _("column"), _("what it holds")), 1):
        page.put(row + 1, column, text, "head")
    row += 2
    for sheet in sheets:
        if isinstance(sheet, Table):
            for column in sheet.columns:
                page.put(row, 1, sheet.title, "id")
                page.put(row, 2, column.name, "id")
                page.put(row, 3, column.about, "prose")
                row += 1
