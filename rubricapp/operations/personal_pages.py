"""What stands in a person's file: the summary that a browser shows, and the description of the data."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from rubricapp.core.model import Person
from rubricapp.i18n import _, language
from rubricapp.reports.pages.html import visible

_HIDDEN = {
    *("id", "participant", "rubric", "occasion", "edition", "sha256", "removed", "revision"),
    *("assessment", "artefact", "log_entry", "entry", "meeting", "sample", "calibration"),
}
"""Columns that stand in data.json and the tables, but tell nothing to a reader."""
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem;
  color-scheme: light dark }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; font-size: .9rem }
th, td { border: 1px solid; padding: .3rem .5rem; text-align: start; vertical-align: top; overflow-wrap: break-word;
  white-space: pre-wrap }
h2 { margin-top: 2rem }
div { overflow-x: auto }
@media print { table { font-size: .7rem } }
"""


def escape(text: str) -> str:
    """Text between tags, without what nobody sees: the data beside the page has every sign of it."""
    return html.escape(visible(text))


def plain(value: object) -> str:
    """A value as text in a table."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def say_kind(kind: str) -> str:
    """What a sort of record is called."""
    return {
        "person": _("Details"),
        "enrolment": _("Roles in editions"),
        "assessment": _("Assessments"),
        "rating": _("Ratings"),
        "peer_review": _("Boxes of peer reviews"),
        "comment_bank": _("Comments kept for use again"),
        "artefact": _("Works"),
        "evidence": _("What works and days prove"),
        "showing": _("Showings of works"),
        "audience_choice": _("Whom works are shown to"),
        "log_entry": _("Production log"),
        "log_check": _("What mentors said of days"),
        "allocation": _("Whom they were asked to review"),
        "peer_response": _("Answers to peers"),
        "feedback_piece": _("How useful feedback was to them"),
        "feedback_opening": _("When they opened feedback"),
        "declared_conflict": _("Declared conflicts of interest"),
        "calibration_sample": _("Works used for calibration"),
        "calibration_level": _("Agreed levels of these works"),
        "calibration": _("Calibrations"),
        "calibration_rating": _("Ratings while calibrating"),
        "meeting": _("Meetings"),
        "agreed_action": _("Agreed actions"),
        "mentorship": _("Who accompanies whom"),
        "milestone": _("Milestones"),
        "release": _("Releases of results"),
        "assignment": _("Who is asked to score whom"),
    }.get(kind, kind)


def say_file() -> str:
    """What the parts of the file are."""
    return _(
        "This file holds everything that the workspace holds about one person. data.json is the whole, described by"
        " schema.json; tables are the same for a spreadsheet, where a cell that begins with a sign of calculation has"
        " an apostrophe before it; files are their works. History says who said what, when, and what it replaced."
    )


def summary(person: Person, data: dict) -> str:
    """A page that needs nothing else. Every word from outside is escaped."""
    return "\n".join(_page(person, data)) + "\n"


def _page(person: Person, data: dict) -> Iterator[str]:
    title = _("Everything held about {name}").format(name=person.name)
    yield f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<style>{_STYLE}</style>\n</head>\n<body>"
    yield f'<h1 dir="auto">{escape(title)}</h1>'
    as_of = _("{programme}, as of {moment} (UTC).").format(
        programme=data["programme"], moment=data["as_of"][:16].replace("T", " ")
    )
    yield f'<p dir="auto">{escape(as_of)}</p>\n<p>{escape(say_file())}</p>'
    yield f"<h2>{escape(_('What was left out'))}</h2>"
    if data["left_out"]:
        yield "<ul>" + "".join(f'<li dir="auto">{escape(each)}</li>' for each in data["left_out"]) + "</ul>"
    else:
        yield f"<p>{escape(_('Nothing.'))}</p>"
    for kind, rows in data["about"].items():
        yield from _table(say_kind(kind), rows)
    yield from _peers(data["from_peers"])
    if data["said_of_others"]:
        yield f"<h2>{escape(_('What they said of others'))}</h2>"
        for kind, rows in data["said_of_others"].items():
            yield from _table(say_kind(kind), rows, level=3)
    for kind, rows in data["of_a_newer_version"].items():
        yield from _table(say_kind(kind), rows)
    yield from _table(_("Files"), data["files"])
    yield from _table(_("History"), data["history"])
    yield "</body>\n</html>"


def _table(title: str, rows: list[dict], level: int = 2) -> Iterator[str]:
    if not rows:
        return
    used = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in _HIDDEN]
    used = [name for name in used if any(row.get(name) not in (None, "", []) for row in rows)]
    yield f"<h{level}>{escape(title)} · {len(rows)}</h{level}>\n<div><table>"
    yield "<tr>" + "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in used) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f'<td dir="auto">{escape(plain(row.get(name)))}</td>' for name in used) + "</tr>"
    yield "</table></div>"


def _peers(groups: list[dict]) -> Iterator[str]:
    if groups:
        yield f"<h2>{escape(_('What peers said'))}</h2>"
    for group in groups:
        yield f'<h3 dir="auto">{escape(group["rubric_title"])} · {escape(group["occasion_name"] or "")}</h3>'
        if not group["enough"]:
            yield f"<p>{escape(_('Too few reviews to show without telling who wrote them.'))}</p>"
            continue
        yield from _table(
            _("Levels"), [{**each, "comments": "\n".join(each["comments"])} for each in group["criteria"]], 4
        )
        for name, words in (
            (_("What works"), group["works"]),
            (_("What to change"), group["change"]),
            (_("Next step"), group["next_step"]),
        ):
            if words:
                yield f"<h4>{escape(name)}</h4>\n<ul>"
                yield "".join(f'<li dir="auto">{escape(each)}</li>' for each in words) + "</ul>"


# The description of the data


def schema(data: dict) -> dict[str, object]:
    """JSON Schema (2020-12) of data.json."""

    def rows(found: list[dict], about: str) -> dict[str, object]:
        names = dict.fromkeys(name for row in found for name in row)
        return {
            "type": "array",
            "description": about,
            "items": {"type": "object", "properties": {name: {"description": _say_field(name)} for name in names}},
        }

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Everything held about one person",
        "description": say_file(),
        "type": "object",
        "required": list(data),
        "properties": {
            "format": {"const": data["format"]},
            "programme": {"type": "string"},
            "as_of": {"type": "string", "description": "Time of the newest change that is in here, UTC."},
            "person": {"type": "string"},
            "about": {
                "type": "object",
                "description": "Records about the person, by sort.",
                "properties": {kind: rows(found, say_kind(kind)) for kind, found in data["about"].items()},
            },
            "said_of_others": {
                "type": "object",
                "description": "What the person said of others; other participants are numbered in this file only.",
                "properties": {kind: rows(found, say_kind(kind)) for kind, found in data["said_of_others"].items()},
            },
            "from_peers": rows(
                data["from_peers"], "What peers said: medians and shuffled words, from four reviews up."
            ),
            "of_a_newer_version": {"type": "object", "description": "What this version has no table for."},
            "rubrics": {"type": "object", "description": "The words of the levels, by the hash that records name."},
            "history": rows(data["history"], "Every value about the person, oldest first."),
            "files": rows(data["files"], "Their works in this file."),
            "left_out": {"type": "array", "items": {"type": "string"}},
        },
    }


def _say_field(name: str) -> str:
    return {
        "id": "Id of the record.",
        "number": "Number of this entry; counted in this file only.",
        "at": "When it was said (UTC), by that laptop's clock.",
        "by": "Who said it.",
        "replaces": "Numbers of the entries that it replaced.",
        "value": "What it became; null took it away.",
        "reason": "Why, where a reason was asked for.",
        "level": "The level given; null where there is a blank, or nothing yet.",
        "blank": "Why there is no level: not observed, not applicable, or insufficient evidence.",
        "released": "Whether the result had been released to the participant.",
        "removed": "1 where it was taken out of sight.",
        "minutes": "Minutes.",
        "size": "Bytes.",
        "sha256": "SHA-256 of the file.",
        "whole": "Whether its bytes are what they were when it was added.",
        "file_here": "Name of the file in this ZIP.",
        "from_frame": "First frame, counted from 0.",
        "to_frame": "Last frame.",
    }.get(name, name.replace("_", " ").capitalize() + ".")
