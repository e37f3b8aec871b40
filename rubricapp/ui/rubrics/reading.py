"""A rubric as it is read: what it is for, how the total comes about, each criterion with its levels side by side."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from rubricapp.core.model import Criterion, Level, RubricVersion
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.widgets.labels import line
from rubricapp.ui.widgets.layouts import Card, flow

_COLUMN_EM = 11
"""Widths of M that a level's words need beside the others; below it the levels stand one under the other."""
_EDGE = 5


def rule_in_words(rubric: RubricVersion) -> list[str]:
    """How the total comes about, in whole sentences."""
    gates = [each for each in rubric.criteria if each.gate is not None]
    said = [
        _(
            "The total is the mean of the levels, each counted with its criterion's weight: from 1 to {top}. In"
            " percent, level 1 throughout is 0 % and level {top} throughout is 100 %."
        ).format(top=rubric.top_level),
        _(
            "It is given once levels for at least {percent} % of the weight are there; until then the report says how"
            " much is covered, and between which values the total would lie."
        ).format(percent=rubric.needs_coverage),
        _(
            "Not applicable leaves the sum. Not observed and insufficient evidence count as missing, never as a low"
            " level."
        ),
    ]
    if gates:
        said.append(
            ngettext(
                "{list} is a gate: below its level it is not met, whatever the total, and without a level there is no"
                " total.",
                "{list} are gates: below its level a gate is not met, whatever the total, and without a level for each"
                " there is no total.",
                len(gates),
            ).format(list=", ".join(f"{each.title} ({each.gate})" for each in gates))
        )
    return said


def overview_card(rubric: RubricVersion) -> Card:
    """Title, summary, the scale, the rule of the total, and what identifies this version."""
    card = Card()
    card.body.addWidget(PlainLabel(rubric.label, "section"))
    if rubric.summary:
        card.body.addWidget(PlainLabel(rubric.summary))
    card.body.addWidget(line())
    card.body.addWidget(PlainLabel(_("The scale"), "label"))
    for number, (name, anchor) in enumerate(rubric.scale, 1):
        card.body.addWidget(PlainLabel(f"{number}  {name}" + (f" – {anchor}" if anchor else "")))
    card.body.addWidget(line())
    card.body.addWidget(PlainLabel(_("How the total comes about"), "label"))
    for sentence in rule_in_words(rubric):
        card.body.addWidget(PlainLabel(sentence))
    total = sum(each.weight for each in rubric.criteria)
    below = _("{n} criteria, weights add up to {total}  ·  content {hash}").format(
        n=len(rubric.criteria), total=total, hash=rubric.content_hash[:12]
    )
    card.body.addWidget(PlainLabel(below, "small muted"))
    return card


def criterion_card(rubric: RubricVersion, number: int, criterion: Criterion, guidance: bool) -> Card:
    """Everything that is said of one criterion; guidance: also what only assessors read."""
    card = Card()
    card.setAccessibleName(criterion.title)
    card.body.addWidget(PlainLabel(f"{number}. {criterion.title}", "label"))
    total = sum(each.weight for each in rubric.criteria) or 1
    facts = [criterion.id, _("weight {w} of {total}").format(w=criterion.weight, total=total)]
    card.body.addWidget(PlainLabel("  ·  ".join(facts), "small muted"))
    if criterion.gate is not None:
        tag = PlainLabel(_("Gate: level {n} or higher").format(n=criterion.gate), "tag", wraps=False)
        card.body.addWidget(flow(tag))
    if criterion.about:
        card.body.addWidget(PlainLabel(criterion.about))
    card.body.addWidget(LevelStrip(rubric, criterion))
    for title, texts in (
        (_("What changes from level to level"), criterion.dimensions),
        (_("Evidence to ask for"), criterion.evidence),
    ):
        if texts:
            card.body.addWidget(PlainLabel(title, "small strong"))
            card.body.addWidget(PlainLabel("\n".join(f"•  {text}" for text in texts)))
    if guidance and criterion.guidance:
        note = QFrame()
        note.setProperty("look", "raised")
        inside = QVBoxLayout(note)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(3)
        inside.addWidget(PlainLabel(_("For assessors only"), "small strong"))
        inside.addWidget(PlainLabel(criterion.guidance))
        card.body.addWidget(note)
    if criterion.alignments:
        card.body.addWidget(PlainLabel(_("In other frameworks"), "small strong"))
        said = [
            " ".join(part for part in (each.framework, each.version, each.code, f"– {each.title}") if part)
            for each in criterion.alignments
        ]
        card.body.addWidget(PlainLabel("\n".join(said), "small muted"))
    return card


class LevelStrip(QWidget):
    """The levels side by side, or one under the other where columns would be too narrow to read."""

    def __init__(self, rubric: RubricVersion, criterion: Criterion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(8)
        for level in criterion.levels:
            self._layout.addWidget(_LevelPanel(level, rubric.top_level, criterion.gate), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        each = self.width() / max(1, self._layout.count())
        way = QBoxLayout.Direction
        beside = each >= _COLUMN_EM * self.fontMetrics().horizontalAdvance("M")
        self._layout.setDirection(way.LeftToRight if beside else way.TopToBottom)


class _LevelPanel(QWidget):
    """Number, name and descriptor of one level, with its colour as an edge."""

    def __init__(self, level: Level, top: int, gate: int | None) -> None:
        super().__init__()
        self._level, self._top = level.level, top
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE + 10, 8, 10, 10)
        layout.setSpacing(3)
        layout.addWidget(PlainLabel(f"{level.level}  {level.title}", "strong"))
        layout.addWidget(PlainLabel(level.descriptor, "small"))
        if gate == level.level:
            layout.addWidget(PlainLabel(_("The gate is met from here"), "small warning"))
        layout.addStretch(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.setBrush(theme.colour("base"))
        box = self.rect().adjusted(0, 0, -1, -1)
        painter.drawRoundedRect(box, 6, 6)
        painter.fillRect(1, 6, _EDGE, self.height() - 12, theme.level_colours(self._top)[self._level - 1][0])
