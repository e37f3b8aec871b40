"""recovery make, recovery test, recovery show: the programme's key on paper."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.i18n import _


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("recovery")
    def recovery() -> None:
        """The programme's recovery key: opens every package, lives on paper alone."""

    @output.verb(recovery, "make")
    @click.option(
        "--out",
        type=click.Path(path_type=Path, readable=False),
        required=True,
        metavar="SHEET",
        help="A .pdf or .txt file.",
    )
    def make(out: Path) -> None:
        """Write a sheet with a new key. It is not in force before it was typed back."""
        from rubricapp.operations.recovery import make_sheet, say_void

        with output.opened(leads=True) as ws:
            made = make_sheet(ws, out)
        output.result(
            "recovery make",
            {"file": str(made.path), "fingerprint": made.fingerprint, "void": made.void or None},
            [
                str(made.path),
                _("Fingerprint of its public half: {fingerprint}").format(fingerprint=made.fingerprint),
                *filter(None, [say_void(made)]),
                _("Not in force yet: print it, type the key from the paper, and say “recovery test --key-file FILE”."),
            ],
        )

    @output.verb(recovery, "test")
    @click.option(
        "--key-file",
        type=click.Path(path_type=Path, readable=False),
        required=True,
        metavar="F",
        help="The key, typed from the sheet.",
    )
    def test(key_file: Path) -> None:
        """Prove that the key can be read from its sheet; from then on packages are sealed for it, too."""
        from rubricapp.operations.recovery import key_in_file, load_state, prove

        (key,) = key_in_file(key_file)
        with output.opened(leads=True) as ws:
            changes = prove(ws, key)
            state = load_state(ws)
        words = (
            _("The key opens. Packages made from now on are sealed for it, too: {fingerprint}")
            if changes
            else _("The key opens, and is the one in force: {fingerprint}")
        )
        output.result(
            "recovery test",
            {"fingerprint": state.tested, "new": bool(changes)},
            [words.format(fingerprint=state.tested), _("Delete the file into which it was typed.")],
        )

    @output.verb(recovery, "show")
    def show() -> None:
        """Which recovery key is in force, and whether one waits for its test."""
        from rubricapp.operations.recovery import load_state

        with output.opened() as ws:
            state = load_state(ws)
        lines = [
            _("In force: {fingerprint}").format(fingerprint=state.tested)
            if state.tested
            else _("No recovery key is in force: a lost key means lost packages.")
        ]
        if state.waits:
            lines.append(
                _("Made on {day} and not tested yet: {fingerprint}").format(
                    day=f"{state.waits_since:%Y-%m-%d}", fingerprint=state.waits
                )
            )
        output.result(
            "recovery show",
            {
                "tested": state.tested or None,
                "waits": state.waits or None,
                "waits_since": state.waits_since.isoformat() if state.waits_since else None,
            },
            lines,
        )
