"""What a screen reader does, as a program of its own: find everything by role and name, and press it. No Qt here.

Run by the system's Python, which has pyatspi. Prints one JSON object of what it found and did.
"""

from __future__ import annotations

import json
import sys

import pyatspi
from bus import application, below, named, press, until


def groups(app):
    """The criteria: groups with a name that hold radio buttons."""
    return [
        group
        for group in below(app, lambda node: node.getRoleName() in ("panel", "grouping") and bool(node.name))
        if below(group, lambda node: node.getRoleName() == "radio button")
    ]


def main() -> None:
    chosen = json.loads(sys.argv[1])
    app = until(application, "the application")
    press(until(lambda: named(app, "push button", "Score with Small"), "the button that starts scoring"))
    until(lambda: len(groups(app)) >= len(chosen), "a group for every criterion")
    seen = []
    for group, wanted in zip(groups(app), chosen, strict=True):
        radios = below(group, lambda node: node.getRoleName() == "radio button")
        seen.append(
            {
                "group": group.name,
                "radios": [{"name": radio.name, "description": radio.description} for radio in radios],
            }
        )
        radio = next(radio for radio in radios if radio.name.startswith(wanted))
        press(radio)
        until(lambda: radio.getState().contains(pyatspi.STATE_CHECKED), f"{wanted} of {group.name} checked")  # noqa: B023
    press(until(lambda: named(app, "push button", "Finish scoring"), "Finish"))
    until(lambda: named(app, "push button", "Reopen"), "the finished state, with Reopen")
    print(json.dumps(seen), flush=True)


main()
