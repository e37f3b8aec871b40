"""`rubricapp` and `python -m rubricapp`: without a verb the window, where there is a screen; else the command line.

A package alone, as a double click hands it over, is opened in the window, too.
"""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Whether a window can be shown: a display on Linux; elsewhere yes, unless one is logged in from afar."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal", "vnc"):
        return True
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return "SSH_CONNECTION" not in os.environ


def is_read_by_a_person() -> bool:
    """Whether what is printed goes to a terminal, and not to a file or another program."""
    return sys.stdout is not None and sys.stdout.isatty()


def file_to_show(arguments: list[str]) -> str:
    """The file that a window should show: what a double click hands over, or `portfolio open FILE` in a terminal."""
    if len(arguments) == 1 and arguments[0].casefold().endswith((".rubricfolio", ".rubricpack")):
        return arguments[0]
    opening = len(arguments) == 3 and arguments[:2] == ["portfolio", "open"] and is_read_by_a_person()
    return arguments[2] if opening and not arguments[2].startswith("-") else ""


def main() -> None:
    """Choose the door. Ctrl-C while everything is still being read in is a cancellation like any other."""
    try:
        _main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled. What was finished stays.\n")
        sys.exit(130)


def _main(arguments: list[str]) -> None:
    file = file_to_show(arguments)
    if arguments[:1] == ["gui"] or ((not arguments or file) and has_screen()):
        from rubricapp import app

        sys.exit(app.main([file] if file else arguments[1:]))
    from rubricapp import cli

    if file and len(arguments) == 1:  # without a screen a double click's words are those of the verb
        verb = ["package", "inspect"] if file.casefold().endswith(".rubricpack") else ["portfolio", "open"]
        arguments = [*verb, file]
    sys.exit(cli.run(arguments or ["--help"]))


if __name__ == "__main__":
    main()
