"""What a screen reader can do on the accessibility bus, for the system's Python, which has pyatspi. No Qt here."""

from __future__ import annotations

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


def write(node, text) -> None:
    """Put a text into a box, as dictation software does."""
    node.queryEditableText().setTextContents(text)


def reads(app, part):
    """The first thing shown whose name holds this text."""
    hits = below(app, lambda node: part in (node.name or "") and showing(node))
    return hits[0] if hits else None
