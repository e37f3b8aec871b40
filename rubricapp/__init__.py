"""Assess people against competency rubrics in film residencies: fairly, offline, with proof."""

__version__ = "0.1.0"
