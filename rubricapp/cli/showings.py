"""artefact showing, artefact showings, artefact show.

With --json:

- artefact showing: {"showing": SHOWING, "new": BOOL}; with --change "changed" instead of "new", with --remove
  "removed": true
- artefact showings: {"participant": NAME, "showings": [SHOWING…]}
- artefact show: {"artefact": ID, "audiences": [CHOICE…]}

SHOWING: id, artefact, title (of the work), shown_on (day, month or year), kind, place, result, proof.
CHOICE: audience ("" for everyone), shown, from (day or null), now (whether it is shown today).
"""

from __future__ import annotations

from datetime import date

import click

from rubricapp.cli import output
from rubricapp.core.model import Role
from rubricapp.core.portfolio import SHOWING_KINDS, AudienceChoice, Showing, is_shown
from rubricapp.i18n import _


def showing_as_json(showing: Showing, title: str) -> dict[str, object]:
    """A showing, with the work's title."""
    found = {"id": showing.id, "artefact": showing.artefact, "title": title}
    return found | {name: getattr(showing, name) for name in ("shown_on", "kind", "place", "result", "proof")}


def choice_as_json(choice: AudienceChoice, today: date) -> dict[str, object]:
    """What was chosen for an audience."""
    return {
        "audience": choice.audience,
        "shown": choice.shown,
        "from": choice.embargo_until or None,
        "now": is_shown(choice, today),
    }


def showing_line(showing: Showing) -> str:
    """2027-05  Festival del Río  festival  First prize  https://…  [id]."""
    parts = (showing.shown_on, showing.place, showing.kind, showing.result, showing.proof, f"[{showing.id[-8:]}]")
    return "  ".join(part for part in parts if part)


def choice_line(choice: AudienceChoice) -> str:
    """producer: shown from 2027-01-01."""
    audience = choice.audience or _("everyone")
    if not choice.shown:
        return _("{audience}: not shown").format(audience=audience)
    if choice.embargo_until:
        return _("{audience}: shown from {day}").format(audience=audience, day=choice.embargo_until)
    return _("{audience}: shown").format(audience=audience)


def register(artefact: click.Group) -> None:
    """Add these verbs to the group of works."""

    @output.verb(artefact, "showing")
    @click.argument("artefact")
    @click.option("--on", "shown_on", default=None, metavar="DATE", help="2027-05-14; 2027-05 or 2027 will do.")
    @click.option("--place", default=None, metavar="TEXT", help="Festival, channel or town.")
    @click.option("--kind", default=None, metavar="KIND", help=", ".join(SHOWING_KINDS))
    @click.option("--result", default=None, metavar="TEXT", help="Award, selection.")
    @click.option("--proof", default=None, metavar="URL", help="Where it can be looked up.")
    @click.option("--change", default="", metavar="SHOWING", help="Correct this one: its id, or the end of it.")
    @click.option("--remove", default="", metavar="SHOWING", help="Take this one away: its id, or the end of it.")
    def showing(artefact: str, change: str, remove: str, **given: str | None) -> None:
        """Say where and when a work was shown. ARTEFACT: id, its end, or title."""
        from rubricapp.operations import showings
        from rubricapp.operations.artefacts import bad, find_artefact
        from rubricapp.store.showings import load_showing

        if change and remove:
            raise bad("E_USAGE", _("--change and --remove exclude each other."), _("Give one of them."))
        said = {name: text for name, text in given.items() if text is not None}
        with output.opened() as ws:
            meant = find_artefact(ws, artefact)
            known = showings.find_showing(ws, change or remove) if change or remove else None
            if known is not None and known.artefact != meant.id:
                raise bad(
                    "E_NO_SHOWING",
                    _("That showing is one of another work than “{title}”.").format(title=meant.title),
                    _("“artefact showings PERSON” names them."),
                )
            if remove:
                showings.remove_showing(ws, known.id)
                found, more = known, {"removed": True}
                lines = [_("Removed: {title}").format(title=showing_line(known))]
            elif change:
                changes = showings.edit_showing(ws, known.id, said)
                found, more = load_showing(ws, known.id), {"changed": bool(changes)}
                lines = [showing_line(found)]
            else:
                found, changes = showings.add_showing(ws, meant.id, {name: text for name, text in said.items() if text})
                more, lines = {"new": bool(changes)}, [showing_line(found)]
        output.result("artefact showing", {"showing": showing_as_json(found, meant.title)} | more, lines)

    @output.verb(artefact, "showings")
    @click.argument("person")
    def showings_(person: str) -> None:
        """Where the works of a participant were shown, oldest first."""
        from rubricapp.operations.people import who
        from rubricapp.store.artefacts import list_artefacts
        from rubricapp.store.showings import list_showings

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            titles = {each.id: each.title for each in list_artefacts(ws, participant.id)}
            found = list_showings(ws, participant=participant.id)
        output.result(
            "artefact showings",
            {
                "participant": participant.name,
                "showings": [showing_as_json(each, titles[each.artefact]) for each in found],
            },
            [f"{titles[each.artefact]}  {showing_line(each)}" for each in found],
        )

    @output.verb(artefact, "show")
    @click.argument("artefact")
    @click.option("--to", "audience", default="", metavar="AUDIENCE", help="producer, school, union …; else everyone.")
    @click.option("--from", "day", default="", metavar="DATE", help="Not before this day.")
    @click.option("--hide", is_flag=True, help="Do not show it.")
    @click.option("--forget", is_flag=True, help="Say nothing for this audience: what holds for everyone holds.")
    def show(artefact: str, audience: str, day: str, hide: bool, forget: bool) -> None:
        """Choose who is shown a work. Without a choice only its participant is. ARTEFACT: id, its end, or title."""
        from rubricapp.operations.artefacts import bad, find_artefact, warnings
        from rubricapp.operations.audiences import forget_choice, show_to
        from rubricapp.store.showings import list_choices

        if sum((bool(day), hide, forget)) > 1:
            raise bad("E_USAGE", _("--from, --hide and --forget exclude each other."), _("Give one of them."))
        problems: list = []
        with output.opened() as ws:
            meant = find_artefact(ws, artefact)
            if forget:
                forget_choice(ws, meant.id, audience)
            else:
                show_to(ws, meant.id, audience, not hide, day)
                problems = [] if hide else warnings(ws, meant)
            found = list_choices(ws, meant.id)
            today = ws.sources.now().date()
        for line in output.problem_lines(problems):
            output.remark(line)
        output.result(
            "artefact show",
            {"artefact": meant.id, "audiences": [choice_as_json(each, today) for each in found]},
            [choice_line(each) for each in found],
        )
