"""peer allocate, list, close, review; conflicts. What authors do: `peer_feedback`; leads: `peer_lead`."""

from __future__ import annotations

import click

from rubricapp.cli import output, peer_feedback, peer_lead
from rubricapp.cli.assessing import find_occasion_or_add, level_of, pairs_of, score_as_json
from rubricapp.cli.peer_feedback import everybody, round_meant
from rubricapp.cli.rubrics import find
from rubricapp.core.model import Role
from rubricapp.core.peer_scores import FEWEST
from rubricapp.i18n import _


def _say_hint(hint: str) -> str:
    return {
        "empty": _("is still empty"),
        "short": _("is very short: one more sentence helps"),
        "no_place": _("points to no place: name a time, a scene or a page"),
        "no_step": _("names no step that could be done this week"),
        "about_the_person": _("speaks of the person: speak of the work"),
        "only_praise": _("is praise alone: say what it was that worked"),
    }[hint]


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("peer")
    def peer() -> None:
        """Peer review: who reviews whom, reviews, and feedback that leads back to nobody."""

    @output.verb(peer, "allocate")
    @click.option("--rubric", "rubric_id", required=True, metavar="ID")
    @click.option("--reviews", type=click.IntRange(1, 100), required=True, help="How many each writes and receives.")
    @click.option("--occasion", "occasion_name", default="midpoint", show_default=True, metavar="NAME")
    @click.option("--seed", type=int, help="The same seed gives the same round; keep it to yourself.")
    @click.option(
        "--exclude", "excluded", multiple=True, metavar="A,B", help="Two people who do not review each other."
    )
    @click.option("--needs-calibration", is_flag=True, help="Reviewers must have passed the rubric's calibration.")
    def allocate(
        rubric_id: str,
        reviews: int,
        occasion_name: str,
        seed: int | None,
        excluded: tuple[str, ...],
        needs_calibration: bool,
    ) -> None:
        """Say who reviews whom, or why there is no such round."""
        from rubricapp.operations.peer_review import allocate_round
        from rubricapp.operations.people import who

        with output.opened() as ws:
            pairs = []
            for pair in excluded:
                one, comma, other = pair.partition(",")
                if not comma:
                    raise click.UsageError(_("Write --exclude as two people: A,B."))
                pairs.append((who(ws, one.strip(), Role.PARTICIPANT), who(ws, other.strip(), Role.PARTICIPANT)))
            rubric = find(ws, rubric_id)
            occasion = find_occasion_or_add(ws, occasion_name)
            drawn = int.from_bytes(ws.sources.random(6)) if seed is None else seed
            made = allocate_round(ws, rubric, occasion, reviews, drawn, pairs, needs_calibration=needs_calibration)
            people = everybody(ws)
        if reviews < FEWEST:
            output.remark(
                _("With fewer than {n} reviews of each work authors are shown nothing: they could guess.").format(
                    n=FEWEST
                )
            )
        output.result(
            "peer allocate",
            {
                "pairs": [
                    {"reviewer": people[reviewer].code, "author": people[author].code}
                    for reviewer, author in made.allocation.pairs
                ],
                "notes": list(made.allocation.notes),
                "seed": drawn,
            },
            [
                *(f"{people[reviewer].name} → {people[author].name}" for reviewer, author in made.allocation.pairs),
                *made.allocation.notes,
            ],
        )

    @output.verb(peer, "list")
    @click.option("--rubric", "rubric_id", default="", metavar="ID")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME")
    def list_(rubric_id: str, occasion_name: str) -> None:
        """For the lead: who reviews whom, and how far they are."""
        from rubricapp.operations.privacy import everyone
        from rubricapp.store.peer_reviews import list_pairs

        with output.opened() as ws:
            _rubric, _occasion, found = round_meant(ws, rubric_id, occasion_name)
            pairs = list_pairs(ws, found)
            people = everyone(ws)
        rows = [(people[each.reviewer], people[each.author], each.state or "not begun") for each in pairs]
        output.result(
            "peer list",
            {"pairs": [{"reviewer": one.code, "author": other.code, "state": state} for one, other, state in rows]},
            [f"{one.name} → {other.name}: {state}" for one, other, state in rows],
        )

    @output.verb(peer, "close")
    @click.option("--rubric", "rubric_id", default="", metavar="ID")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME")
    @click.option("--answers", is_flag=True, help="Take no more answers of authors, either.")
    @click.option("--open-again", is_flag=True, help="Take reviews and answers again.")
    def close(rubric_id: str, occasion_name: str, answers: bool, open_again: bool) -> None:
        """Take no more reviews; feedback opens with those that are there."""
        from rubricapp.operations.peer_review import close_round, end_round, reopen_round

        if answers and open_again:
            raise click.UsageError(_("Choose --answers or --open-again."))
        with output.opened() as ws:
            rubric, occasion, found = round_meant(ws, rubric_id, occasion_name)
            (reopen_round if open_again else end_round if answers else close_round)(ws, found)
            _rubric, _occasion, found = round_meant(ws, rubric.content_hash, occasion.id)
        said = _("open")
        if found.closed_on:
            said = _("closed for reviews since {day}").format(day=found.closed_on)
        if found.ended_on:
            said = _("ended on {day}").format(day=found.ended_on)
        output.result(
            "peer close",
            {"closed_on": found.closed_on or None, "ended_on": found.ended_on or None},
            [f"{rubric.label}, {occasion.name}: {said}."],
        )

    @output.verb(peer, "conflict")
    @click.argument("one")
    @click.argument("other")
    @click.option("--note", help="Why; for the lead alone.")
    @click.option("--remove", "removes", is_flag=True, help="They may review each other again.")
    def conflict(one: str, other: str, note: str | None, removes: bool) -> None:
        """Say once that two people, of any role, neither review nor score each other; it holds from then on."""
        from rubricapp.operations.peer_conflicts import declare_conflict, remove_conflict
        from rubricapp.operations.people import who

        with output.opened() as ws:
            first, second = who(ws, one), who(ws, other)
            if removes:
                remove_conflict(ws, first, second)
            else:
                declare_conflict(ws, first, second, note)
        said = _("{one} and {other} may review each other.") if removes else _("{one} and {other} are kept apart.")
        output.result(
            "peer conflict",
            {"one": first.code, "other": second.code, "removed": removes},
            [said.format(one=first.name, other=second.name)],
        )

    @output.verb(peer, "conflicts")
    def conflicts() -> None:
        """For the lead: who is kept apart from whom, and why."""
        from rubricapp.store.peer_reviews import list_declared_conflicts

        with output.opened() as ws:
            people = everybody(ws)
            found = list_declared_conflicts(ws)
        rows = [(people[each.one], people[each.other], each.note) for each in found]
        output.result(
            "peer conflicts",
            {"conflicts": [{"one": one.code, "other": other.code, "note": note} for one, other, note in rows]},
            [f"{one.name} – {other.name}" + (f": {note}" if note else "") for one, other, note in rows]
            or [_("Nobody is kept apart.")],
        )

    @output.verb(peer, "review")
    @click.argument("reviewer")
    @click.argument("author")
    @click.option("--rubric", "rubric_id", default="", metavar="ID")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME")
    @click.option("--level", "levels", multiple=True, metavar="CRITERION=LEVEL")
    @click.option("--comment", "comments", multiple=True, metavar="CRITERION=TEXT")
    @click.option("--works", help="One moment that works, with its place.")
    @click.option("--change", help="One thing to change, with its place.")
    @click.option("--next-step", help="One step the author could take this week.")
    @click.option("--finish", "finishes", is_flag=True)
    def review(
        reviewer: str,
        author: str,
        rubric_id: str,
        occasion_name: str,
        levels: tuple[str, ...],
        comments: tuple[str, ...],
        works: str | None,
        change: str | None,
        next_step: str | None,
        finishes: bool,
    ) -> None:
        """Write one review: levels, and the three boxes."""
        from rubricapp.core.scoring import score_of
        from rubricapp.operations.peer_review import write_review
        from rubricapp.operations.people import who

        chosen = {key: level_of(value) for key, value in pairs_of(levels, "--level CAM-1=3").items()}
        said = pairs_of(comments, "--comment CAM-1=TEXT")
        boxes = {"works": works, "change": change, "next_step": next_step}
        with output.opened() as ws:
            rubric, occasion, _found = round_meant(ws, rubric_id, occasion_name)
            known = {each.id.upper(): each.id for each in rubric.criteria}
            written = write_review(
                ws,
                who(ws, reviewer, Role.PARTICIPANT),
                who(ws, author, Role.PARTICIPANT),
                rubric,
                occasion,
                {known.get(key, key): value for key, value in chosen.items()},
                {known.get(key, key): value for key, value in said.items()},
                {box: text for box, text in boxes.items() if text is not None},
                finishes,
            )
        names = {"works": "--works", "change": "--change", "next_step": "--next-step"}
        output.result(
            "peer review",
            {
                "assessment": written.assessment.id,
                "state": written.assessment.state.value,
                "score": score_as_json(score_of(rubric, written.assessment)),
                "hints": {box: list(found) for box, found in written.hints.items()},
            },
            [
                _("{state}.").format(state=written.assessment.state.value),
                *(f"{names[box]} {_say_hint(hint)}." for box, found in written.hints.items() for hint in found),
            ],
        )

    peer_feedback.register(peer)
    peer_lead.register(peer)
