"""The group of all verbs, and the one place where errors become exit codes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys

import click

from rubricapp import __version__, i18n, settings
from rubricapp.cli import output
from rubricapp.errors import Cancelled, Exit, UserError
from rubricapp.i18n import _

VERBS = (
    "assessing",
    "assigning",
    "calibration",
    "committee",
    "mentoring",
    "merging",
    "moderation",
    "packages",
    "peer",
    "people",
    "history",
    "person",
    "portfolio",
    "portfolio_files",
    "production_log",
    "protection",
    "recovery",
    "releases",
    "reports",
    "rubrics",
    "timeline",
    "workspaces",
)
"""The modules that add verbs, one a line."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="rubricapp")
@output.common
def cli() -> None:
    """Assess people against competency rubrics in film residencies: fairly, offline, with proof.

    Without a verb the window opens, where there is a screen.
    """


@functools.cache
def _load_verbs() -> None:
    """Each module adds its verbs; that costs, so not before they are needed, and once in a process."""
    for name in VERBS:
        importlib.import_module(f"rubricapp.cli.{name}").register(cli)


def run(arguments: list[str]) -> int:
    """Run one verb; returns the exit code. Never raises for what a user can do."""
    try:
        return _run(arguments)
    except BrokenPipeError:
        # Whoever read us went away, as `head` does: not our failure, but Python would complain again at exit.
        sys.stdout = None  # type: ignore[assignment]
        return int(Exit.DONE)


def _run(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")
    as_json, command = "--json" in arguments, ""
    try:
        _load_verbs()
        command = _verb(arguments)
        i18n.use(_language(arguments))
        code = cli.main(args=arguments, prog_name="rubricapp", standalone_mode=False)
        return code if isinstance(code, int) else int(Exit.DONE)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except UserError as error:
        return output.report_error(error, as_json, command)
    except (Cancelled, click.Abort, KeyboardInterrupt):
        stopped = UserError("E_CANCELLED", _("Cancelled."), _("What was finished stays."), exit_code=Exit.CANCELLED)
        return output.report_error(stopped, as_json, command)
    except click.ClickException as error:
        if as_json:
            problem = {"code": "E_USAGE", "message": error.format_message(), "do": _("See --help.")}
            output.print_failure({"ok": False, "command": command, "problems": [problem]})
        error.show()
        return int(Exit.USAGE)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the one door for bugs: logged whole, said once
        return _bug(error, as_json, command)


def _bug(error: Exception, as_json: bool, command: str) -> int:
    from rubricapp import logs

    path = logs.keep_traceback(error)
    said = UserError(
        "E_BUG",
        _("Something went wrong that should not: {error}.").format(error=f"{type(error).__name__}: {error}"),
        _("What was saved before is safe."),
        _("Please report it with the file {path}.").format(path=path),
        exit_code=Exit.BUG,
    )
    return output.report_error(said, as_json, command)


def _verb(arguments: list[str]) -> str:
    """The words of the verb ("people import"), without options and their values."""
    words: list[str] = []
    group: click.Command | None = cli
    skip = False
    for argument in arguments:
        if skip or argument.startswith("-"):
            skip = argument in ("--workspace", "--unlock-file", "--lang")
            continue
        group = group.commands.get(argument) if isinstance(group, click.Group) else None
        if group is None:
            break
        words.append(argument)
    return " ".join(words)


def _language(arguments: list[str]) -> str:
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return settings.load().language or i18n.system_language()


def main(arguments: list[str] | None = None) -> None:
    """The console's door: run and exit."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
