"""merge, merge undo, conflicts list, conflicts resolve, conflicts reopen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rubricapp.cli import output
from rubricapp.cli.packages import PASSPHRASE, RECOVERY
from rubricapp.errors import Cancelled, Exit, UserError
from rubricapp.i18n import _

if TYPE_CHECKING:
    from rubricapp.core.model import Change

COUNTS = ("new", "same", "parallel", "conflict")


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "merge")
    @click.argument("files", nargs=-1, required=True, metavar="FILE…|undo LAST|ID")
    @click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
    @click.option("--trust", is_flag=True, help="Also take in what laptops sent that nobody knows yet.")
    @click.option("--erase", is_flag=True, help="Also take in what erases people here; that cannot be taken back.")
    @click.option(
        "--same",
        multiple=True,
        metavar="THEIRS=OURS",
        help="Who somebody unknown of the package is; “new” in place of OURS: somebody of their own.",
    )
    @click.option("--same-likely", is_flag=True, help="Everybody unknown is whom they probably are, where one is.")
    @PASSPHRASE
    @RECOVERY
    def merge(
        files: tuple[str, ...],
        dry_run: bool,
        trust: bool,
        erase: bool,
        same: tuple[str, ...],
        same_likely: bool,
        passphrase_file: Path | None,
        recovery_file: Path | None,
    ) -> None:
        """Bring returns in, in any order, as often as you like; or take a whole merge back."""
        if files[0] == "undo":  # also where a file has that name: it is merged as ./undo
            _undo(files[1:], dry_run)
            return
        from rubricapp.operations.recovery import key_in_file
        from rubricapp.operations.returns import bring_in

        recovery = key_in_file(recovery_file)
        with output.opened() as ws:
            try:
                stopped = False
                brought = bring_in(
                    ws,
                    [Path(each) for each in files],
                    dry_run,
                    trust,
                    output.first_line(passphrase_file),
                    progress=output.progress() if len(files) > 1 else None,
                    recovery=recovery,
                    erase=erase,
                    same=[_pair(each) for each in same],
                    same_likely=same_likely,
                )
            except Cancelled as error:
                brought, stopped = *error.args, True
                if dry_run or not brought:
                    raise
        _say(brought, dry_run, len(files) if stopped else 0)

    @cli.group("conflicts")
    def conflicts() -> None:
        """Values that were set in two places without knowing of each other."""

    @output.verb(conflicts, "list")
    @click.option("--settled", is_flag=True, help="Those that were settled instead, the newest first.")
    def list_(settled: bool) -> None:
        """Every conflict that nobody settled yet: both values, who said them, and when."""
        from rubricapp.operations.privacy import everyone
        from rubricapp.store.conflicts import list_conflicts, list_settled
        from rubricapp.store.merging import list_device_names

        with output.opened() as ws:
            found = list_settled(ws) if settled else list_conflicts(ws)
            abouts = [_about(ws, each) for each in found]
            people = {one: each.name for one, each in everyone(ws).items()}
            laptops = list_device_names(ws)
            here = ws.device
        said_by = {head.device for each in found for head in each.heads}
        alike = Counter(laptops.get(device, device[:8]) for device in said_by)

        def laptop(device: str) -> str:
            name = laptops.get(device, device[:8])
            return f"{name} ({device[:8]})" if alike[name] > 1 else name

        def told(head: Change) -> dict[str, object]:
            return {
                "value": head.value,
                "by": people.get(head.author, head.author),
                "laptop": laptop(head.device),
                "device": head.device,
                "at": head.at.isoformat(timespec="seconds"),
                "here": head.device == here,
            }

        data, lines = [], []
        for each, about in zip(found, abouts, strict=True):
            heads = [told(head) for head in each.heads]
            named = {"id": each.id, "kind": each.kind, "record": each.record, "field": each.field}
            data.append({**named, "about": about, "values": heads})
            what = ", ".join(filter(None, about.values())) or each.kind
            lines.append(f"{each.id}  {what}: {each.field}")
            lines += [f"    {_said(head)}" for head in heads]
            if each.settled is not None:
                data[-1]["settled"] = told(each.settled) | {"reason": each.settled.reason}
                lines.append(f"    = {_said(data[-1]['settled'])}: {each.settled.reason}")
            if each.since is not None:
                data[-1]["since"] = told(each.since)
                lines.append("    " + _("since then: {said}").format(said=_said(data[-1]["since"])))
        nothing = _("No settled conflicts.") if settled else _("No conflicts.")
        output.result("conflicts list", {"conflicts": data}, lines or [nothing])

    @output.verb(conflicts, "resolve")
    @click.argument("ids", metavar="ID…", nargs=-1, required=True)
    @click.option("--take", metavar="ours|theirs|VALUE")
    @click.option("--from", "laptop", metavar="LAPTOP", help="Take what this laptop said: its name or id.")
    @click.option("--reason", required=True)
    @output.BY
    def resolve(ids: tuple[str, ...], take: str | None, laptop: str | None, reason: str, by_name: str) -> None:
        """Settle one, or several in the same way; all values stay in the history."""
        from rubricapp.operations import merging
        from rubricapp.operations.laptops import laptop_meant

        if (take is None) == (laptop is None):
            raise click.UsageError(_("Say one of --take and --from."))
        with output.opened() as ws:
            conflicts = list({each.id: each for each in (merging.find_conflict(ws, one) for one in ids)}.values())
            device = laptop_meant(ws, laptop).device if laptop is not None else ""
            values = [_taken(ws, each, take or "", device) for each in conflicts]
            author = output.author(ws, by_name)
            for each, value in zip(conflicts, values, strict=True):
                merging.resolve(ws, each, value, reason, author)
        settled = [{"id": each.id, "value": value} for each, value in zip(conflicts, values, strict=True)]
        output.result(
            "conflicts resolve",
            {**settled[0], "settled": settled},
            [_("Settled: {value}").format(value=json.dumps(each["value"], ensure_ascii=False)) for each in settled],
        )

    @output.verb(conflicts, "reopen")
    @click.argument("conflict_id", metavar="ID")
    @click.option("--reason", default="", metavar="TEXT")
    @output.BY
    def reopen(conflict_id: str, reason: str, by_name: str) -> None:
        """Take a settlement back: both values, and what was said since, are in conflict; the history keeps all."""
        from rubricapp.operations import merging

        with output.opened() as ws:
            conflict = merging.find_settled(ws, conflict_id)
            changes = merging.reopen(ws, conflict, reason, output.author(ws, by_name))
        output.result(
            "conflicts reopen",
            {"id": conflict.id, "changes": changes.count},
            [_("In conflict again: {kind} {field}").format(kind=conflict.kind, field=conflict.field)],
        )


def _taken(ws, conflict, take: str, device: str) -> object:
    """What is to hold: of a laptop what it said, else what "ours", "theirs" or a value means. Raises UserError."""
    from rubricapp.operations import merging

    if device:
        return merging.said_by(conflict, device)
    if take in ("ours", "theirs"):
        return merging.said_here(ws, conflict, take == "ours")
    return merging.value_typed(conflict, take)


def _said(head: dict) -> str:
    said = ", ".join(filter(None, (head["by"], head["laptop"], head["at"])))
    return f"{json.dumps(head['value'], ensure_ascii=False)}  {said}"


def _about(ws, conflict) -> dict[str, str]:
    """Of whom and of what a conflict is, as far as that can be said; the criterion last."""
    from rubricapp.operations.privacy import everyone
    from rubricapp.store.assessments import load_assessment
    from rubricapp.store.people import list_occasions
    from rubricapp.store.rubrics import load_rubric

    record, _slash, part = conflict.record.partition("/")
    people = everyone(ws)
    if conflict.kind not in ("assessment", "rating"):
        return {"person": people[record].name, "code": people[record].code} if record in people else {}
    try:
        found = load_assessment(ws, record)
        rubric = load_rubric(ws, found.rubric)
    except LookupError:
        return {"criterion": part}
    occasions = {each.id: each.name for each in list_occasions(ws)}
    names = {each: people[each].name for each in (found.participant, found.assessor) if each in people}
    return {
        "participant": names.get(found.participant, ""),
        "rubric": f"{rubric.id}@{rubric.version}",
        "occasion": occasions.get(found.occasion, ""),
        "assessor": names.get(found.assessor, ""),
        "criterion": part,
    }


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = (part.strip() for part in text.rpartition("="))
    if not equals or not theirs or not ours:
        raise UserError(
            "E_SAME",
            _("“{text}” does not say who is who.").format(text=text[:100]),
            _("Nothing was merged."),
            _("Write it as --same THEIRS=OURS: who comes, and who that is here."),
            exit_code=Exit.USAGE,
        )
    return theirs, ours


def _people(brought) -> tuple[list[dict[str, object]], list[str]]:
    """Whom the packages bring that is not known here: as JSON, and in lines."""
    from rubricapp.operations.same_people import say_person

    chosen = {one: kept for each in brought for one, kept in each.choices.items()}
    people: dict[str, dict[str, object]] = {}
    lines = []
    for one in (one for each in brought if each.planned is not None for one in each.planned.people):
        person = one.person
        if person.id in people:
            continue
        people[person.id] = {**output.stranger_as_json(one), "same": chosen.get(person.id)}
        if person.id in chosen:
            meant = next((each.person for each in one.offers if each.person.id == chosen[person.id]), None)
            other = say_person(meant) if meant else chosen[person.id]
            said = _("somebody of their own") if chosen[person.id] == person.id else other
            lines.append(_("{stranger} is {person}.").format(stranger=say_person(person), person=said))
    return list(people.values()), lines


def _say(brought, dry_run: bool, stopped: int = 0) -> None:
    """Say what was merged. stopped: of how many, where somebody stopped it before the last."""
    totals = dict.fromkeys(COUNTS, 0)
    files, problems, lines = [], [], []
    for one in brought:
        entry: dict[str, object] = {"file": str(one.path), "merge": one.merge or None}
        if one.error is not None:
            error = output.in_a_terminal(one.error)
            entry["error"] = error.code
            problem = {"code": error.code, "message": error.what, "do": error.do, "severity": "error"}
            problems.append({"file": str(one.path), **problem})
            lines.append(f"{one.path.name}: {error.message}")
        else:
            counts = one.planned.counts
            totals = {name: totals[name] + counts[name] for name in COUNTS}
            entry |= counts | {"sender": one.manifest.sender_name, "receipt": str(one.receipt) if one.receipt else None}
            problems += [{"file": str(one.path), **output.problem_as_json(each)} for each in one.problems]
            lines.append(
                _("{file}, from {sender}: {new} new, {same} same, {parallel} parallel, {conflict} conflicts").format(
                    file=one.path.name, sender=one.manifest.sender_name or one.manifest.laptop, **counts
                )
            )
            if not dry_run and not counts["new"] and one.changes.count:
                again = _("taken back before, and here again: {n} values").format(n=one.changes.count)
                lines.append(f"    {again}")
            lines += [f"    {line}" for line in output.problem_lines(one.problems)]
        files.append(entry)
    people, said = _people(brought)
    lines += said
    receipts = [entry["receipt"] for entry in files if entry.get("receipt")]
    failed = [one.error for one in brought if one.error is not None]
    if failed:
        code = Exit(failed[0].exit_code) if len(brought) == 1 else Exit.PROBLEMS
    else:
        code = Exit.PROBLEMS if any(each["severity"] == "error" for each in problems) else Exit.DONE
    if stopped:
        code = Exit.CANCELLED
        words = _(
            "Cancelled after {n} of {total} packages: these stay merged. Merge all of them again, nothing comes twice."
        )
        lines.append(words.format(n=len(brought), total=stopped))
    output.result(
        "merge",
        {
            **totals,
            "dry_run": dry_run,
            "cancelled": stopped > 0,
            "files": files,
            "problems": problems,
            "people": people,
            "receipt": receipts[-1] if receipts else None,
        },
        lines,
        code,
    )


def _undo(words: tuple[str, ...], dry_run: bool) -> None:
    from rubricapp.operations.laptops import demand_no_kit, list_writers
    from rubricapp.operations.merging import count_undone, find_merge, undo
    from rubricapp.operations.resting import find_resting, say_resting

    if len(words) != 1:
        raise click.UsageError(_("Write “merge undo LAST” or “merge undo ID”."))
    with output.opened() as ws:
        found = find_merge(ws, words[0])
        demand_no_kit(ws, found)
        resting = find_resting(ws, found.id)
        lines, rests = say_resting(ws, resting), _resting_as_json(ws, resting)
        count = count_undone(ws, found.id) if dry_run else undo(ws, found.id).count
        whose = [each.person.name for each in list_writers(ws) if each.device == found.sender and each.person]
    if dry_run:
        words_ = _("It would take back the merge of {label}, {n} values. Nothing was written.")
    else:
        words_ = _("Taken back: the merge of {label}, {n} values.")
    output.result(
        "merge undo",
        {"merge": found.id, "changes": count, "dry_run": dry_run, "rests": rests},
        [
            words_.format(label=", ".join((*whose, found.label or found.sender[:8])), n=count),
            *(f"    {line}" for line in lines),
        ],
    )


def _resting_as_json(ws, resting) -> dict[str, list[dict[str, object]]]:
    """What rests on a merge: releases, agreed levels, settled conflicts, decisions of committees, and ids of
    later merges of its laptop."""
    from rubricapp.operations.resting import namer

    name = namer(ws)
    return {
        "releases": [
            name(each.participant, each.rubric, each.occasion) | {"released_on": each.released_on}
            for each in resting.releases
        ],
        "agreed": [name(*each.slot) | {"criterion": each.criterion, "value": each.value} for each in resting.agreed],
        "settled": [
            {"id": each.id, "kind": each.kind, "record": each.record, "field": each.field} for each in resting.settled
        ],
        "decided": [
            {key: value for key, value in name(each.participant, "", "").items() if value}
            | {"held_on": each.held_on, "case": each.id}
            for each in resting.decided
        ],
        "later": [each.id for each in resting.later],
    }
