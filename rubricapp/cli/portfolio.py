"""artefact add, list, edit, relink, remove (more in `showings`); evidence link, unlink, matrix.

With --json:

- artefact add, edit, relink: {"artefact": ARTEFACT, "warnings": [PROBLEM…]}
- artefact list: {"participant": NAME, "artefacts": [ARTEFACT + {"evidence": [LINK…], "warnings": [PROBLEM…],
  "showings": [SHOWING…], "audiences": [CHOICE…]}…]}; SHOWING and CHOICE as in `showings`
- artefact remove: {"artefact": ID}
- evidence link: {"evidence": LINK, "new": BOOL}; evidence unlink: {"evidence": ID}
- evidence matrix: {"participant": NAME, "rubrics": [{"rubric", "version", "title", "criteria": [{"criterion", "title",
  "evidence": [LINK…], "touched": [LOG ENTRY ID…]}…]}…], "artefacts": [{"id", "title", "proves": [CRITERION…]}…],
  "without": [CRITERION…], "proves_nothing": [ARTEFACT ID…], "other": [LINK…]}

ARTEFACT: id, participant, title, file_name, media, size (bytes), sha256, added_on, link, log_entry (the day it is
attached to, or null), here (whether the file is on this laptop), and whatever of type, role, did, credits, made_from,
made_to, languages, stage, context, reflection, rights, consent, consent_expires_on, embargo_until is known. LINK: id,
artefact or log_entry (the other is null), criterion, from, to (time codes or null), from_frame, to_frame, rate ("25",
"24000/1001"), page, region, note.
PROBLEM: as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable

import click

from rubricapp.cli import output, showings
from rubricapp.core.model import Role
from rubricapp.core.portfolio import DETAILS, Artefact, Evidence
from rubricapp.i18n import _

# Option → field of the work, for those that are not called alike.
_OPTIONS = {"expires": "consent_expires_on", "embargo": "embargo_until"} | {
    name.replace("_", "-"): name for name in ("title", *DETAILS) if name not in ("consent_expires_on", "embargo_until")
}


def _artefact(artefact: Artefact, here: bool) -> dict[str, object]:
    always = ("id", "participant", "title", "file_name", "media", "size", "sha256", "added_on", "link")
    found = {name: getattr(artefact, name) for name in always}
    found |= {"log_entry": artefact.log_entry or None, "here": here}
    return found | {name: getattr(artefact, name) for name in DETAILS if getattr(artefact, name)}


def _link(link: Evidence) -> dict[str, object]:
    start, end = link.moment
    return {
        "id": link.id,
        "artefact": link.artefact or None,
        "log_entry": link.log_entry or None,
        "criterion": link.criterion,
        "from": start or None,
        "to": end or None,
        "from_frame": link.from_frame,
        "to_frame": link.to_frame,
        "rate": link.rate or None,
        "page": link.page,
        "region": link.region or None,
        "note": link.note,
    }


def _place(link: Evidence) -> str:
    parts = ["–".join(text for text in link.moment if text)]
    parts += [_("page {page}").format(page=link.page)] if link.page is not None else []
    parts += [link.region, " ".join(link.note.split())[:80], f"[{link.id[-8:]}]"]
    return "  ".join(part for part in parts if part)


def _line(artefact: Artefact, links: int) -> str:
    parts = [artefact.title, artefact.role, artefact.link or artefact.file_name, _("{n} links").format(n=links)]
    return f"[{artefact.id[-8:]}]  " + "  ".join(part for part in parts if part)


def _details(command: Callable) -> Callable:
    for option in reversed(_OPTIONS):
        command = click.option(f"--{option}", default=None, metavar="DAY" if option == "expires" else "TEXT")(command)
    return command


def _given(texts: dict[str, str | None]) -> dict[str, str]:
    named = {field: texts[option.replace("-", "_")] for option, field in _OPTIONS.items()}
    return {field: text for field, text in named.items() if text is not None}


def _report(ws, command: str, artefact: Artefact) -> None:
    from rubricapp.operations.artefacts import warnings
    from rubricapp.store.artefacts import find_file
    from rubricapp.store.evidence import list_artefact_evidence

    problems = warnings(ws, artefact)
    for line in output.problem_lines(problems):
        output.remark(line)
    output.result(
        command,
        {
            "artefact": _artefact(artefact, find_file(ws, artefact) is not None),
            "warnings": [output.problem_as_json(each) for each in problems],
        },
        [_line(artefact, len(list_artefact_evidence(ws, artefact.id)))],
    )


def register(cli: click.Group) -> None:
    """Add this module's verbs."""
    _register_artefacts(cli)
    _register_evidence(cli)


