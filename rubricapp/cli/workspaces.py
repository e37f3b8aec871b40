"""demo, init, check, backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.errors import Exit
from rubricapp.i18n import _, ngettext

_DIRECTORY = click.Path(path_type=Path, file_okay=False, readable=False)
_FILE = click.Path(path_type=Path, readable=False)


def _check_chains() -> None:
    """With --json: {"changes": N, "devices": [{device, label, first, last, changes, in_parts, whole, problems}…]}."""
    from rubricapp.operations.checking import check_chains

    with output.opened(daily_backup=False) as ws:
        found = check_chains(ws)
    devices, lines = [], []
    for each in found:
        problems = [output.problem_as_json(problem) | {"seq": seq} for seq, problem in each.problems]
        devices.append(
            {
                "device": each.device,
                "label": each.label,
                "first": each.first,
                "last": each.last,
                "changes": each.changes,
                "in_parts": each.in_parts,
                "whole": not each.problems,
                "problems": problems,
            }
        )
        words = _("{label} {device}: {n} changes, {first} to {last}: whole")
        if each.problems:
            words = _("{label} {device}: {n} changes, {first} to {last}: not whole")
        elif each.in_parts:
            words = _("{label} {device}: {n} changes, {first} to {last}, those of a kit: whole")
        lines.append(
            words.format(
                label=each.label, device=each.device[:8], n=each.changes, first=each.first, last=each.last
            ).strip()
        )
        lines += [f"    {line}" for line in output.problem_lines(problem for _seq, problem in each.problems)]
    broken = any(each.problems for each in found)
    data = {"changes": sum(each.changes for each in found), "devices": devices}
    output.result("check", data, lines, Exit.DAMAGED if broken else Exit.DONE)


def _rehearsal_as_json(rehearsal) -> dict[str, object] | None:
    if rehearsal is None:
        return None
    return {
        "ok": rehearsal.ok,
        "at": rehearsal.at.isoformat(timespec="seconds"),
        "file": rehearsal.file,
        "seconds": rehearsal.seconds,
        "changes": rehearsal.changes,
        "people": rehearsal.people,
        "assessments": rehearsal.assessments,
        "ratings": rehearsal.ratings,
        "files": rehearsal.files,
        "problems": [output.problem_as_json(each) for each in rehearsal.problems],
    }


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "demo")
    @click.option("--out", type=_DIRECTORY, required=True, help="Folder for the demo workspace and its reports.")
    def demo(out: Path) -> None:
        """Make the demo programme (invented people), score in it, and write all reports."""
        from rubricapp.operations.demo import run_demo

        made = run_demo(out, output.progress())
        files = [made.workspace, *made.files]
        output.result(
            "demo",
            {
                "workspace": str(made.workspace),
                "files": [str(path) for path in made.files],
                "problems": [output.problem_as_json(each) for each in made.problems],
            },
            [*(str(path) for path in files), *output.problem_lines(made.problems)],
            Exit.PROBLEMS if made.problems else Exit.DONE,
        )

    @output.verb(cli, "init")
    @click.argument("directory", type=_DIRECTORY)
    @click.option("--programme", required=True, metavar="NAME")
    @click.option("--edition", required=True, metavar="NAME")
    @click.option("--starts-on", default="", metavar="DAY")
    @click.option("--ends-on", default="", metavar="DAY")
    def init(directory: Path, programme: str, edition: str, starts_on: str, ends_on: str) -> None:
        """Make a workspace with its edition, three occasions and the shipped rubrics."""
        from rubricapp.operations.programmes import start
        from rubricapp.store.rubrics import list_rubrics

        with start(directory, programme, edition, starts_on, ends_on) as ws:
            rubrics = [each.id for each in list_rubrics(ws)]
            for warning in ws.warnings:
                output.remark(warning)
        output.result(
            "init",
            {"workspace": str(directory), "rubrics": rubrics},
            [_("Made {folder} with the rubrics {list}.").format(folder=directory, list=", ".join(rubrics))],
        )

    @output.verb(cli, "check")
    @click.option("--files", is_flag=True, help="Also read every artefact and compare its hash.")
    @click.option("--chain", is_flag=True, help="Only verify every device's chain of changes, link by link.")
    def check(files: bool, chain: bool) -> None:
        """Recompute everything from the change log and compare."""
        from rubricapp.operations.checking import check as run_check

        if chain:
            _check_chains()
            return
        with output.opened(read_only=False, daily_backup=False) as ws:
            found = run_check(ws, files)
        only_files = all(each.code in ("CHECK_FILE", "CHECK_REFERENCE") for each in found.problems)
        code = Exit.DONE if found.ok else (Exit.PROBLEMS if only_files else Exit.DAMAGED)
        output.result(
            "check",
            {"changes": found.changes, "problems": [output.problem_as_json(each) for each in found.problems]},
            [
                *output.problem_lines(found.problems),
                _("{n} changes checked: everything follows from the log.").format(n=found.changes)
                if found.ok
                else _("{n} changes checked, {p} problems.").format(n=found.changes, p=len(found.problems)),
            ],
            code,
        )

    @output.verb(cli, "backup")
    @click.option("--to", type=_DIRECTORY, help="Another folder (a stick); the artefacts come along.")
    @click.option("--rehearse", is_flag=True, help="Restore the newest backup (or that of --to) on trial, and say so.")
    def backup(to: Path | None, rehearse: bool) -> None:
        """Write a checked backup; once a week it is restored on trial."""
        from rubricapp.operations import rehearsing
        from rubricapp.operations.backups import back_up

        with output.opened(daily_backup=False) as ws:
            if rehearse and to is None:
                path = rehearsing.newest(ws) or back_up(ws, progress=output.progress())
            else:
                path = back_up(ws, to, output.progress())
            tried = None
            if rehearse or (to is None and rehearsing.due(ws) is not None):
                tried = rehearsing.rehearse(ws, path, output.progress())
        said = {"file": str(path), "size": path.stat().st_size, "rehearsal": _rehearsal_as_json(tried)}
        lines = [str(path)]
        if tried is not None:
            lines += [rehearsing.alarm(tried) or rehearsing.say_rehearsal(tried), *output.problem_lines(tried.problems)]
        output.result("backup", said, lines, Exit.DONE if tried is None or tried.ok else Exit.DAMAGED)

    @output.verb(cli, "restore")
    @click.argument("file", type=_FILE)
    def restore(file: Path) -> None:
        """Put a backup in the workspace's place; what was there is set aside."""
        from rubricapp.operations.backups import restore as put_back

        done = put_back(output.workspace_folder(), file, unlock=output.unlock)
        lines = [
            _("Restored {programme}, {n} changes, made {when}.").format(
                programme=done.programme, n=done.backup.changes, when=f"{done.backup.made_at:%Y-%m-%d %H:%M}"
            )
        ]
        if done.absent:
            words = ngettext(
                "{n} file of a work is not here: “backup --to” copies hold it, or use “artefact relink”.",
                "{n} files of works are not here: “backup --to” copies hold them, or use “artefact relink”.",
                len(done.absent),
            )
            lines.append(words.format(n=len(done.absent)))
        if done.set_aside:
            lines.append(
                _("The state before, with {n} later changes, is kept in {path}.").format(
                    n=done.lost, path=done.set_aside
                )
            )
        output.result(
            "restore",
            {
                "changes": done.backup.changes,
                "lost": done.lost,
                "missing": list(done.absent),
                "set_aside": str(done.set_aside) if done.set_aside else None,
            },
            lines,
            Exit.PROBLEMS if done.absent else Exit.DONE,
        )

    @output.verb(cli, "doctor")
    def doctor() -> None:
        """Look at this machine: versions, fonts, libraries, space, writing."""
        from rubricapp.operations.checking import examine

        found = examine(output.workspace_folder())
        marks = {True: "✓", False: "✗", None: " "}
        bad = [each for each in found if each.ok is False]
        output.result(
            "doctor",
            {"findings": [{"name": f.name, "value": f.value, "ok": f.ok, "do": f.do} for f in found]},
            [f"{marks[each.ok]} {each.name}: {each.value} {each.do}".rstrip() for each in found],
            Exit.PROBLEMS if bad else Exit.DONE,
        )
