"""assign: which assessor scores whom."""

from __future__ import annotations

from fractions import Fraction

import click

from rubricapp.cli import output
from rubricapp.cli.assessing import find_occasion_or_add, known_occasion
from rubricapp.cli.rubrics import find
from rubricapp.core.model import AssessmentState, Role, RubricState
from rubricapp.i18n import _


def share_of(text: str, option: str = "--double") -> Fraction:
    """0…1 from "0.25", "1/4" or "25%". Raises click.UsageError."""
    try:
        found = Fraction(text.strip().removesuffix("%")) / (100 if text.strip().endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if not 0 <= found <= 1:
        raise click.UsageError(_("Write {option} as a share, such as 0.25 or 25%.").format(option=option))
    return found


def register(cli: click.Group) -> None:
    """Add this module's verb."""

    @output.verb(cli, "assign")
    @click.argument("who", metavar="PARTICIPANT|auto|list")
    @click.option("--assessor", "assessor_name", default="", metavar="NAME", help="Who scores; not with auto.")
    @click.option("--rubric", "rubric_ids", multiple=True, metavar="ID", help="May be given again; else all rubrics.")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME")
    @click.option("--raters", type=click.IntRange(1, 20), default=1, show_default=True, help="Assessors for each.")
    @click.option("--double", default="0", metavar="SHARE", help="Share that gets one assessor more: 0.25, 25%.")
    @click.option("--seed", type=int, default=0, show_default=True)
    @click.option("--remove", is_flag=True, help="No longer ask for it; what was scored stays.")
    @click.option("--despite", default="", metavar="REASON", help="Ask also who has not passed a calibration, and why.")
    def assign(
        who: str,
        assessor_name: str,
        rubric_ids: tuple[str, ...],
        occasion_name: str,
        raters: int,
        double: str,
        seed: int,
        remove: bool,
        despite: str,
    ) -> None:
        """Ask an assessor to score somebody, ask all of them evenly (auto), or list what is asked.

        auto takes the place of what was asked before on that occasion and not begun.
        """
        _demand_fitting(who)
        if who == "list":
            _list(assessor_name, rubric_ids, occasion_name)
        elif who == "auto":
            _auto(rubric_ids, occasion_name, raters, share_of(double), seed, despite)
        else:
            _one(who, assessor_name, rubric_ids, occasion_name, remove, despite)


_FITTING = {
    "list": {"assessor_name", "rubric_ids", "occasion_name"},
    "auto": {"rubric_ids", "occasion_name", "raters", "double", "seed", "despite"},
    "": {"assessor_name", "rubric_ids", "occasion_name", "remove", "despite"},
}
"""Options that each form of the verb heeds: one that it did not heed would be taken for done."""


def _demand_fitting(who: str) -> None:
    """Raises click.UsageError naming an option that this form of the verb does not heed."""
    context = click.get_current_context()
    every = set().union(*_FITTING.values())
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name in every - _FITTING.get(who, _FITTING[""]):
            form = who if who in _FITTING else _("PARTICIPANT")
            words = _("{option} does not go with “assign {form}”; nothing was changed.")
            raise click.UsageError(words.format(option=parameter.opts[0], form=form))


def _rubrics(ws, ids: tuple[str, ...]):
    """The rubrics named, else every published one."""
    from rubricapp.store.rubrics import list_rubrics

    if ids:
        return [find(ws, each) for each in ids]
    newest = {each.id: each for each in list_rubrics(ws) if each.state is RubricState.PUBLISHED}
    return [newest[key] for key in sorted(newest)]


def _one(
    who_: str, assessor_name: str, rubric_ids: tuple[str, ...], occasion_name: str, remove: bool, despite: str
) -> None:
    from rubricapp.operations import assigning
    from rubricapp.operations.people import who
    from rubricapp.store.assigning import list_assignments

    if not assessor_name or not rubric_ids or not occasion_name:
        raise click.UsageError(_("Say --assessor, --rubric and --occasion."))
    with output.opened(leads=True) as ws:
        participant = who(ws, who_, Role.PARTICIPANT)
        assessor = who(ws, assessor_name, Role.ASSESSOR)
        occasion = known_occasion(ws, occasion_name) if remove else find_occasion_or_add(ws, occasion_name)
        count = 0
        for rubric in _rubrics(ws, rubric_ids):
            if remove:
                for each in list_assignments(ws, assessor.id, rubric.content_hash, occasion.id):
                    if each.participant == participant.id:
                        count += assigning.take_back(ws, each).count
            else:
                assigning.assign(ws, participant, assessor, rubric, occasion, despite=despite)
    words = _("{assessor} no longer scores {participant}.") if remove else _("{assessor} scores {participant}.")
    if remove and not count:
        words = _("{assessor} was not asked to score {participant} there; nothing was changed.")
    output.result(
        "assign",
        {"participant": participant.code, "assessor": assessor.code, "occasion": occasion.name, "removed": count > 0},
        [words.format(assessor=assessor.name, participant=participant.name)],
    )


def _auto(
    rubric_ids: tuple[str, ...], occasion_name: str, raters: int, double: Fraction, seed: int, despite: str
) -> None:
    from rubricapp.operations.assigning import assign_evenly
    from rubricapp.store.assigning import list_assignments
    from rubricapp.store.people import list_occasions, list_people

    with output.opened(leads=True) as ws:
        if occasion_name:
            occasion = find_occasion_or_add(ws, occasion_name)
        else:
            asked = {each.occasion for each in list_assignments(ws)}
            occasions = list_occasions(ws)
            occasion = next((each for each in occasions if each.id not in asked), occasions[-1])
        made = assign_evenly(ws, _rubrics(ws, rubric_ids), occasion, raters, double, seed, despite=despite)
        people = {each.id: each for each in list_people(ws)}
    rows = [(people[assessor], people[participant]) for participant, assessor in made.assigned.pairs]
    rows.sort(key=lambda row: (row[0].sort_key, row[1].sort_key))
    output.result(
        "assign auto",
        {
            "occasion": occasion.name,
            "pairs": [{"assessor": one.code, "participant": other.code} for one, other in rows],
            "notes": list(made.assigned.notes),
            "taken_back": made.taken_back,
            "seed": seed,
        },
        [
            _("Occasion: {occasion}").format(occasion=occasion.name),
            *(f"{one.name} → {other.name}" for one, other in rows),
            *made.assigned.notes,
            *([_taken_back(made.taken_back)] if made.taken_back else []),
        ],
    )


def _taken_back(count: int) -> str:
    return _("{n} that were asked before, and not begun, are asked no longer; kits that hold them are old now.").format(
        n=count
    )


def _say_state(assignment: dict) -> str:
    return _("finished, handed in") if assignment["handed_in"] else assignment["state"]


def _list(assessor_name: str, rubric_ids: tuple[str, ...], occasion_name: str) -> None:
    from rubricapp.operations.people import who
    from rubricapp.operations.privacy import everyone
    from rubricapp.store.assigning import list_assignments
    from rubricapp.store.handing_in import load_handed_in
    from rubricapp.store.people import list_occasions
    from rubricapp.store.rubrics import list_rubrics

    with output.opened() as ws:
        handed_in = load_handed_in(ws)
        occasions = {each.id: each.name for each in list_occasions(ws)}
        rubrics = {each.content_hash: each.id for each in list_rubrics(ws)}
        people = everyone(ws)
        assessor = who(ws, assessor_name).id if assessor_name else ""
        occasion = known_occasion(ws, occasion_name).id if occasion_name else ""
        chosen = {find(ws, each).content_hash for each in rubric_ids}
        found = [
            {
                "participant": people[each.participant].code,
                "assessor": people[each.assessor].code,
                "rubric": rubrics.get(each.rubric, each.rubric[:8]),
                "occasion": occasions.get(each.occasion, ""),
                "state": each.state.value if each.state else "not begun",
                "handed_in": each.state is AssessmentState.FINISHED and handed_in(each.finished_at),
                "words": f"{people[each.assessor].name} → {people[each.participant].name}",
            }
            for each in list_assignments(ws, assessor, occasion=occasion)
            if each.participant in people and each.assessor in people and (not chosen or each.rubric in chosen)
        ]
    output.result(
        "assign list",
        {"assignments": [{key: value for key, value in each.items() if key != "words"} for each in found]},
        [f"{each['words']}, {each['rubric']}, {each['occasion']}: {_say_state(each)}" for each in found],
    )
