#!/usr/bin/env python3
"""Set up this checkout and run it: demo, test, run, bench, check. Nothing but Python 3.11 is needed before.

    python3 packaging/dev.py demo     make the demo workspace, its reports and the workbook; show the window
    python3 packaging/dev.py test     run all tests, the window tests included
    python3 packaging/dev.py run      open the window
    python3 packaging/dev.py bench    measure against the floors
    python3 packaging/dev.py check    ruff: style and faults

What is installed goes into `.venv` and `.cache` of this checkout. As root on Debian and its kin, system packages
that Qt needs are installed with apt-get; RUBRICAPP_NO_APT=1 forbids that.

This file must parse on Python 3.6, to be able to say that 3.11 is needed. The others in this folder need not.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

OLDEST = (3, 11)


def newer_python() -> "str | None":
    """Another Python on this machine that is new enough, or None."""
    for minor in (14, 13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        # A shim may exist for a version that is not installed: believe only one that answers.
        if found and subprocess.call([found, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return found
    return None


if sys.version_info < OLDEST:
    _found = newer_python()
    if _found is not None:
        sys.exit(subprocess.call([_found, *sys.argv]))
    sys.exit(
        f"rubricapp needs Python 3.11 or newer; this is Python {sys.version.split()[0]} ({sys.executable}).\n"
        "Install a newer one (https://www.python.org/downloads/, or `apt-get install python3` on Debian 12) "
        "and run the same command with it."
    )

from collections.abc import Iterator  # noqa: E402 - after the message above
from pathlib import Path  # noqa: E402

import dev_environment  # noqa: E402
import dev_system  # noqa: E402
from dev_environment import ROOT, Environment, SetupError, say  # noqa: E402

VERBS = ("demo", "test", "run", "bench", "check")


def exit_code(returned: int) -> int:
    """The exit code to hand on: a child ended by signal n gives 128 + n, as shells do."""
    return 128 - returned if returned < 0 else returned


def call(environment: Environment, *arguments: str, **extra: str) -> int:
    """Run Python with `arguments` in the environment; `extra` are environment variables. Returns its exit code."""
    return exit_code(
        subprocess.call([str(environment.python), *arguments], cwd=ROOT, env={**environment.variables(), **extra})
    )


MOST_CORES = 4
"""Tests at once: each has a window system and a Python of its own, 300 MB."""
ENOUGH = 6 << 30
"""Bytes that must be free in memory before tests' files go there."""


def out_directory(arguments: list[str]) -> tuple[Path, list[str]]:
    """The folder of `--out DIR` (or `--out=DIR`) and the remaining arguments; out/demo when not given."""
    rest: list[str] = []
    out = ROOT / "out" / "demo"
    words = iter(arguments)
    for word in words:
        if word == "--out":
            out = Path(next(words, str(out)))
        elif word.startswith("--out="):
            out = Path(word.removeprefix("--out="))
        else:
            rest.append(word)
    return out.absolute(), rest


def show_window(environment: Environment, *arguments: str) -> int:
    """Open the window; where it cannot be opened, say why in one line and return 1."""
    if not dev_system.has_screen(sys.platform, os.environ):
        say("No screen here, so no window. On a desktop: python3 packaging/dev.py run")
        return 1
    libraries = dev_system.ensure_qt(environment, offscreen=False)
    if libraries.problem:
        say(f"The window cannot be opened: {libraries.problem}")
        return 1
    return call(environment, "-m", "rubricapp", "gui", *arguments, **libraries.variables)


def demo(environment: Environment, arguments: list[str]) -> int:
    window = "--no-window" not in arguments
    out, rest = out_directory([word for word in arguments if word != "--no-window"])
    code = call(environment, "-m", "rubricapp", "demo", "--out", str(out), *rest)
    if code != 0 or {"--help", "-h"} & set(rest):
        return code
    say(f"The demo lies in {out}")
    if window:
        show_window(environment, str(out / "workspace"))  # without a window the demo is done all the same
    return 0


def run(environment: Environment, arguments: list[str]) -> int:
    return show_window(environment, *arguments)


def qt_for_tests(environment: Environment) -> tuple[dict[str, str], str]:
    """Environment variables for windows without a screen, and why there can be none (empty when all is well)."""
    libraries = dev_system.ensure_qt(environment, offscreen=True)
    return {"QT_QPA_PLATFORM": "offscreen", **libraries.variables}, libraries.problem


def test(environment: Environment, arguments: list[str]) -> int:
    variables, problem = qt_for_tests(environment)
    chosen: list[str] = []
    if problem:
        say(f"The window tests are left out: {problem}")
        chosen = ["-m", "not gui and not screen"]
    else:
        missing = dev_system.ensure_virtual_screen()
        if missing:
            say(f"The tests on a virtual screen will be skipped: {', '.join(missing)} not installed.")
    if not dev_system.has_browser():
        say("The tests in a browser will be skipped: chromium is not installed.")
    cores = min(os.cpu_count() or 1, MOST_CORES)
    if not arguments and cores > 1:
        chosen += ["-n", str(cores)]
    with in_memory() as folder:
        return call(environment, "-m", "pytest", *chosen, *arguments, **variables, **folder)


@contextlib.contextmanager
def in_memory() -> "Iterator[dict[str, str]]":
    """Where temporary files of tests go: into memory where there is plenty, since each saving waits for a disk."""
    shared = Path("/dev/shm")
    if not (os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ENOUGH):
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="rubricapp-tests-", dir=shared, ignore_cleanup_errors=True) as name:
        yield {"TMPDIR": name}


def bench(environment: Environment, arguments: list[str]) -> int:
    variables, problem = qt_for_tests(environment)
    if problem:
        say(f"The window cannot be measured: {problem}")
    return call(environment, "-m", "tests.benchmarks", *arguments, **variables)


def check(environment: Environment, arguments: list[str]) -> int:
    lint = call(environment, "-m", "ruff", "check", ".", *arguments)
    layout = call(environment, "-m", "ruff", "format", "--check", ".")
    return lint or layout


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help") or arguments[0] not in VERBS:
        asked = bool(arguments) and arguments[0] in ("-h", "--help", "help")
        print(__doc__ if asked else f"Use: python3 packaging/dev.py {'|'.join(VERBS)} [arguments…]", flush=True)
        return 0 if asked else 2
    try:
        environment = dev_environment.ready()
        return {"demo": demo, "test": test, "run": run, "bench": bench, "check": check}[arguments[0]](
            environment, arguments[1:]
        )
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old Windows console cannot show every sign
    sys.exit(main(sys.argv[1:]))
