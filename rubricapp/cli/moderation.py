"""moderation list, agree, reopen, sample.

With --json, list gives {"gaps": [GAP…], "people": [PERSON…], "moved": [{assessor, up, kept, down}…]}.
GAP: participant (code), name, rubric ("camera@1.0"), occasion, criterion, title, sort (levels, gate, blank or null),
crosses_gate, open, ratings [{assessor, value, comment}…], evidence [{title, moment, note}…], agreed {value, reason, by,
on, third, changed} or null. PERSON: participant, name, state, slots [{rubric, occasion, state, finished,
unfinished [names], disputed [{assessor, criteria}…] (said otherwise on another laptop, "" for the whole)}…].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from rubricapp.cli import output
from rubricapp.cli.assessing import level_of
from rubricapp.cli.assigning import share_of
from rubricapp.core.agreed_levels import AgreedLevel, Outcome, directions
from rubricapp.core.model import Role
from rubricapp.core.moderation import Gap, Standing, State, overall
from rubricapp.core.scoring import round_half_up
from rubricapp.i18n import _, ngettext
from rubricapp.operations.moderation_words import say_disputed, say_sort, say_state, say_why

if TYPE_CHECKING:
    from rubricapp.store.workspace import Workspace

RUBRIC = click.option("--rubric", "rubric_id", default="", metavar="ID", help="Only this rubric: camera, camera@1.0.")
OCCASION = click.option("--occasion", "occasion_name", default="", metavar="NAME", help="Only this occasion.")


class _Names:
    """What ids are called."""

    def __init__(self, ws: Workspace) -> None:
        from rubricapp.store.people import list_occasions, list_people
        from rubricapp.store.rubrics import list_rubrics

        self.people = {each.id: each for each in list_people(ws)}
        self.rubrics = {each.content_hash: f"{each.id}@{each.version}" for each in list_rubrics(ws)}
        self.occasions = {each.id: each.name for each in list_occasions(ws)}

    def name(self, person: str) -> str:
        return self.people[person].name if person in self.people else person

    def slot(self, slot: tuple[str, str, str]) -> dict[str, object]:
        person, rubric, occasion = slot
        return {
            "participant": self.people[person].code,
            "name": self.people[person].name,
            "rubric": self.rubrics.get(rubric, rubric[:12]),
            "occasion": self.occasions.get(occasion, occasion),
        }


def _where(ws: Workspace, rubric_id: str, occasion_name: str) -> tuple[Sequence[str], Sequence[str]]:
    from rubricapp.operations.releases import find_occasion_named, find_versions

    rubrics = find_versions(ws, rubric_id) if rubric_id else ()
    return rubrics, (find_occasion_named(ws, occasion_name).id,) if occasion_name else ()


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("moderation")
    def moderation() -> None:
        """Where assessors differ, settled together; what each gave stays."""

    @output.verb(moderation, "list")
    @click.argument("person", default="", metavar="[PARTICIPANT]")
    @RUBRIC
    @OCCASION
    @click.option("--settled", is_flag=True, help="Also what is settled.")
    @click.option("--early", is_flag=True, help="Also where somebody is still to finish: not for their eyes.")
    def list_(person: str, rubric_id: str, occasion_name: str, settled: bool, early: bool) -> None:
        """Gaps side by side with comments and evidence, and how far everybody is."""
        from rubricapp.operations.moderation import list_proofs, list_standings
        from rubricapp.operations.people import who

        with output.opened() as ws:
            about = who(ws, person, Role.PARTICIPANT).id if person else ""
            standings = list_standings(ws, about, *_where(ws, rubric_id, occasion_name), early=early)
            names = _Names(ws)
            gaps = [gap for each in standings for gap in each.gaps if settled or _is_to_show(gap)]
            proofs = {who_: list_proofs(ws, who_) for who_ in {gap.slot[0] for gap in gaps}}
        found = [_gap_as_json(gap, names, proofs[gap.slot[0]].get(gap.criterion.id, ())) for gap in gaps]
        people = _people(standings, names, about)
        moved = _moved([gap.agreed for each in standings for gap in each.gaps if gap.agreed is not None], names)
        lines = [line for each, gap in zip(found, gaps, strict=True) for line in _gap_lines(each, gap)]
        output.result(
            "moderation list",
            {"gaps": found, "people": people, "moved": moved},
            [*(lines or [_("No gaps.")]), *_people_lines(people, bool(about)), *_moved_lines(moved)],
        )

    @output.verb(moderation, "agree")
    @click.argument("person", metavar="PARTICIPANT")
    @click.argument("criterion")
    @click.option("--level", "level_text", default="", metavar="N", help="The level agreed on, or an honest blank.")
    @click.option("--both", is_flag=True, help="Keep both; their median is reported.")
    @click.option("--third", "third_name", default="", metavar="ASSESSOR", help="Ask a third assessor.")
    @click.option("--reason", default="", metavar="TEXT")
    @click.option("--early", is_flag=True, help="Although somebody who was asked is still to finish.")
    @RUBRIC
    @OCCASION
    @output.BY
    def agree(
        person: str,
        criterion: str,
        level_text: str,
        both: bool,
        third_name: str,
        reason: str,
        early: bool,
        rubric_id: str,
        occasion_name: str,
        by_name: str,
    ) -> None:
        """Settle one criterion with a reason; what each assessor gave and wrote stays."""
        from rubricapp.operations import agreeing
        from rubricapp.operations.people import who

        if bool(level_text.strip()) + both + bool(third_name) != 1:
            raise click.UsageError(_("Say one of --level, --both and --third."))
        level = level_of(level_text) if level_text.strip() else None
        if level_text.strip() and level is None:
            raise click.UsageError(_("To take it back, use “moderation reopen”."))
        value = level if level is not None else (Outcome.BOTH if both else Outcome.THIRD)
        with output.opened(leads=True) as ws:
            about = who(ws, person, Role.PARTICIPANT)
            third = who(ws, third_name) if third_name else None
            place = agreeing.find_place(ws, about, criterion, *_where(ws, rubric_id, occasion_name))
            agreeing.agree(ws, place, value, reason, third, output.author(ws, by_name), early)
            data = _place_as_json(ws, place)
        said = {
            Outcome.BOTH: _("both stay, their median is reported"),
            Outcome.THIRD: _("{name} is asked").format(name=third.name if third else ""),
        }.get(value, str(value))
        output.result("moderation agree", data, [_place_line(data, said)])

    @output.verb(moderation, "reopen")
    @click.argument("person", metavar="PARTICIPANT")
    @click.argument("criterion")
    @click.option("--reason", default="", metavar="TEXT")
    @RUBRIC
    @OCCASION
    @output.BY
    def reopen(person: str, criterion: str, reason: str, rubric_id: str, occasion_name: str, by_name: str) -> None:
        """Open again what was settled, with a reason."""
        from rubricapp.operations import agreeing
        from rubricapp.operations.people import who

        with output.opened(leads=True) as ws:
            about = who(ws, person, Role.PARTICIPANT)
            place = agreeing.find_place(ws, about, criterion, *_where(ws, rubric_id, occasion_name), opens=True)
            changes = agreeing.reopen(ws, place, reason, output.author(ws, by_name))
            data = _place_as_json(ws, place)
        said = _("open again") if changes else _("not settled; nothing was changed")
        output.result("moderation reopen", data, [_place_line(data, said)])

    @output.verb(moderation, "sample")
    @click.option("--share", default="10%", show_default=True, metavar="SHARE", help="Drawn of each: 0.1, 1/10, 10%.")
    @click.option("--seed", type=int, default=0, show_default=True)
    @RUBRIC
    @OCCASION
    def sample(share: str, seed: int, rubric_id: str, occasion_name: str) -> None:
        """What a second person should look at: failed gates, borderline totals, first ones, and a drawn share."""
        from rubricapp.operations.moderation import sample as draw

        part = share_of(share, "--share")
        with output.opened() as ws:
            found = draw(ws, part, seed, *_where(ws, rubric_id, occasion_name))
            names = _Names(ws)
        rows = [
            names.slot(each.slot)
            | {
                "assessor": names.name(each.assessment.assessor),
                "total": round_half_up(each.total) if each.total is not None else None,
                "why": [why.value for why in each.why],
            }
            for each in found
        ]
        output.result(
            "moderation sample",
            {"share": float(part), "seed": seed, "sample": rows},
            [
                f"{row['name']}, {row['rubric']}, {row['occasion']}, {row['assessor']}: "
                + ", ".join(say_why(why) for why in each.why)
                for row, each in zip(rows, found, strict=True)
            ]
            or [_("Nothing is finished yet.")],
        )


def _is_to_show(gap: Gap) -> bool:
    """Open ones, and blanks against levels that nobody touched."""
    return gap.is_open or gap.agreed is None or gap.agreed.outcome is None


def _agreed_as_json(agreed: AgreedLevel | None, changed: bool, names: _Names) -> dict[str, object] | None:
    if agreed is None:
        return None
    return {
        "value": agreed.value,
        "reason": agreed.reason,
        "by": names.name(agreed.by) if agreed.by else None,
        "on": agreed.on,
        "third": names.name(agreed.third) if agreed.third else None,
        "changed": changed,
    }


def _gap_as_json(gap: Gap, names: _Names, proofs: Sequence) -> dict[str, object]:
    return names.slot(gap.slot) | {
        "criterion": gap.criterion.id,
        "title": gap.criterion.title,
        "sort": gap.sort.value if gap.sort else None,
        "crosses_gate": gap.crosses_gate,
        "open": gap.is_open,
        "ratings": [
            {"assessor": names.name(assessor), "value": rating.value, "comment": rating.comment}
            for assessor, rating in gap.ratings
        ],
        "evidence": [{"title": each.title, "moment": each.moment, "note": each.note} for each in proofs],
        "agreed": _agreed_as_json(gap.agreed, gap.changed, names),
    }


def _gap_lines(found: dict, gap: Gap) -> list[str]:
    lines = [
        f"{found['name']}, {found['rubric']}, {found['occasion']}: {gap.criterion.id} {gap.criterion.title}"
        f"  ({say_sort(gap.sort)})"
    ]
    for each in found["ratings"]:
        said = each["value"] if each["value"] is not None else _("not yet rated")
        lines.append(f"    {said}  {each['assessor']}" + (f": “{each['comment']}”" if each["comment"] else ""))
    for each in found["evidence"]:
        lines.append("    → " + " ".join(filter(None, (each["title"], each["moment"], each["note"]))))
    agreed = found["agreed"]
    if agreed:
        said = agreed["value"] if agreed["value"] is not None else _("open again")
        lines.append(f"    = {said}  ({agreed['reason']})" + (f"  {_('ratings changed since')}" if gap.changed else ""))
    return lines


def _people(standings: Sequence[Standing], names: _Names, about: str) -> list[dict]:
    """Everybody who was begun or is asked for, then participants of whom nothing is there yet."""
    by_person: dict[str, list[Standing]] = {}
    for each in standings:
        by_person.setdefault(each.slot[0], []).append(each)
    for person in names.people.values():
        if Role.PARTICIPANT in person.roles and about in ("", person.id):
            by_person.setdefault(person.id, [])
    return [
        {
            "participant": names.people[person].code,
            "name": names.people[person].name,
            "state": overall(each.state for each in held).value,
            "slots": [
                {key: value for key, value in names.slot(each.slot).items() if key in ("rubric", "occasion")}
                | {
                    "state": each.state.value,
                    "finished": each.finished,
                    "unfinished": [names.name(assessor) for assessor in each.unfinished],
                    "disputed": [
                        {"assessor": names.name(assessor), "criteria": list(criteria)}
                        for assessor, criteria in each.disputed
                    ],
                }
                for each in held
            ],
        }
        for person, held in by_person.items()
    ]


def _people_lines(people: Sequence[dict], whole: bool) -> list[str]:
    """A line for each person, and below it what is still to do; whole: everything."""
    lines = []
    for each in people:
        lines.append(f"{each['name']}: {say_state(State(each['state']))}")
        for slot in each["slots"]:
            if not whole and slot["state"] in (State.READY, State.RELEASED) and not slot["disputed"]:
                continue
            waits = _("; waits for {names}").format(names=", ".join(slot["unfinished"])) if slot["unfinished"] else ""
            lines.append(f"    {slot['rubric']}, {slot['occasion']}: {say_state(State(slot['state']))}{waits}")
            for each in slot["disputed"]:
                said = say_disputed(each["assessor"], each["criteria"])
                lines.append("        " + _("{said}; see “conflicts list”").format(said=said))
    return lines


def _moved(agreed: Sequence[AgreedLevel], names: _Names) -> list[dict]:
    return [
        {"assessor": names.name(assessor), "up": up, "kept": kept, "down": down}
        for assessor, (up, kept, down) in directions(agreed).items()
    ]


def _moved_lines(moved: Sequence[dict]) -> list[str]:
    return [
        ngettext(
            "{assessor}: {n} level settled, {up} up, {down} down",
            "{assessor}: {n} levels settled, {up} up, {down} down",
            each["up"] + each["kept"] + each["down"],
        ).format(n=each["up"] + each["kept"] + each["down"], **each)
        for each in moved
    ]


def _place_as_json(ws: Workspace, place) -> dict[str, object]:
    """What stands there now."""
    from rubricapp.store.moderation import list_agreed

    names = _Names(ws)
    known = [each for each in list_agreed(ws, *place.standing.slot) if each.criterion == place.criterion.id]
    agreed = _agreed_as_json(known[0], False, names) if known else None
    return names.slot(place.standing.slot) | {"criterion": place.criterion.id, "agreed": agreed}


def _place_line(data: dict, said: str) -> str:
    return f"{data['name']}, {data['rubric']}, {data['occasion']}, {data['criterion']}: {said}"
