"""What peers said of one: middle, spread and count of each criterion, and their words, shuffled. No name, no order."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import RubricVersion
from rubricapp.core.peer_scores import FEWEST, PeerCriterion, PeerFeedback
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.peer.words import BOXES, say_box
from rubricapp.ui.score import looks
from rubricapp.ui.widgets.layouts import Card, clear, flow, put
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.widgets.spread_chart import SpreadChart, SpreadRow


def say_number(number: Fraction | None) -> str:
    """A level or a middle: "3", "3.5", or "" for none."""
    return "" if number is None else f"{float(number):g}"


def say_criterion(found: PeerCriterion) -> str:
    """Middle, spread and count of one criterion in words."""
    if found.median is None:
        return _("too few levels")
    levels = ngettext("{n} level", "{n} levels", found.count).format(n=found.count)
    if found.low == found.high:
        return f"{say_number(found.median)}  ·  {levels}"
    return (
        _("{median}, from {low} to {high}").format(median=say_number(found.median), low=found.low, high=found.high)
        + f"  ·  {levels}"
    )


class FeedbackCard(Card):
    """Says why there is nothing yet, or shows all there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rubric: RubricVersion | None = None
        self.title = PlainLabel(_("What peers said of you"), "section")
        self.state = PlainLabel("", "muted")
        self.body.addWidget(self.title)
        self.body.addWidget(self.state)
        self.numbers = QWidget()
        column = QVBoxLayout(self.numbers)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self.chart = SpreadChart(_("Levels that peers chose, by criterion"), looks.paints(5))
        column.addWidget(self.chart)
        self.model = RowsModel(self._columns(), self)
        self.table = RowsTable(self.model, _("Levels that peers chose, as a table"))
        self.table.grow_to(14)
        self.as_table = button(_("Show as table"), "", "list")
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._on_as_table)
        column.addWidget(self.table)
        column.addWidget(flow(self.as_table))
        self.table.hide()
        self.body.addWidget(self.numbers)
        self.words = QWidget()
        QVBoxLayout(self.words).setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.words)
        theme.look().changed.connect(self._dress)

    def _columns(self) -> tuple[Column, ...]:
        def number(level: int | None) -> str:
            return "" if level is None else str(level)

        return (
            Column(_("Criterion"), lambda each: f"{each.criterion} {self._title(each)}", wide=True),
            Column(_("Middle"), lambda each: say_number(each.median) or _("too few levels"), right=True),
            Column(_("Lowest"), lambda each: number(each.low), right=True),
            Column(_("Highest"), lambda each: number(each.high), right=True),
            Column(_("Levels"), lambda each: str(each.count), right=True),
        )

    def _title(self, found: PeerCriterion) -> str:
        return self.rubric.criterion(found.criterion).title

    def show_closed(self, still_open: int) -> None:
        """One's own reviews come first."""
        self._say(
            ngettext(
                "This opens when your own reviews are finished: {n} is still open.",
                "This opens when your own reviews are finished: {n} are still open.",
                still_open,
            ).format(n=still_open)
        )

    def show_feedback(self, rubric: RubricVersion, found: PeerFeedback) -> None:
        """All that may be shown."""
        self.rubric = rubric
        if not found.enough:
            self._say(
                _(
                    "Not enough reviews of your work are finished yet. Numbers and words come from {n} reviews up, so"
                    " that nobody can guess who said what. Nothing is lost: they appear here by themselves."
                ).format(n=FEWEST)
            )
            return
        self.state.setText(
            ngettext("From {n} review.", "From {n} reviews.", found.reviews).format(n=found.reviews)
            + " "
            + _("You cannot see who wrote what; the programme lead can. The order says nothing.")
        )
        self.model.set_records(found.criteria)
        rows = tuple(
            SpreadRow(
                f"{each.criterion} {self._title(each)}",
                each.low,
                float(each.median) if each.median is not None else None,
                each.high,
                say_criterion(each),
            )
            for each in found.criteria
        )
        self.chart.show_rows(rows, rubric.top_level)
        self.numbers.show()
        clear(self.words.layout())
        for box in BOXES:
            self._say_all(say_box(box), getattr(found, box))
        for each in found.criteria:
            self._say_all(f"{each.criterion} {self._title(each)}", each.comments)
        self.words.show()

    def _say_all(self, heading: str, texts: tuple[str, ...]) -> None:
        if texts:
            put(self.words.layout(), PlainLabel(heading, "label"))
        for text in texts:
            sheet = Card(look="raised", margin=10)
            sheet.body.addWidget(PlainLabel(text))
            put(self.words.layout(), sheet)

    def _say(self, words: str) -> None:
        self.model.set_records([])
        self.state.setText(words)
        self.numbers.hide()
        self.words.hide()
        clear(self.words.layout())

    def _dress(self) -> None:
        self.chart.set_paints(looks.paints(self.chart.top))

    def _on_as_table(self, on: bool) -> None:
        self.table.setVisible(on)
        self.chart.setVisible(not on)
        if on:
            self.table.fit()
