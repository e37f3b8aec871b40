"""An alumna with a screen reader, as a program of its own: she opens her portfolio, adds to it, saves it.

Run by the system's Python. Arguments: what to do, and a folder to save in. Prints one JSON object of what she heard.
"""

from __future__ import annotations

import json
import sys

from bus import application, below, named, press, reads, showing, until, write


def tab(app, name) -> None:
    press(until(lambda: named(app, "page tab", name), f"the tab {name}"))


def box(app, name):
    hits = below(app, lambda node: node.getRoleName() == "text" and node.name == name and showing(node))
    return hits[0] if hits else None


def heard(app, part) -> str:
    return until(lambda: reads(app, part), part).name


def first_time(app, folder) -> dict:
    said = {"verdict": heard(app, "Whole: every byte"), "for": heard(app, "Nothing you do here changes it.")}
    tab(app, "Results")
    said["level"] = heard(app, "Level 4 of 5")
    said["words"] = heard(app, "Descriptor 4 of TST-1")
    tab(app, "Added later")
    write(until(lambda: box(app, "When"), "the box for the day"), "2027-05-14")
    write(until(lambda: box(app, "Where"), "the box for the place"), "Festival of the Four Winds")
    press(until(lambda: named(app, "push button", "Add this showing"), "the button that adds"))
    said["kept"] = heard(app, "Kept beside the portfolio file")
    tab(app, "Save")
    write(until(lambda: box(app, "Folder"), "the box for the folder"), folder)
    buttons = lambda: below(  # noqa: E731
        app, lambda node: node.name == "Save as PDF and web pages" and node.getRoleName() == "push button"
    )
    press(until(buttons, "the button that saves")[0])
    said["saved"] = heard(app, "files saved")
    return said


def again(app, _folder) -> dict:
    said = {"verdict": heard(app, "Whole: every byte")}
    tab(app, "Added later")
    said["showing"] = heard(app, "Festival of the Four Winds")
    return said


def altered(app, _folder) -> dict:
    return {"verdict": heard(app, "This file was altered after it was signed"), "part": heard(app, "words and levels")}


def main() -> None:
    act = {"first": first_time, "again": again, "altered": altered}[sys.argv[1]]
    app = until(application, "the application")
    print(json.dumps(act(app, sys.argv[2])), flush=True)


main()
