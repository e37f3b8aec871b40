"""Growth: the charts of a participant's page, drawn from what the file says; no cohort stands behind them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from rubricapp.core.folio import Folio
from rubricapp.i18n import _
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, one_line
from rubricapp.ui.folio.parts import MOST_BLOCKS, Part, more_words
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.people.growth_chart import GrowthCard
from rubricapp.ui.widgets.layouts import clear


class GrowthPart(Part):
    """A card for each rubric."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Growth"), parent)
        self.cards: list[GrowthCard] = []
        self._folio: Folio | None = None

    def show_folio(self, shown: Shown) -> None:
        if self._folio == shown.folio:
            return
        self._folio = shown.folio
        self.cards = []
        self.scroll.widget().hide()
        clear(self.body)
        rubrics, odd = reading.grown(shown.folio)
        text = _("Each step is one occasion; its height is the median level that assessors gave. A gap stays a gap.")
        nothing = _("Growth needs results of two occasions; there are none in this portfolio.")
        self.body.addWidget(PlainLabel(text if rubrics else nothing, "muted"))
        for each in rubrics:
            card = GrowthCard(replace(each, lines=each.lines[:MOST_BLOCKS]), {})
            if len(each.lines) > MOST_BLOCKS:
                card.body.addWidget(PlainLabel(more_words(len(each.lines) - MOST_BLOCKS), "muted"))
            self.cards.append(card)
            self.body.addWidget(card)
        for each in odd[:MOST_BLOCKS]:
            steps = "; ".join(
                f"{one_line(point.occasion)}: {reading.level_words(point.level)}" for point in each.points
            )
            self.body.addWidget(PlainLabel(f"{one_line(each.criterion)}: {steps}"))
        self.body.addStretch(1)
        self.scroll.widget().show()

    def panes(self) -> list[QWidget]:
        return [*(card.charts[0] for card in self.cards if card.charts), self.scroll]

    def copy_table(self) -> str:
        return "\n\n".join(card.model.as_text() for card in self.cards if card.charts)
