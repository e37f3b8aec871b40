"""assess: begin or go on with one assessment, rate, comment, finish, reopen. gaps: self beside assessors."""

from __future__ import annotations

from fractions import Fraction

import click

from rubricapp.cli import output
from rubricapp.core.gaps import say_level
from rubricapp.core.model import AssessmentKind, Blank, Occasion, Person, Role, RubricVersion
from rubricapp.core.scoring import Score, round_half_up, score
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _


def pairs_of(texts: tuple[str, ...], form: str) -> dict[str, str]:
    """CRITERION=VALUE as a mapping. Raises UserError, showing the form; also where a criterion is given two values."""
    pairs: dict[str, str] = {}
    for text in texts:
        criterion, equals, value = text.partition("=")
        if not equals or not criterion.strip():
            raise UserError(
                "E_PAIR",
                _("“{text}” does not say both a criterion and a value.").format(text=text),
                _("Nothing was changed."),
                _("Write it as {form}.").format(form=form),
                exit_code=Exit.USAGE,
            )
        if pairs.setdefault(criterion.strip().upper(), value) != value:
            raise UserError(
                "E_TWICE",
                _("{criterion} is given twice, with different values.").format(criterion=criterion.strip()),
                _("Nothing was changed."),
                _("Say it once."),
                exit_code=Exit.USAGE,
            )
    return pairs


def level_of(text: str) -> int | Blank | None:
    """A level, a blank, or nothing ("clear" takes a rating back).

    Raises UserError, also for an empty text: a script whose variable is empty takes nothing back.
    """
    said = text.strip().casefold().replace("-", "_").replace(" ", "_")
    if said == "clear":
        return None
    if said.isascii() and said.isdigit() and len(said) < 4:
        return int(said)
    try:
        return Blank(said)
    except ValueError:
        raise UserError(
            "E_LEVEL",
            _("“{text}” is neither a level nor an honest blank.").format(text=text.strip()),
            _("Nothing was changed."),
            _("Use a level, or one of: {list}.").format(list=", ".join(Blank)),
            exit_code=Exit.USAGE,
        ) from None


def find_occasion_or_add(ws, name: str) -> Occasion:
    """The occasion of that name; an unknown one becomes a dated observation, unless it looks like a slip."""
    import difflib

    from rubricapp.operations.programmes import add_observation
    from rubricapp.store.people import find_occasion, list_occasions

    found = find_occasion(ws, name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name.casefold(), [each.name.casefold() for each in list_occasions(ws)], 1, 0.75)
    if near and not any(character.isdigit() for character in name):
        raise UserError(
            "E_NO_OCCASION",
            _("There is no occasion “{name}”.").format(name=name),
            _("Nothing was changed."),
            _("Did you mean {near}?").format(near=near[0]),
            exit_code=Exit.USAGE,
        )
    occasion, _changes = add_observation(ws, name)
    output.remark(_("Added the observation “{name}”, held on {day}.").format(name=occasion.name, day=occasion.held_on))
    return occasion


def known_occasion(ws, name: str) -> Occasion:
    """The occasion of that name. Raises UserError naming those there are."""
    from rubricapp.store.people import find_occasion, list_occasions

    found = find_occasion(ws, name)
    if found is None:
        raise UserError(
            "E_NO_OCCASION",
            _("There is no occasion “{name}”.").format(name=name),
            "",
            _("There are: {list}.").format(list=", ".join(each.name for each in list_occasions(ws))),
            exit_code=Exit.USAGE,
        )
    return found


