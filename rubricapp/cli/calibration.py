"""calibration sample, samples, remove, gate, score, list, result."""

from __future__ import annotations

import click

from rubricapp.cli import output
from rubricapp.cli.assessing import level_of, pairs_of
from rubricapp.cli.rubrics import find
from rubricapp.core.calibration import Closeness, Gap, Gate, Standing
from rubricapp.core.model import Blank, RubricVersion
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext


def _in_rubric(rubric: RubricVersion, texts: dict[str, str]) -> dict[str, str]:
    """Criteria as the rubric writes them."""
    known = {each.id.upper(): each.id for each in rubric.criteria}
    return {known.get(key, key): value for key, value in texts.items()}


def _levels(texts: dict[str, str]) -> dict[str, int | Blank | None]:
    return {criterion: level_of(value) for criterion, value in texts.items()}


def _near(found: Closeness) -> dict[str, object]:
    return {"count": found.count, "exact": found.exact, "within_one": found.within_one}


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "criterion": gap.criterion,
        "given": gap.given,
        "agreed": gap.agreed,
        "difference": gap.difference,
        "reason": gap.reason,
        "comment": gap.comment,
    }


def _gap_line(gap: Gap) -> str:
    if gap.difference == 0:
        return _("{criterion}: {given}, as agreed. {reason}").format(
            criterion=gap.criterion, given=gap.given, reason=gap.reason
        )
    return _("{criterion}: {given}, agreed {agreed} ({difference:+}). {reason}").format(
        criterion=gap.criterion, given=gap.given, agreed=gap.agreed, difference=gap.difference, reason=gap.reason
    )


def _standing(found: Standing) -> dict[str, object]:
    return {
        "passed": found.passed,
        "until": found.until or None,
        "missing": found.missing,
        "expired": found.expired,
        "waiting": found.waiting,
        **_near(found.counted),
    }


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("calibration")
    def calibration() -> None:
        """Scoring samples with agreed levels, blind, and seeing what differed and why."""

    _register_samples(calibration)
    _register_scoring(calibration)