def _register_artefacts(cli: click.Group) -> None:
    @cli.group("artefact")
    def artefact() -> None:
        """Works of a participant: files and links, with what is known of them."""

    showings.register(artefact)

    @output.verb(artefact, "add")
    @click.argument("person")
    @click.argument("file")
    @click.option("--link", is_flag=True, help="Do not copy the file; remember where it is.")
    @click.option("--log", "entry", default="", metavar="ENTRY", help="Attach it to this day of the log.")
    @_details
    def add(person: str, file: str, link: bool, entry: str, **texts: str | None) -> None:
        """Add a work. FILE: a file, copied into the workspace, or a web address (http, https)."""
        from rubricapp.operations.artefacts import add_work
        from rubricapp.operations.people import who
        from rubricapp.operations.production_log import find_entry

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            day = find_entry(ws, entry) if entry else ""
            added, _changes = add_work(
                ws, participant.id, file, _given(texts), link, progress=output.progress(), log_entry=day
            )
            _report(ws, "artefact add", added)

    @output.verb(artefact, "list")
    @click.argument("person")
    def list_(person: str) -> None:
        """A participant's works, with what each proves and what to know before showing it."""
        from rubricapp.operations.artefacts import warnings
        from rubricapp.operations.people import who
        from rubricapp.store.artefacts import find_file, list_artefacts
        from rubricapp.store.evidence import list_artefact_evidence
        from rubricapp.store.showings import list_choices, list_showings

        found, lines = [], []
        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            for each in list_artefacts(ws, participant.id):
                links, problems = list_artefact_evidence(ws, each.id), warnings(ws, each)
                shown, choices = list_showings(ws, each.id), list_choices(ws, each.id)
                said = {
                    "evidence": [_link(link) for link in links],
                    "warnings": [output.problem_as_json(problem) for problem in problems],
                    "showings": [showings.showing_as_json(one, each.title) for one in shown],
                    "audiences": [showings.choice_as_json(one, ws.sources.now().date()) for one in choices],
                }
                found.append(_artefact(each, find_file(ws, each) is not None) | said)
                lines.append(_line(each, len(links)))
                lines += [f"    {link.criterion}  {_place(link)}" for link in links]
                lines += [f"    {showings.showing_line(one)}" for one in shown]
                lines += [f"    {showings.choice_line(one)}" for one in choices]
                lines += [f"    {line}" for line in output.problem_lines(problems)]
        output.result("artefact list", {"participant": participant.name, "artefacts": found}, lines)

    @output.verb(artefact, "edit")
    @click.argument("artefact")
    @click.option("--log", "entry", default=None, metavar="ENTRY", help="Attach it to this day of the log; “” to none.")
    @_details
    def edit(artefact: str, entry: str | None, **texts: str | None) -> None:
        """Say more of a work, or something else; an empty text takes a value away. ARTEFACT: id, its end, or title."""
        from rubricapp.operations.artefacts import attach, edit_details, find_artefact
        from rubricapp.operations.production_log import find_entry
        from rubricapp.store.artefacts import load_artefact

        with output.opened() as ws:
            meant = find_artefact(ws, artefact)
            edit_details(ws, meant.id, _given(texts))
            if entry is not None:
                attach(ws, meant.id, find_entry(ws, entry) if entry else "")
            _report(ws, "artefact edit", load_artefact(ws, meant.id))

    @output.verb(artefact, "relink")
    @click.argument("artefact")
    @click.argument("file")
    def relink_(artefact: str, file: str) -> None:
        """Say where the file of a work is that is not on this laptop. It must be the same file."""
        from rubricapp.operations.artefacts import find_artefact, relink
        from rubricapp.store.artefacts import load_artefact

        with output.opened() as ws:
            meant = find_artefact(ws, artefact)
            relink(ws, meant.id, file, progress=output.progress())
            _report(ws, "artefact relink", load_artefact(ws, meant.id))

    @output.verb(artefact, "remove")
    @click.argument("artefact")
    def remove(artefact: str) -> None:
        """Take a work out of the portfolio, with its links. Its file and its history stay."""
        from rubricapp.operations import evidence
        from rubricapp.operations.artefacts import find_artefact

        with output.opened() as ws:
            meant = find_artefact(ws, artefact)
            evidence.remove(ws, meant.id, meant.participant)
        output.result("artefact remove", {"artefact": meant.id}, [_("Removed: {title}").format(title=meant.title)])