def _assessor(ws, text: str, kind: AssessmentKind, participant: Person) -> Person:
    """Who scores. An unknown assessor is added, unless the name looks like a slip of a known one."""
    from rubricapp.operations.people import add_person, close_names, who
    from rubricapp.store.people import find_people, list_people

    if kind is AssessmentKind.SELF:
        return who(ws, text) if text else participant
    if kind is AssessmentKind.PEER:
        return who(ws, text, Role.PARTICIPANT)
    role = Role.MENTOR if kind is AssessmentKind.MENTOR else Role.ASSESSOR
    found = find_people(ws, text)
    staff = [each for each in found if each.roles - {Role.PARTICIPANT}] or found
    if staff:
        return who(ws, text) if len(staff) > 1 else staff[0]
    near = close_names(text, [each for each in list_people(ws) if each.roles - {Role.PARTICIPANT}])
    if near:
        raise UserError(
            "E_NO_PERSON",
            _("No assessor here is called “{text}”.").format(text=text),
            _("Nothing was changed."),
            _("Did you mean {name}? A new assessor is added with “people add”.").format(name=near[0]),
            exit_code=Exit.USAGE,
        )
    person, _changes = add_person(ws, role, text)
    output.remark(_("Added {name} as {role} ({code}).").format(name=person.name, role=role.value, code=person.code))
    return person


def _whose(ws) -> str:
    """The id of the person for whom the kit of this workspace was made. Raises click.UsageError in another one."""
    from rubricapp.store.kits import load_home
    from rubricapp.store.people import list_people

    home = load_home(ws)
    for each in list_people(ws) if home is not None else ():
        if each.id == home.me:
            return each.code
    raise click.UsageError(_("Say who scores, with --assessor."))


def _kind_of(ws, text: str) -> AssessmentKind:
    """As what somebody scores who did not say so: as in the window, a mentor who is no assessor as a mentor."""
    from rubricapp.store.people import find_people

    found = find_people(ws, text)
    only_mentor = len(found) == 1 and Role.MENTOR in found[0].roles and not found[0].roles & {Role.ASSESSOR, Role.LEAD}
    return AssessmentKind.MENTOR if only_mentor else AssessmentKind.ASSESSOR


def _asked_version(ws, rubric_id: str, participant: Person, occasion_name: str) -> str:
    """The version of a rubric that somebody was asked for, where only the rubric is named: a newer one may
    have been published since."""
    from rubricapp.store.assigning import list_assignments
    from rubricapp.store.people import find_occasion
    from rubricapp.store.rubrics import list_rubrics

    occasion = find_occasion(ws, occasion_name)
    if "@" in rubric_id or occasion is None:
        return rubric_id
    asked = {each.rubric for each in list_assignments(ws, occasion=occasion.id) if each.participant == participant.id}
    versions = [each for each in list_rubrics(ws) if each.content_hash in asked and each.id == rubric_id]
    return f"{rubric_id}@{versions[0].version}" if len(versions) == 1 else rubric_id


def score_as_json(score: Score) -> dict[str, object]:
    """A score for scripts: exact values as numbers, and the rounded texts that are shown."""

    def number(value: Fraction | None) -> float | None:
        return float(value) if value is not None else None

    return {
        "value": number(score.value),
        "percent": number(score.percent),
        "coverage": number(score.coverage),
        "low": number(score.low),
        "high": number(score.high),
        "gate": score.gate.value,
        "observed_value": number(score.observed_value),
        "shown": round_half_up(score.value) if score.value is not None else None,
        "gates_failed": list(score.gates_failed),
        "gates_open": list(score.gates_open),
    }


def _say_not_begun(participant: Person, rubric: RubricVersion, occasion: Occasion, assessor: Person) -> None:
    words = _("{name}, {rubric}, {occasion}, by {assessor}: {state}.").format(
        name=participant.name,
        rubric=rubric.label,
        occasion=occasion.name,
        assessor=assessor.name,
        state=_("not begun"),
    )
    output.result(
        "assess",
        {
            "assessment": None,
            "state": "not begun",
            "participant": participant.code,
            "rubric": f"{rubric.id}@{rubric.version}",
            "occasion": occasion.name,
            "assessor": assessor.name,
            "revision": 0,
            "ratings": {},
            "score": score_as_json(score(rubric, {})),
            "words": [],
            "missing": [each.id for each in rubric.criteria],
        },
        [words],
    )


