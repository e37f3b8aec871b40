"""What peers said, so that it leads back to nobody; and the timeline."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rubricapp.core.folio import FolioPeers
from rubricapp.i18n import _, ngettext
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, one_line
from rubricapp.ui.folio.parts import MOST_BLOCKS, Chosen, Part, words
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.widgets.labels import line
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class PeersPart(Chosen):
    """The rounds as a list; the one chosen below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = (
            Column(_("Rubric"), lambda each: one_line(self._rubric(each).label), wide=True),
            Column(_("Occasion"), lambda each: one_line(reading.occasion_words(each.occasion))),
            Column(_("Reviews"), _reviews),
        )
        super().__init__(_("What peers said"), columns, _("No peer reviews are in this portfolio."), parent)
        self._shown: Shown | None = None

    def _rubric(self, peers: FolioPeers):
        return self._shown.folio.rubric(peers.rubric)

    def show_folio(self, shown: Shown) -> None:
        self._shown = shown
        if self.is_new(shown):
            self.set_records(list(shown.folio.peers))

    def fill(self, record: FolioPeers) -> None:
        body, feedback, rubric = self.card.body, record.feedback, self._rubric(record)
        occasion = one_line(reading.occasion_words(record.occasion))
        body.addWidget(PlainLabel(f"{one_line(rubric.label)} · {occasion}", "section"))
        if not feedback.enough:
            body.addWidget(PlainLabel(reading.too_few(feedback.reviews)))
            return
        body.addWidget(PlainLabel(_("Nobody's words lead back to them; their order means nothing."), "muted"))
        titles = {each.id: each.title for each in rubric.criteria}
        left = MOST_BLOCKS
        for each in feedback.criteria[:MOST_BLOCKS]:
            body.addWidget(line())
            body.addWidget(PlainLabel(one_line(titles.get(each.criterion, each.criterion)), "label"))
            if each.median is not None:
                said = ngettext(
                    "Median level {median}, {spread}, {n} review",
                    "Median level {median}, {spread}, {n} reviews",
                    each.count,
                )
                spread = reading.spread_words(each.low, each.high)
                level = reading.level_words(float(each.median))
                body.addWidget(PlainLabel(said.format(median=level, spread=spread, n=each.count), "strong"))
            for text in each.comments[:left]:
                body.addWidget(words(text))
            left = max(0, left - len(each.comments))
        for title, texts in reading.boxes(feedback):
            body.addWidget(line())
            body.addWidget(PlainLabel(title, "label"))
            for text in texts[:MOST_BLOCKS]:
                body.addWidget(words(text))


def _reviews(peers: FolioPeers) -> str:
    return str(peers.feedback.reviews) if peers.feedback.enough else _("too few to show")


class TimelinePart(Part):
    """Every dated thing of the portfolio, and what was added later, in one list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Timeline"), parent)
        self.nothing = PlainLabel(_("Nothing in this portfolio has a date."), "muted")
        self.body.addWidget(self.nothing)
        columns = (
            Column(_("When"), lambda each: reading.day_words(each[0])),
            Column(_("What"), lambda each: one_line(each[1])),
            Column("", lambda each: one_line(each[2]), wide=True),
        )
        self.table = RowsTable(RowsModel(columns, self), _("Timeline"))
        self.table.setWordWrap(True)
        self.table.grow_to(25)
        self.body.addWidget(self.table)
        self.body.addStretch(1)

    def show_folio(self, shown: Shown) -> None:
        titles = {work.key: work.title for work in shown.folio.works}
        rows = [(each.on, reading.event_words(each.kind), each.words) for each in shown.folio.timeline]
        for each in shown.additions.entries:
            text = each.words if each.kind == "note" else each.place
            parts = [titles.get(each.work, ""), text, each.result]
            kind = _("{kind}, added by you").format(kind=reading.added_kind(each))
            rows.append((each.on, kind, " · ".join(filter(None, parts))))
        rows.sort(key=lambda each: each[0])
        self.table.setWordWrap(len(rows) <= MOST_BLOCKS)  # measuring each row of thousands takes seconds
        self.table.model().set_records(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)

    def panes(self) -> list[QWidget]:
        return [self.table]

    def copy_table(self) -> str:
        return self.table.model().as_text()
