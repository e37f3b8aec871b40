"""The command line: every verb, never Qt. One module per noun; `output` says how results and errors are printed."""

from rubricapp.cli.main import main, run

__all__ = ["main", "run"]
