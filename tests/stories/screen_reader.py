"""What a screen reader does, as a program of its own: find everything by role and name, and press it. No Qt here.

Run by the system's Python, which has pyatspi. Prints one JSON object of what it found and did.
"""

from __future__ import annotations

import json
import sys
import time

import pyatspi

PATIENCE = 30.0


def until(look, what):
    """The first thing that `look` gives, asked again and again for a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = look()
        except Exception:  # noqa: BLE001 - the window is being rebuilt while we look; the bus says so in many ways
            found = None
        if found:
            return found
        time.sleep(0.05)
    shown = [
        f"{node.getRoleName()} {node.name!r}" for node in below(application(), lambda each: each.name and showing(each))
    ]
    raise SystemExit(f"a screen reader did not find {what}; it found: {'; '.join(shown)}")


def showing(node) -> bool:
    return node.getState().contains(pyatspi.STATE_SHOWING)


def below(node, wanted):
    """Every accessible below a node for which `wanted` holds, in order."""
    found = []
    for child in node:
        if child is None:
            continue
        if wanted(child):
            found.append(child)
        found += below(child, wanted)
    return found


def press(node) -> None:
    actions = node.queryAction()
    names = [actions.getName(place) for place in range(actions.nActions)]
    actions.doAction(names.index("Press") if "Press" in names else names.index("Toggle"))


def application():
    for desktop in range(pyatspi.Registry.getDesktopCount()):
        for each in pyatspi.Registry.getDesktop(desktop):
            if each is not None and each.name == "rubricapp":
                return each
    return None


def named(app, role, start):
    hits = below(app, lambda node: node.getRoleName() == role and node.name.startswith(start) and showing(node))
    return hits[0] if hits else None


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
