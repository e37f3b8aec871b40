"""The first tab: whether the file holds, who signed it, what is in it and what is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from rubricapp.i18n import _, language, ngettext
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, one_line
from rubricapp.ui.folio.parts import MOST_BLOCKS, Part, more_words
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import Card, clear, flow
from rubricapp.ui.widgets.signs import Sign

LOOKS = {
    "ok": ("ok_box", "shield-check", "ok"),
    "danger": ("danger_box", "triangle-alert", "danger"),
    "waiting": ("card", "clock", "ink2"),
}
"""How a verdict looks: (box, icon, colour of the icon). Its words say the same."""


class OverviewPart(Part):
    """Cards of words; a button leads to each part that has something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Overview"), parent)

    def show_folio(self, shown: Shown) -> None:
        reading_here = self.isAncestorOf(QApplication.focusWidget() or self)
        self.scroll.widget().hide()
        clear(self.body)
        self.body.addWidget(self._proof(shown))
        self.body.addWidget(self._about(shown))
        for title, texts, code in (
            (_("Not in this portfolio"), shown.folio.left_out, shown.folio.language),
            (_("What was added later could not all be read"), shown.remarks, language()),
        ):
            if texts:
                self.body.addWidget(self._list(title, [reading.sentence(each, code) for each in texts[:MOST_BLOCKS]]))
                if len(texts) > MOST_BLOCKS:
                    self.body.addWidget(PlainLabel(more_words(len(texts) - MOST_BLOCKS), "muted"))
        self.body.addStretch(1)
        self.scroll.widget().show()
        if reading_here:  # what held the keyboard is gone
            self.scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def _proof(self, shown: Shown) -> Card:
        kind, verdict = reading.verdict(shown)
        look, icon, token = LOOKS[kind]
        card = Card(look=look)
        top = Sign(icon, token, 24)
        card.body.addWidget(top, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(PlainLabel(verdict, "section"))
        for each in reading.verdict_sentences(shown)[:MOST_BLOCKS]:
            card.body.addWidget(_sentence(each))
        card.setAccessibleName(verdict)
        return card

    def _about(self, shown: Shown) -> Card:
        folio = shown.folio
        card = Card()
        card.body.addWidget(PlainLabel(_("In this portfolio"), "section"))
        dates = reading.dates_words(*folio.edition_dates)
        facts = [one_line(each) for each in (folio.programme, folio.edition, dates) if each]
        card.body.addWidget(PlainLabel(" · ".join(facts), "muted"))
        if folio.audience:
            card.body.addWidget(PlainLabel(_("Made for: {audience}").format(audience=one_line(folio.audience))))
        there = reading.counts(folio)
        titles = {
            "results": _("Results"),
            "growth": _("Growth"),
            "works": _("Works"),
            "peers": _("What peers said"),
            "timeline": _("Timeline"),
        }
        ways = []
        for key, title in titles.items():
            if key in there:
                way = button(f"{title}: {there[key]}")
                way.clicked.connect(lambda _checked=False, key=key: self.wanted.emit(key, None))
                ways.append(way)
        added = len(shown.additions.entries)
        if added:
            text = ngettext("{n} added later", "{n} added later", added).format(n=added)
            later = button(text)
            later.clicked.connect(lambda: self.wanted.emit("later", None))
            ways.append(later)
        if ways:
            card.body.addWidget(flow(*ways))
        if not there:
            card.body.addWidget(PlainLabel(_("Nothing was released into this portfolio yet.")))
        for role, days, minutes in folio.log_totals[:MOST_BLOCKS]:
            text = ngettext("{role}: {n} day, {time}", "{role}: {n} days, {time}", days)
            said = text.format(role=one_line(reading.role_words(role)), n=days, time=reading.time_words(minutes))
            card.body.addWidget(PlainLabel(said))
        return card

    def _list(self, title: str, sentences: list[str]) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(title, "section"))
        for each in sentences:
            card.body.addWidget(_sentence(each))
        return card


def _sentence(text: str) -> PlainLabel:
    """One of our own sentences, to read and to copy."""
    label = PlainLabel(text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
