"""What Home's cards are made of: one thing to do, how far it is, and the way there."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from rubricapp.i18n import _, ngettext
from rubricapp.ui.messages import ElidedLabel, PlainLabel, button
from rubricapp.ui.widgets.layouts import Card, row


def waiting_card(title: str, said: str, words: str, go: QWidget) -> Card:
    """Something that waits for whoever sits here: how much, what it means, and a button that leads there."""
    card = Card()
    card.body.addWidget(PlainLabel(title, "label"))
    told = QVBoxLayout()
    told.setSpacing(0)
    told.addWidget(PlainLabel(said, "strong"))
    told.addWidget(PlainLabel(words, "small muted"))
    go.setAccessibleDescription(said)
    line = row(go)
    line.insertLayout(0, told, 1)
    card.body.addLayout(line)
    return card


def moderation_cards(gaps: int, conflicts: int, wanted: SignalInstance) -> Iterator[Card]:
    """What a lead settles before a release: where assessors differ, and where one said two things."""
    if gaps:
        said = ngettext("{n} gap to moderate", "{n} gaps to moderate", gaps).format(n=gaps)
        go = button(_("Moderate"), "", "scale")
        go.clicked.connect(lambda: wanted.emit("moderation", "list"))
        words = _("Assessors differ there; nothing is released before it is settled.")
        yield waiting_card(_("Moderation"), said, words, go)
    if conflicts:
        said = ngettext("{n} conflict to settle", "{n} conflicts to settle", conflicts).format(n=conflicts)
        go = button(_("Settle"), "", "merge")
        go.clicked.connect(lambda: wanted.emit("merge", ("conflicts",)))
        words = _("One assessor said two things on two laptops; nothing of it is released before.")
        yield waiting_card(_("Conflicts"), said, words, go)


def task(rubric: str, state: str, go: QWidget, done: int, total: int) -> QVBoxLayout:
    """What is to do with one rubric: its name, how far it is, a button, a bar."""
    area = QVBoxLayout()
    area.setSpacing(4)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(ElidedLabel(rubric, "strong"))
    words.addWidget(PlainLabel(state, "small muted"))
    line_ = row(go)
    line_.insertLayout(0, words, 1)
    area.addLayout(line_)
    area.addWidget(bar(done, total, f"{rubric}: {state}"))
    return area


def bar(done: int, total: int, words: str) -> QProgressBar:
    """How much is done, also in words."""
    found = QProgressBar()
    found.setRange(0, max(1, total))
    found.setValue(done)
    found.setTextVisible(False)
    found.setAccessibleName(words)
    return found
