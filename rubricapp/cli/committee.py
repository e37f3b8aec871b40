"""committee open, vote, close, decide, show.

With --json: {"case": CASE, "last": CASE or null, "reading": [text…]}; the verbs that write give "case" alone.
CASE: id, participant (code), name, held_on, members, voted, missing (names), shown, closed_on, votes [{member, vote,
note}…] (those that may be seen), tally [{vote, n}…], decision {decision, rationale, plan, by, on} or null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rubricapp.cli import output
from rubricapp.core.committee import Case
from rubricapp.core.model import Role
from rubricapp.i18n import _

if TYPE_CHECKING:
    from rubricapp.store.workspace import Workspace


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("committee")
    def committee() -> None:
        """One participant before a committee: votes alone, then the talk, then the decision."""

    @output.verb(committee, "open")
    @click.argument("person", metavar="PARTICIPANT")
    @click.option("--on", "day", required=True, metavar="DATE")
    @click.option("--member", "members", multiple=True, metavar="NAME", help="Who votes; else all assessors and leads.")
    @output.BY
    def open_(person: str, day: str, members: tuple[str, ...], by_name: str) -> None:
        """Open a case; it says what to have read, the last plan first."""
        from rubricapp.operations import committee as operations
        from rubricapp.operations.people import who

        with output.opened(leads=True) as ws:
            about = who(ws, person, Role.PARTICIPANT)
            operations.open_case(ws, about, day, [who(ws, each) for each in members], output.author(ws, by_name))
            _brief(ws, "committee open", about, day)

    @output.verb(committee, "vote")
    @click.argument("case_text", metavar="CASE")
    @click.option("--member", required=True, metavar="NAME")
    @click.option("--vote", "word", required=True, metavar="V")
    @click.option("--note", default="", metavar="TEXT")
    def vote(case_text: str, member: str, word: str, note: str) -> None:
        """Vote alone; nobody sees it until all have voted or the vote is closed."""
        from rubricapp.operations import committee as operations
        from rubricapp.operations.people import who

        with output.opened() as ws:
            case, voter = operations.find_case(ws, case_text), who(ws, member)
            operations.vote(ws, case, voter, word, note)
            _one(ws, "committee vote", case.id)

    @output.verb(committee, "close")
    @click.argument("case_text", metavar="CASE")
    @output.BY
    def close(case_text: str, by_name: str) -> None:
        """Show the votes that there are; nobody votes any more."""
        from rubricapp.operations import committee as operations

        with output.opened(leads=True) as ws:
            case = operations.find_case(ws, case_text)
            operations.close(ws, case, output.author(ws, by_name))
            _one(ws, "committee close", case.id)

    @output.verb(committee, "decide")
    @click.argument("case_text", metavar="CASE")
    @click.option("--decision", required=True, metavar="TEXT")
    @click.option("--rationale", required=True, metavar="TEXT")
    @click.option("--plan", metavar="TEXT", help="What is to be done until the next time; else the one that stands.")
    @click.option("--reason", default="", metavar="TEXT", help="Why an earlier decision is changed.")
    @output.BY
    def decide(case_text: str, decision: str, rationale: str, plan: str | None, reason: str, by_name: str) -> None:
        """Keep the decision, its rationale and the plan."""
        from rubricapp.operations import committee as operations

        with output.opened(leads=True) as ws:
            case = operations.find_case(ws, case_text)
            if plan is None:  # a decision that is put in other words does not drop what was to be done
                plan = case.decision.plan if case.decision is not None else ""
            operations.decide(ws, case, decision, rationale, plan, reason, output.author(ws, by_name))
            _one(ws, "committee decide", case.id)

    @output.verb(committee, "show")
    @click.argument("person", metavar="PARTICIPANT")
    @click.option("--on", "day", default="", metavar="DATE", help="The case of this day; else the newest.")
    @click.option("--member", "viewer", default="", metavar="NAME", help="Also this member's own vote.")
    def show(person: str, day: str, viewer: str) -> None:
        """The last plan first, then what to have read, then the case."""
        from rubricapp.operations.people import who

        with output.opened() as ws:
            _brief(ws, "committee show", who(ws, person, Role.PARTICIPANT), day, who(ws, viewer).id if viewer else "")


def _brief(ws: Workspace, command: str, about, day: str, viewer: str = "") -> None:
    from rubricapp.operations.committee import brief

    found = brief(ws, about, day, viewer)
    last = _as_json(ws, found.last) if found.last else None
    case = _as_json(ws, found.case) if found.case else None
    lines = []
    if last:
        plan = last["decision"]["plan"] or _("no plan")
        lines += [_("Last time, {day}: {decision}").format(day=last["held_on"], decision=last["decision"]["decision"])]
        lines += [_("The plan was: {plan}").format(plan=plan)]
    lines += [_("To have read:"), *(f"    {line}" for line in found.reading)]
    lines += _lines(case) if case else [_("There is no case yet.")]
    output.result(command, {"case": case, "last": last, "reading": list(found.reading)}, lines)


def _one(ws: Workspace, command: str, record: str) -> None:
    from rubricapp.store.committee import list_cases

    case = _as_json(ws, next(each for each in list_cases(ws) if each.id == record))
    output.result(command, {"case": case}, _lines(case))


def _as_json(ws: Workspace, case: Case) -> dict:
    from rubricapp.store.people import list_people

    people = {each.id: each for each in list_people(ws)}

    def name(person: str) -> str:
        return people[person].name if person in people else person

    about, decision = people.get(case.participant), case.decision
    return {
        "id": case.id,
        "participant": about.code if about else case.participant,
        "name": name(case.participant),
        "held_on": case.held_on,
        "members": [name(each) for each in case.members],
        "voted": [name(each) for each in case.voted],
        "missing": [name(each) for each in case.missing],
        "shown": case.shown,
        "closed_on": case.closed_on or None,
        "votes": [{"member": name(each.member), "vote": each.vote, "note": each.note} for each in case.votes],
        "tally": [{"vote": word, "n": count} for word, count in case.tally()],
        "decision": {
            "decision": decision.decision,
            "rationale": decision.rationale,
            "plan": decision.plan,
            "by": name(decision.by) if decision.by else None,
            "on": decision.on,
        }
        if decision
        else None,
    }


def _lines(case: dict) -> list[str]:
    lines = [
        _("{name}, {day}, case {id}: {k} of {n} have voted").format(
            name=case["name"], day=case["held_on"], id=case["id"][:8], k=len(case["voted"]), n=len(case["members"])
        )
    ]
    if not case["shown"]:
        lines.append(_("Votes are hidden until all have voted: {names}").format(names=", ".join(case["missing"])))
    for each in case["votes"]:
        lines.append(f"    {each['member']}: {each['vote']}" + (f"  “{each['note']}”" if each["note"] else ""))
    decision = case["decision"]
    if decision:
        lines.append(_("Decided: {decision}").format(decision=decision["decision"]))
        lines.append(_("Because: {rationale}").format(rationale=decision["rationale"]))
        if decision["plan"]:
            lines.append(_("Plan: {plan}").format(plan=decision["plan"]))
    return lines
