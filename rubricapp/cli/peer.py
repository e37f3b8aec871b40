"""peer allocate, peer review, peer list, peer feedback."""

from __future__ import annotations

import click

from rubricapp.cli import output
from rubricapp.cli.assessing import find_occasion_or_add, level_of, pairs_of, score_as_json
from rubricapp.cli.rubrics import find
from rubricapp.core.model import Role
from rubricapp.core.scoring import round_half_up
from rubricapp.errors import Exit, UserError
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


def _round(ws, rubric_id: str, occasion_name: str):
    """(rubric, occasion, round) meant; without words the only round there is. Raises UserError."""
    from rubricapp.operations.peer_review import find_round
    from rubricapp.store.peer_reviews import list_rounds
    from rubricapp.store.people import list_occasions
    from rubricapp.store.rubrics import load_rubric

    rounds = list_rounds(ws)
    if rubric_id:
        rounds = [each for each in rounds if each.rubric == find(ws, rubric_id).content_hash]
    if occasion_name:
        occasion = find_occasion_or_add(ws, occasion_name)
        rounds = [each for each in rounds if each.occasion == occasion.id]
    if len(rounds) != 1:
        raise UserError(
            "E_NO_ROUND",
            _("There is no round of peer review like that.") if not rounds else _("There is more than one round."),
            "",
            _("“peer allocate” makes one.") if not rounds else _("Name --rubric and --occasion."),
            exit_code=Exit.USAGE,
        )
    found = rounds[0]
    occasion = next(each for each in list_occasions(ws) if each.id == found.occasion)
    rubric = load_rubric(ws, found.rubric, output.options().language)
    return rubric, occasion, find_round(ws, rubric, occasion)


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
    def allocate(rubric_id: str, reviews: int, occasion_name: str, seed: int | None, excluded: tuple[str, ...]) -> None:
        """Say who reviews whom, or why there is no such round."""
        from rubricapp.operations.peer_review import allocate_round
        from rubricapp.operations.people import who
        from rubricapp.store.people import list_people

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
            made = allocate_round(ws, rubric, occasion, reviews, drawn, pairs)
            people = {each.id: each for each in list_people(ws)}
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
        from rubricapp.store.peer_reviews import list_pairs
        from rubricapp.store.people import list_people

        with output.opened() as ws:
            _rubric, _occasion, found = _round(ws, rubric_id, occasion_name)
            pairs = list_pairs(ws, found)
            people = {each.id: each for each in list_people(ws)}
        rows = [(people[each.reviewer], people[each.author], each.state or "not begun") for each in pairs]
        output.result(
            "peer list",
            {"pairs": [{"reviewer": one.code, "author": other.code, "state": state} for one, other, state in rows]},
            [f"{one.name} → {other.name}: {state}" for one, other, state in rows],
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
            rubric, occasion, _found = _round(ws, rubric_id, occasion_name)
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

    @output.verb(peer, "feedback")
    @click.argument("author")
    @click.option("--rubric", "rubric_id", default="", metavar="ID")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME")
    def feedback(author: str, rubric_id: str, occasion_name: str) -> None:
        """What an author may see: medians with spread and count, and words, from four reviews up."""
        from rubricapp.operations.peer_review import feedback_for
        from rubricapp.operations.people import who

        with output.opened() as ws:
            rubric, _occasion, found = _round(ws, rubric_id, occasion_name)
            given = feedback_for(ws, found, who(ws, author, Role.PARTICIPANT))
        criteria = [
            {
                "criterion": each.criterion,
                "count": each.count,
                "median": float(each.median) if each.median is not None else None,
                "low": each.low,
                "high": each.high,
                "comments": list(each.comments),
            }
            for each in given.criteria
        ]
        boxes = {"works": list(given.works), "change": list(given.change), "next_step": list(given.next_step)}
        lines = [
            f"{each.criterion} {rubric.criterion(each.criterion).title}: "
            + (
                _("{median} ({low} to {high}, {n} reviews)").format(
                    median=round_half_up(each.median, 1), low=each.low, high=each.high, n=each.count
                )
                if each.median is not None
                else _("too few levels")
            )
            for each in given.criteria
        ]
        few = _("Fewer than four reviews so far: nothing is shown, so that nobody can be guessed.")
        output.result(
            "peer feedback",
            {"enough": given.enough, "criteria": criteria, **boxes},
            [*lines, *(text for texts in boxes.values() for text in texts)] if given.enough else [few],
        )