def register(cli: click.Group) -> None:
    """Add this module's verb."""

    @output.verb(cli, "assess")
    @click.argument("person")
    @click.option("--rubric", "rubric_id", required=True, metavar="ID")
    @click.option("--occasion", "occasion_name", required=True, metavar="NAME")
    @click.option(
        "--assessor", "assessor_name", default="", metavar="NAME", help="Else the one whose kit this workspace came as."
    )
    @click.option(
        "--kind",
        type=click.Choice([kind.value for kind in AssessmentKind]),
        help="Else assessor; mentor, where whoever scores is a mentor and no assessor.",
    )
    @click.option("--level", "levels", multiple=True, metavar="CRITERION=LEVEL")
    @click.option("--comment", "comments", multiple=True, metavar="CRITERION=TEXT")
    @click.option("--note", help="The overall note.")
    @click.option("--finish", "finishes", is_flag=True)
    @click.option("--reopen", "reopens", is_flag=True)
    @click.option("--reason", default="", help="Why it is reopened.")
    def assess(
        person: str,
        rubric_id: str,
        occasion_name: str,
        assessor_name: str,
        kind: str | None,
        levels: tuple[str, ...],
        comments: tuple[str, ...],
        note: str | None,
        finishes: bool,
        reopens: bool,
        reason: str,
    ) -> None:
        """Score one person with one rubric on one occasion, or see how far it is. Levels: 1…5, not_observed,
        not_applicable, insufficient_evidence; “clear” takes a rating back."""
        from rubricapp.cli.rubrics import find
        from rubricapp.operations import assessments as operations
        from rubricapp.operations.peer_review import find_round
        from rubricapp.operations.people import who
        from rubricapp.operations.scores import explain
        from rubricapp.store.assessments import find_assessment, load_assessment

        chosen = {key: level_of(value) for key, value in pairs_of(levels, "--level CAM-1=3").items()}
        said = pairs_of(comments, "--comment CAM-1=TEXT")
        with output.opened() as ws:
            if not assessor_name and kind != AssessmentKind.SELF:
                assessor_name = _whose(ws)
            kind_ = AssessmentKind(kind) if kind else _kind_of(ws, assessor_name)
            participant = who(ws, person, Role.PARTICIPANT)
            rubric = find(ws, _asked_version(ws, rubric_id, participant, occasion_name), output.options().language)
            if not (levels or comments or note is not None or finishes or reopens):
                by = who(ws, assessor_name) if assessor_name else participant
                occasion = known_occasion(ws, occasion_name)
                if find_assessment(ws, participant.id, rubric.content_hash, occasion.id, by.id, kind_) is None:
                    _say_not_begun(participant, rubric, occasion, by)  # looking is not beginning: nothing is written
                    return
            known = {each.id.upper(): each.id for each in rubric.criteria}
            chosen = {known.get(key, key): value for key, value in chosen.items()}
            said = {known.get(key, key): value for key, value in said.items()}
            operations.check_ratings(rubric, chosen, said)
            occasion = find_occasion_or_add(ws, occasion_name)
            assessor = _assessor(ws, assessor_name, kind_, participant)
            slot = participant.id, rubric.content_hash, occasion.id, assessor.id, kind_
            only_reopens = reopens and not (chosen or said or note) and find_assessment(ws, *slot) is not None
            if kind_ is AssessmentKind.PEER and not only_reopens and find_round(ws, rubric, occasion) is not None:
                raise UserError(
                    "E_PEER_ROUND",
                    _("{rubric} on {occasion} has a round of peer review.").format(
                        rubric=rubric.label, occasion=occasion.name
                    ),
                    _("Nothing was changed."),
                    _("Write the review with “peer review”, which has the three boxes; here it is only reopened."),
                    exit_code=Exit.USAGE,
                )
            assessment, _changes = operations.begin(ws, participant, rubric, occasion, assessor, kind_)
            if reopens:
                operations.reopen(ws, assessment.id, reason)
                assessment = load_assessment(ws, assessment.id)
            if chosen or said:
                operations.rate_many(ws, assessment, rubric, chosen, said)
            if note is not None:
                operations.write_note(ws, assessment.id, note)
            if finishes:
                operations.finish(ws, assessment.id)
            assessment = load_assessment(ws, assessment.id)
            missing = operations.find_missing(ws, assessment.id)
            explained = explain(ws, assessment.id)
        output.result(
            "assess",
            {
                "assessment": assessment.id,
                "state": assessment.state.value,
                "participant": participant.code,
                "rubric": f"{rubric.id}@{rubric.version}",
                "occasion": occasion.name,
                "assessor": assessor.name,
                "revision": assessment.revision,
                "ratings": {key: rating.value for key, rating in sorted(assessment.ratings.items())},
                "score": score_as_json(explained.score),
                "words": list(explained.words),
                "missing": list(missing),
            },
            [
                _("{name}, {rubric}, {occasion}, by {assessor}: {state}.").format(
                    name=participant.name,
                    rubric=rubric.label,
                    occasion=occasion.name,
                    assessor=assessor.name,
                    state=assessment.state.value,
                ),
                *explained.words,
                *([_("Not yet rated: {list}.").format(list=", ".join(missing))] if missing else []),
            ],
        )

    @output.verb(cli, "gaps")
    @click.argument("person")
    @click.option("--rubric", "rubric_id", default="", metavar="ID", help="Only this rubric.")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME", help="Only this occasion.")
    def gaps(person: str, rubric_id: str, occasion_name: str) -> None:
        """A participant's self-assessment beside what assessors say, criterion by criterion: never mixed."""
        from rubricapp.cli.rubrics import find
        from rubricapp.operations.gaps import every_gap
        from rubricapp.operations.people import who
        from rubricapp.store.people import list_occasions
        from rubricapp.store.rubrics import load_rubric

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            rubric = find(ws, rubric_id, output.options().language).content_hash if rubric_id else ""
            occasion = known_occasion(ws, occasion_name).id if occasion_name else ""
            found = list(every_gap(ws, participant.id, rubric, occasion))
            moments = {each.id: each.name for each in list_occasions(ws)}
            labels = {each.rubric: load_rubric(ws, each.rubric, output.options().language) for each in found}
        lines = []
        for each in found:
            lines.append(f"{labels[each.rubric].label}, {moments[each.occasion]}: {each.because}".rstrip(": "))
            lines += [
                f"  {gap.criterion.id:8} {_('self')} {gap.own.value or '–'},"
                f" {_('agreed') if gap.agreed else _('assessors')}"
                f" {say_level(gap.assessors) if gap.assessors is not None else '–'}"
                + (f", {_('gap')} {gap.apart_text}" if gap.apart is not None else "")
                + f"  {gap.criterion.title}"
                for gap in each.gaps
            ]
        output.result(
            "gaps",
            {
                "participant": participant.code,
                "gaps": [
                    {
                        "rubric": f"{labels[each.rubric].id}@{labels[each.rubric].version}",
                        "occasion": moments[each.occasion],
                        "assessors": each.assessors,
                        "because": each.because,
                        "criteria": [
                            {
                                "criterion": gap.criterion.id,
                                "self": gap.own.value,
                                "assessors": float(gap.assessors) if gap.assessors is not None else None,
                                "gap": float(gap.apart) if gap.apart is not None else None,
                                "agreed": gap.agreed is not None,
                            }
                            for gap in each.gaps
                        ],
                    }
                    for each in found
                ],
            },
            lines or [_("{name} has finished no self-assessment here yet.").format(name=participant.name)],
        )