def _register_evidence(cli: click.Group) -> None:
    @cli.group("evidence")
    def evidence() -> None:
        """What proves what: links from works and log days to criteria."""

    @output.verb(evidence, "link")
    @click.argument("artefact")
    @click.argument("criterion")
    @click.option("--from", "start", default="", metavar="TIMECODE", help="00:01:47:12, 1:47 or 107.5.")
    @click.option("--to", "end", default="", metavar="TIMECODE")
    @click.option("--rate", default="25", show_default=True, metavar="FPS", help="Frames a second: 24, 23.976, 29.97 …")
    @click.option("--page", type=int, default=None, metavar="N")
    @click.option("--region", default="", metavar="X,Y,W,H", help="Part of the picture, in percent.")
    @click.option("--note", default="", metavar="TEXT")
    @click.option("--by", default="", metavar="NAME", help="Who says so; else the participant.")
    def link(
        artefact: str,
        criterion: str,
        start: str,
        end: str,
        rate: str,
        page: int | None,
        region: str,
        note: str,
        by: str,
    ) -> None:
        """Link a work, or a place in it, to a criterion. ARTEFACT: id, its end, or title; or the id of a log day."""
        from rubricapp.operations.artefacts import bad
        from rubricapp.operations.evidence_links import Place, find_source, link_day, link_evidence
        from rubricapp.operations.people import who

        with output.opened() as ws:
            author = who(ws, by).id if by else ""
            source, is_work = find_source(ws, artefact)
            if is_work:
                place = Place(start, end, rate, page, region)
                found, changes = link_evidence(ws, source, criterion, place, note, author)
            elif start or end or page is not None or region:
                raise bad("E_PLACE", _("A day of the log has neither time code nor page."), _("Link it as a whole."))
            else:
                found, changes = link_day(ws, source, criterion, note, author)
        output.result(
            "evidence link", {"evidence": _link(found), "new": bool(changes)}, [f"{found.criterion}  {_place(found)}"]
        )

    @output.verb(evidence, "note")
    @click.argument("link")
    @click.argument("text")
    def note_(link: str, text: str) -> None:
        """Say something else beside a link; an empty text takes the note away. LINK: its id, or the end of it."""
        from rubricapp.operations.evidence_links import edit_note, find_link
        from rubricapp.store.evidence import load_evidence

        with output.opened() as ws:
            record = find_link(ws, link)
            edit_note(ws, record, text)
            found = load_evidence(ws, record)
        output.result(
            "evidence note", {"evidence": _link(found)}, [f"{found.criterion}  {_place(found)}  {found.note}".rstrip()]
        )

    @output.verb(evidence, "unlink")
    @click.argument("link")
    def unlink_(link: str) -> None:
        """Take a link away. LINK: its id, or the last letters of it."""
        from rubricapp.operations.evidence_links import find_link, unlink

        with output.opened() as ws:
            found = find_link(ws, link)
            unlink(ws, found)
        output.result("evidence unlink", {"evidence": found}, [_("Link removed.")])

    @output.verb(evidence, "matrix")
    @click.argument("person")
    def matrix(person: str) -> None:
        """Criteria × works of a participant: what proves what, and what nothing proves yet."""
        from rubricapp.operations.people import who
        from rubricapp.store.evidence import find_matrix

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            found = find_matrix(ws, participant.id, output.options().language)
        titles = {each.id: each.title for each in found.artefacts} | {each.id: each.worked_on for each in found.entries}
        proves: dict[str, list[str]] = {each.id: [] for each in found.artefacts}
        rubrics, lines = [], []
        for rubric, proofs in found.rows:
            lines.append(rubric.label)
            rubrics.append({"rubric": rubric.id, "version": rubric.version, "title": rubric.title, "criteria": []})
            for proof in proofs:
                rubrics[-1]["criteria"].append(
                    {
                        "criterion": proof.criterion.id,
                        "title": proof.criterion.title,
                        "evidence": [_link(each) for each in proof.evidence],
                        "touched": [day.id for day in proof.touched],
                    }
                )
                missing = "" if proof.evidence else "  " + _("nothing yet")
                lines.append(f"  {proof.criterion.id}  {proof.criterion.title}{missing}")
                for each in proof.evidence:
                    lines.append(f"      {titles.get(each.source, each.source)}  {_place(each)}")
                    if proof.criterion.id not in proves.setdefault(each.source, []):
                        proves[each.source].append(proof.criterion.id)
                for day in proof.touched:
                    line = _("log of {day} touches it; not linked").format(day=day.worked_on)
                    lines.append(f"      {line}  [{day.id[-8:]}]")
        lines += [_("Proves nothing yet: {title}").format(title=each.title) for each in found.proves_nothing]
        output.result(
            "evidence matrix",
            {
                "participant": participant.name,
                "rubrics": rubrics,
                "artefacts": [
                    {"id": each.id, "title": each.title, "proves": proves[each.id]} for each in found.artefacts
                ],
                "without": list(found.without),
                "proves_nothing": [each.id for each in found.proves_nothing],
                "other": [_link(each) for each in found.other],
            },
            lines,
        )