def _register_samples(calibration: click.Group) -> None:
    @output.verb(calibration, "sample")
    @click.argument("title")
    @click.option("--rubric", "rubric_id", required=True, metavar="ID")
    @click.option("--level", "levels", multiple=True, metavar="CRITERION=LEVEL", help="The agreed level.")
    @click.option("--reason", "reasons", multiple=True, metavar="CRITERION=TEXT", help="Why it is this level.")
    @click.option("--artefact", "work", default="", metavar="WORK", help="A work in the workspace.")
    @click.option("--note", default="", help="What a scorer should know, such as where the film is.")
    @click.option(
        "--at-once",
        is_flag=True,
        help="Its levels travel in kits and are shown as soon as it is scored; so it counts at no gate.",
    )
    def sample(
        title: str,
        rubric_id: str,
        levels: tuple[str, ...],
        reasons: tuple[str, ...],
        work: str,
        note: str,
        at_once: bool,
    ) -> None:
        """For the lead: make a sample from a work whose levels are agreed."""
        from rubricapp.operations.artefacts import find_artefact
        from rubricapp.operations.calibration import make_sample

        chosen, said = pairs_of(levels, "--level CAM-1=3"), pairs_of(reasons, "--reason CAM-1=TEXT")
        with output.opened() as ws:
            rubric = find(ws, rubric_id)
            agreed = _levels(_in_rubric(rubric, chosen))
            blanks = [key for key, value in agreed.items() if isinstance(value, Blank)]
            if blanks:
                raise UserError(
                    "E_LEVEL",
                    _("{list}: an agreed level is a number.").format(list=", ".join(blanks)),
                    _("Nothing was changed."),
                    _("Leave the criterion out where the work does not show it."),
                    exit_code=Exit.USAGE,
                )
            artefact = find_artefact(ws, work).id if work else ""
            made, _changes = make_sample(
                ws, rubric, title, agreed, _in_rubric(rubric, said), artefact, note, at_once=at_once
            )
        output.result(
            "calibration sample",
            {"sample": made.id, "title": made.title, "criteria": list(made.criteria), "at_once": made.at_once},
            [
                ngettext(
                    "Sample “{title}” with {n} agreed level.",
                    "Sample “{title}” with {n} agreed levels.",
                    len(made.criteria),
                ).format(title=made.title, n=len(made.criteria))
            ],
        )

    @output.verb(calibration, "samples")
    @click.option("--rubric", "rubric_id", default="", metavar="ID")
    def samples(rubric_id: str) -> None:
        """Samples to score; their levels are shown to nobody before they have."""
        from rubricapp.store.calibrations import list_samples
        from rubricapp.store.rubrics import list_rubrics

        with output.opened() as ws:
            found = list_samples(ws, find(ws, rubric_id).content_hash if rubric_id else "")
            labels = {each.content_hash: f"{each.id}@{each.version}" for each in list_rubrics(ws)}
        output.result(
            "calibration samples",
            {
                "samples": [
                    {
                        "sample": each.id,
                        "title": each.title,
                        "rubric": labels.get(each.rubric, each.rubric),
                        "criteria": list(each.criteria),
                        "artefact": each.artefact or None,
                        "note": each.note,
                        "at_once": each.at_once,
                    }
                    for each in found
                ]
            },
            [
                f"{each.title}  {labels.get(each.rubric, '')}  {', '.join(each.criteria)}  {each.note}".rstrip()
                for each in found
            ]
            or [_("There is no sample yet.")],
        )

    @output.verb(calibration, "remove")
    @click.argument("sample")
    def remove(sample: str) -> None:
        """For the lead: take a sample out of use. What was scored with it counts."""
        from rubricapp.operations.calibration import find_sample, remove_sample

        with output.opened() as ws:
            found = find_sample(ws, sample)
            remove_sample(ws, found.id)
        output.result(
            "calibration remove", {"sample": found.id}, [_("“{title}” is out of use.").format(title=found.title)]
        )

    @output.verb(calibration, "gate")
    @click.option("--rubric", "rubric_id", required=True, metavar="ID")
    @click.option("--exact", type=int, metavar="PERCENT", help="Least share of levels exactly as agreed.")
    @click.option("--within-one", type=int, metavar="PERCENT", help="Least share at most one level away.")
    @click.option("--samples", type=int, metavar="N", help="How many samples, the newest, count together.")
    @click.option("--days", type=int, metavar="N", help="How long a pass holds; 0: for ever.")
    @click.option("--demand/--no-demand", "demanded", default=None, help="Whether assessors must pass before scoring.")
    def gate(
        rubric_id: str,
        exact: int | None,
        within_one: int | None,
        samples: int | None,
        days: int | None,
        demanded: bool | None,
    ) -> None:
        """For the lead: say, or show, what is enough to have passed."""
        from dataclasses import replace

        from rubricapp.operations.calibration import gate_of, set_gate

        said = {"exact": exact, "within_one": within_one, "samples": samples, "days": days, "demanded": demanded}
        said = {name: value for name, value in said.items() if value is not None}
        with output.opened() as ws:
            rubric = find(ws, rubric_id)
            if said:
                set_gate(ws, rubric, replace(gate_of(ws, rubric), **said))
            found: Gate = gate_of(ws, rubric)
        output.result(
            "calibration gate",
            {
                "rubric": f"{rubric.id}@{rubric.version}",
                "exact": found.exact,
                "within_one": found.within_one,
                "samples": found.samples,
                "days": found.days,
                "demanded": found.demanded,
            },
            [
                ngettext(
                    "{rubric}: {exact} % exact, {within} % within one, over {n} sample; {days}.",
                    "{rubric}: {exact} % exact, {within} % within one, over {n} samples together; {days}.",
                    found.samples,
                ).format(
                    rubric=rubric.label,
                    exact=found.exact,
                    within=found.within_one,
                    n=found.samples,
                    days=ngettext("holds {n} day", "holds {n} days", found.days).format(n=found.days)
                    if found.days
                    else _("holds for ever"),
                ),
                _("Assessors must have passed before they are asked to score.")
                if found.demanded
                else _("Assessors are asked to score without it."),
            ],
        )


