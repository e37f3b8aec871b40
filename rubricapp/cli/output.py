"""Results on stdout, progress and remarks on stderr, one JSON object with --json; errors in the words of the window."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rubricapp import paths
from rubricapp.core.model import Problem
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store.workspace import Workspace, open_

if TYPE_CHECKING:
    from rubricapp.operations.same_people import Stranger


@dataclass
class Options:
    """What holds for every verb. workspace: None where nobody said."""

    workspace: Path | None = None
    json: bool = False
    unlock_file: Path | None = None
    quiet: bool = False
    yes: bool = False
    language: str = ""


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def remember(context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        options = context.find_root().ensure_object(Options)
        if value:
            setattr(options, name, value)
        return value

    return remember


def common(command: Callable) -> Callable:
    """The options that may stand before or after the verb."""
    for decorate in (
        click.option(
            "--workspace",
            type=click.Path(path_type=Path, readable=False),
            callback=_keep("workspace"),
            expose_value=False,
            metavar="DIR",
            help="The workspace folder; else RUBRICAPP_WORKSPACE, else your own.",
        ),
        click.option(
            "--unlock-file",
            type=click.Path(path_type=Path, readable=False),
            callback=_keep("unlock_file"),
            expose_value=False,
            metavar="F",
            help="The passphrase of a protected workspace, in its first line; else RUBRICAPP_PASSPHRASE_FILE.",
        ),
        click.option("--json", is_flag=True, callback=_keep("json"), expose_value=False, help="One JSON object."),
        click.option("--quiet", is_flag=True, callback=_keep("quiet"), expose_value=False, help="Results only."),
        click.option("--yes", is_flag=True, callback=_keep("yes"), expose_value=False, help="Do not ask."),
        click.option("--lang", callback=_keep("language"), expose_value=False, metavar="CODE", help="Language."),
    ):
        command = decorate(command)
    return command


def options() -> Options:
    """The options of this call."""
    return click.get_current_context().find_root().ensure_object(Options)


def workspace_folder() -> Path:
    """The folder meant: --workspace, RUBRICAPP_WORKSPACE, the user's own."""
    chosen = options().workspace
    if chosen is not None:
        return chosen
    named = os.environ.get("RUBRICAPP_WORKSPACE")
    return Path(named).expanduser() if named else paths.default_workspace()


@contextmanager
def opened(read_only: bool = False, daily_backup: bool = True, leads: bool = False) -> Iterator[Workspace]:
    """The workspace, open for one verb. Says what is risky about its place, and makes the day's backup.

    leads: for verbs of whoever leads the programme; a workspace that came as somebody's kit refuses them.
    After the verb the week's backup is restored on trial, as the window does it; a bad one is said.
    """
    from rubricapp.operations.backups import back_up_daily

    with open_(workspace_folder(), read_only=read_only, unlock=unlock) as ws:
        if leads:
            from rubricapp.operations.laptops import demand_leading

            demand_leading(ws)
        for warning in ws.warnings:
            remark(warning)
        made = None
        if daily_backup and not ws.read_only:
            try:
                made = back_up_daily(ws)
            except UserError as error:
                remark(in_a_terminal(error).message)
        yield ws
        if made is not None:
            _rehearse_where_due(ws)


def _rehearse_where_due(ws: Workspace) -> None:
    from rubricapp.operations import rehearsing

    try:
        file = rehearsing.due(ws)
        if file is None:
            return
        seen = (
            progress() if sys.stderr is not None and sys.stderr.isatty() else None
        )  # a script hears only of a bad one
        said = rehearsing.alarm(rehearsing.rehearse(ws, file, seen))
    except UserError as error:
        said = error.message
    if said:
        remark(said)


def unlock(kept: Mapping[str, Any]) -> bytes:
    """The key of a protected workspace, by the passphrase that was given, or by this computer's keychain where that
    remembers it; else it is asked for on a terminal. Raises UserError."""
    from rubricapp.exchange.unlocking import by_passphrase
    from rubricapp.store.key_file import protected

    file = options().unlock_file
    named = os.environ.get("RUBRICAPP_PASSPHRASE_FILE")
    if file is None and named:
        file = Path(named).expanduser()
    if file is not None:
        return by_passphrase(kept, first_line(file))
    if kept.get("keychain"):
        from rubricapp.exchange.keychain import by_keychain

        try:
            return by_keychain(kept)
        except UserError as error:
            remark(error.what)
    if not sys.stdin.isatty() or options().json:
        raise protected()
    return by_passphrase(kept, click.prompt(_("Passphrase of this workspace"), hide_input=True, err=True))


def first_line(file: Path | None) -> str:
    """The first line of a file; "" without a file. Raises UserError, also where the line is empty."""
    if file is None:
        return ""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            line = opened.readline(10_000).rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            _("{file} cannot be read.").format(file=file),
            "",
            _("Write the passphrase into its first line, as UTF-8 text."),
            type(error).__name__,
            Exit.UNREADABLE,
        ) from error
    if not line.strip():
        raise UserError(
            "E_EMPTY",
            _("The first line of {file} is empty.").format(file=file),
            _("Nothing was changed."),
            _("Write the passphrase into its first line, as UTF-8 text."),
            exit_code=Exit.USAGE,
        )
    return line


def remark(text: str) -> None:
    """Something worth saying that is not the result."""
    if not options().quiet:
        click.echo(told(text), err=True)


