"""`rubricapp` and `python -m rubricapp`: without a verb the window, where there is a screen; else the command line."""

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


def main() -> None:
    """Choose the door."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["gui"] or (not arguments and has_screen()):
        from rubricapp import app

        sys.exit(app.main(arguments[1:]))
    from rubricapp import cli

    sys.exit(cli.run(arguments or ["--help"]))


if __name__ == "__main__":
    main()