def _register_scoring(calibration: click.Group) -> None:
    @output.verb(calibration, "score")
    @click.argument("person")
    @click.argument("sample")
    @click.option("--level", "levels", multiple=True, metavar="CRITERION=LEVEL")
    @click.option("--comment", "comments", multiple=True, metavar="CRITERION=TEXT")
    @click.option("--finish", "finishes", is_flag=True, help="Show the agreed levels; after that nothing changes.")
    def score(person: str, sample: str, levels: tuple[str, ...], comments: tuple[str, ...], finishes: bool) -> None:
        """Score a sample blind. Finished, it says where you differ from the agreed levels, and why they are so."""
        from rubricapp.operations.calibration import find_sample, score_sample, standing_of
        from rubricapp.operations.people import who
        from rubricapp.store.rubrics import load_rubric

        chosen, said = pairs_of(levels, "--level CAM-1=3"), pairs_of(comments, "--comment CAM-1=TEXT")
        with output.opened() as ws:
            scorer, found = who(ws, person), find_sample(ws, sample)
            rubric = load_rubric(ws, found.rubric)
            done = score_sample(
                ws, scorer, found, _levels(_in_rubric(rubric, chosen)), _in_rubric(rubric, said), finishes
            )
            stands = standing_of(ws, rubric, scorer)
        finished = bool(done.practice.finished_on)
        near = done.closeness
        output.result(
            "calibration score",
            {
                "sample": found.id,
                "person": scorer.code,
                "finished": finished,
                "levels": dict(done.practice.levels),
                "missing": list(done.missing),
                "waits": done.waits,
                "gaps": [_gap(each) for each in done.gaps],
                **_near(near),
                "standing": _standing(stands),
            },
            [
                *(_gap_line(each) for each in done.gaps),
                _("Finished. Its agreed levels are with your programme lead: hand in, they come with the next kit.")
                if done.waits
                else _("{exact} of {n} exact, {within} of {n} within one.").format(
                    exact=near.exact, n=near.count, within=near.within_one
                )
                if finished
                else _("Draft. Without a level: {list}.").format(list=", ".join(done.missing) or _("none")),
            ],
        )

    @output.verb(calibration, "list")
    @click.option("--rubric", "rubric_id", required=True, metavar="ID")
    def list_(rubric_id: str) -> None:
        """For the lead: where everybody stands."""
        from rubricapp.operations.calibration import gate_of, list_standings, say_standing

        with output.opened() as ws:
            rubric = find(ws, rubric_id)
            found, gate = list_standings(ws, rubric), gate_of(ws, rubric)
        output.result(
            "calibration list",
            {"people": [{"person": person.code, **_standing(stands)} for person, stands in found]},
            [f"{person.code:8} {person.name}: {say_standing(stands, gate)}" for person, stands in found],
        )

    @output.verb(calibration, "result")
    @click.argument("person")
    @click.option("--rubric", "rubric_id", required=True, metavar="ID")
    def result(person: str, rubric_id: str) -> None:
        """What one person scored, how near they came, and whether they have passed."""
        from rubricapp.operations.calibration import gaps_of, gate_of, results_of, say_standing, standing_of
        from rubricapp.operations.people import who

        with output.opened() as ws:
            scorer, rubric = who(ws, person), find(ws, rubric_id)
            found = [(each, near, gaps_of(ws, each), one) for one, each, near in results_of(ws, rubric, scorer)]
            stands, gate = standing_of(ws, rubric, scorer), gate_of(ws, rubric)
        output.result(
            "calibration result",
            {
                "person": scorer.code,
                "standing": _standing(stands),
                "results": [
                    {
                        "sample": one.id,
                        "title": one.title,
                        "finished_on": each.finished_on,
                        **_near(near),
                        "gaps": [_gap(gap) for gap in gaps],
                    }
                    for each, near, gaps, one in found
                ],
            },
            [
                *(
                    _("{day}  {title}: {exact} of {n} exact, {within} within one").format(
                        day=each.finished_on, title=one.title, exact=near.exact, n=near.count, within=near.within_one
                    )
                    for each, near, _gaps, one in found
                ),
                say_standing(stands, gate),
            ],
        )