def stranger_as_json(one: Stranger) -> dict[str, object]:
    """Somebody who may be a person known here, with those."""
    return {
        "id": one.person.id,
        "name": one.person.name,
        "code": one.person.code,
        "offers": [
            {
                "id": each.person.id,
                "name": each.person.name,
                "code": each.person.code,
                "reason": each.reason.value,
                "why": each.why,
                "likely": each.likely,
            }
            for each in one.offers
        ],
    }


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """A problem with the fields that scripts rely on."""
    found: dict[str, Any] = {"row": problem.row or None, "column": problem.column or None}
    found |= {"code": problem.code, "message": problem.message, "do": problem.do, "severity": problem.severity}
    return found


def result(command: str, data: Mapping[str, Any], lines: Iterable[str], code: Exit = Exit.DONE) -> None:
    """Print what a verb found, as one JSON object or as lines, and end with the exit code."""
    if options().json:
        whole = {"ok": code == Exit.DONE, "command": command, **data}
        lines = (_json(whole),)
    else:
        lines = map(told, lines)
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        # Whoever read us went away, as `head` does: not our failure. click would end with 1, Python complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise UserError(
            "E_CANNOT_PRINT",
            _("The result could not be written to where the output goes."),
            _("What the verb did is done."),
            _("Free some space there, or send the output elsewhere."),
            str(error),
        ) from error
    if code != Exit.DONE:
        click.get_current_context().exit(int(code))


_ORDERS = dict.fromkeys(
    (*range(9), *range(11, 32), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)), "�"
)
"""Controls, those above ASCII among them that a terminal takes for an escape, and what turns a line's direction."""


def safe_line(text: str) -> str:
    """Text of a stranger for a terminal: no escape sequences, and nothing that shows it in another order."""
    return text.translate(_ORDERS)


def told(text: str) -> str:
    """One line of ours for a terminal. Where words in it go on in a new line, that is set in: a comment of several
    lines looks like no other change, and a file's name like no other result."""
    margin = len(text) - len(text.lstrip(" ")) + 4
    return safe_line(text).replace("\n", "\n" + " " * margin)


def _json(whole: Mapping[str, Any]) -> str:
    """As JSON that may be shown on a terminal, too: the same value, its controls written as escapes."""
    said = json.dumps(whole, ensure_ascii=False, indent=2)
    return said.translate({code: f"\\u{code:04x}" for code in _ORDERS if code >= 32})


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """One line for each problem: row, column, what, what to do."""
    for problem in problems:
        place = ", ".join(
            part
            for part in (
                _("row {row}").format(row=problem.row) if problem.row else "",
                problem.column,
            )
            if part
        )
        prefix = _("warning: ") if problem.severity == "warning" else ""
        if problem.row and f" {problem.row}" in problem.message[:24]:
            place = ""  # the message says it already
        yield prefix + (f"{place}: " if place else "") + f"{problem.message} {problem.do}".rstrip()


def progress() -> Progress:
    """Progress on stderr: one line rewritten on a terminal, every tenth as a line elsewhere."""
    quiet = options().quiet
    terminal = sys.stderr is not None and sys.stderr.isatty()
    last = ""

    def show(done: int, total: int, label: str) -> None:
        nonlocal last
        said = f"{done}/{total} {safe_line(' '.join(label.split()))}"
        if quiet or said == last:
            return
        if terminal:
            click.echo(f"\r{said[:70]:70}", nl=done == total, err=True)
        elif done == total or done % max(1, total // 10) == 0:
            click.echo(said, err=True)
        last = said

    return Progress(on_step=show)


def print_failure(whole: Mapping[str, Any]) -> None:
    """One JSON object about a failure. Where the output is full it goes nowhere; words follow beside it."""
    try:
        click.echo(_json(whole))
    except BrokenPipeError:
        raise
    except OSError:
        return


def in_a_terminal(error: UserError) -> UserError:
    """The same failure in words for where there is no window to keep open and nothing to press."""
    if error.code != "E_DISK":
        return error
    from rubricapp.store.engine import KEEP_OPEN

    if error.do != KEEP_OPEN:
        return error
    return UserError(
        error.code,
        _("The disk of the workspace is full or cannot be written, so this was not saved."),
        _("Everything saved before it is safe."),
        _("Free some space there, then give the same command again."),
        error.details,
        error.exit_code,
    )


def report_error(error: UserError, as_json: bool, command: str) -> int:
    """Print an expected failure in the form asked for; returns its exit code."""
    error = in_a_terminal(error)
    if as_json:
        problem = {"code": error.code, "message": error.what, "safe": error.safe, "do": error.do}
        whole = {"ok": False, "command": command, "problems": [problem | {"details": error.details}]}
        print_failure(whole)
    click.echo(told(error.message), err=True)
    if error.details and not as_json:
        click.echo(told(_("Details: {details}").format(details=error.details)), err=True)
    return int(error.exit_code)


def verb(group: click.Group, name: str) -> Callable[[Callable], click.Command]:
    """Register a function as a verb with the common options."""

    def register(function: Callable) -> click.Command:
        @functools.wraps(function)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            return function(*arguments, **named)

        return group.command(name)(common(wrapped))

    return register


BY = click.option("--by", "by_name", default="", metavar="NAME", help="Who does it: kept in the history.")


def author(ws, name: str) -> str:
    """The id of whoever does it, for the history; "" where nobody was named. Raises UserError."""
    from rubricapp.operations.people import who

    return who(ws, name).id if name else ""
