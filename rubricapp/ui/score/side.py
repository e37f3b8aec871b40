"""The evidence pane beside the rows, made when first wanted; on a narrow page it takes the place of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import LogEntry
from rubricapp.core.portfolio import Evidence
from rubricapp.store.artefacts import list_shown
from rubricapp.store.evidence import list_evidence
from rubricapp.ui import theme
from rubricapp.ui.linking import LinkActs

if TYPE_CHECKING:
    from rubricapp.ui.score.evidence import EvidencePane
    from rubricapp.ui.score.log_days import LinkDay
    from rubricapp.ui.score.page import ScorePage

ROWS_WIDTH = 840
PANE_WIDTH = 330


class Side(QObject):
    """Whether the pane is shown is the person's choice; until they choose, it is where there is evidence and room."""

    def __init__(self, page: ScorePage) -> None:
        super().__init__(page)
        self.page = page
        self.pane: EvidencePane | None = None
        self.is_full = False
        self._chosen: bool | None = None
        page.header.evidence_toggled.connect(self._on_toggled)

    @property
    def is_narrow(self) -> bool:
        """Whether rows and pane do not fit beside each other."""
        look = theme.look()
        return self.page.width() - look.px(PANE_WIDTH) < look.px(ROWS_WIDTH)

    def show_person(self) -> None:
        """Show the pane of the participant who is scored now, or how much there would be."""
        page = self.page
        across = page.desk.criterion is not None
        page.header.evidence_button.setVisible(not across)
        if page.desk.slot is None or across:
            self.fit()
            return
        links = [] if page.only_looks else list_evidence(page.session.ws, page.desk.slot.participant)
        for row, place in zip(page.sheet.rows, page.desk.places(), strict=True):
            found = [each for each in links if each.criterion == place.criterion]
            days = {each.log_entry: each for each in found if each.log_entry}
            row.show_links(len(found), self._day_linker(place.criterion, days), frozenset(days))
        count = len(list_shown(page.session.ws, page.desk.slot.participant, page.only_work))
        page.header.show_evidence(count)
        if self._chosen is None:
            self._set_button(count > 0 and not self.is_narrow)
        if self.pane is not None:
            self.pane.only_work = page.only_work
            self.pane.show_slot(page.desk.slot.participant, page.desk.standing_assessment())
        self.fit()

    def fit(self) -> None:
        """Show and hide for the width there is."""
        page = self.page
        wanted = page.header.evidence_button.isChecked() and page.desk.criterion is None and page.desk.slot is not None
        if wanted and self.pane is None:
            self._make()
        if self.pane is None:
            return
        self.pane.setVisible(wanted)
        page.sheet.setVisible(not (wanted and (self.is_narrow or self.is_full)))
        if wanted and page.sheet.isVisibleTo(page) and not self._sized():
            pane = max(theme.look().px(PANE_WIDTH), page.width() * 3 // 10)
            page.body.setSizes([pane, max(1, page.width() - pane)])

    def _sized(self) -> bool:
        sizes = self.page.body.sizes()
        return sizes[0] >= theme.look().px(PANE_WIDTH) and sizes[1] >= theme.look().px(ROWS_WIDTH)

    def _make(self) -> None:
        from rubricapp.ui.score.evidence import EvidencePane

        page = self.page
        self.pane = EvidencePane(page.session, page, page.only_looks)
        self.pane.only_work = page.only_work
        self.pane.setMinimumWidth(theme.look().px(PANE_WIDTH) - 40)
        page.body.insertWidget(0, self.pane)
        page.body.setStretchFactor(1, 1)
        self.pane.notice.connect(page.notice)
        self.pane.link_wanted.connect(lambda: self.link("link"))
        if page.desk.slot is not None:
            self.pane.show_slot(page.desk.slot.participant, page.desk.standing_assessment())

    def _set_button(self, on: bool) -> None:
        button = self.page.header.evidence_button
        button.blockSignals(True)
        button.setChecked(on)
        button.blockSignals(False)

    def _on_toggled(self, on: bool) -> None:
        self._chosen = on
        self.is_full = False
        self.fit()
        if on and self.pane is not None:
            self.pane.take_focus()
        elif not on:
            self.page.focus_rows()

    def open(self) -> EvidencePane:
        """The pane, shown."""
        self.page.header.evidence_button.setChecked(True)
        self.fit()
        return self.pane

    def do(self, act: str) -> bool:
        """A key that is for the pane."""
        button = self.page.header.evidence_button
        if act == "evidence":
            button.toggle()
        elif act == "paste":
            return not self.page.only_looks and self.open().paste()
        elif act in ("range_start", "link") or (act == "note" and self.pane is not None and self.pane.links.start):
            return self.link(act)
        elif act == "full_screen" and self.pane is not None and button.isChecked():
            self.is_full = not self.is_full
            self.fit()
        elif self.pane is not None and button.isChecked():
            return self.pane.do(act)
        else:
            return False
        return True

    def link(self, act: str) -> bool:
        """Link what is shown to the current criterion (M), begin a range (I) or link it up to here (O)."""
        if self.page.only_looks or self.pane is None or not self.pane.isVisible():
            return False
        if self.page.desk.criterion is not None:
            return False
        if act == "range_start":
            return self.pane.begin_range()
        if not 0 <= self.page.sheet.current < len(self.page.sheet.rows):
            return False
        return self.pane.link(self.page.desk.places()[self.page.sheet.current].criterion)

    def _day_linker(self, criterion: str, days: Mapping[str, Evidence]) -> LinkDay | None:
        """What links a day of the log to this criterion and takes it away again; None where nothing can be written."""
        session = self.page.session
        if session.ws.read_only or self.page.only_looks:
            return None
        acts = LinkActs(session, self.page.notice.emit)

        def link_day(day: LogEntry, on: bool) -> None:
            if on:
                acts.link_day(day.id, criterion)
            else:
                acts.remove(days[day.id])

        return link_day

    def time_code(self) -> str:
        """Where the clip stands, such as "01:47"; "" without a clip."""
        return self.pane.time_code() if self.pane is not None else ""

    def panes(self) -> list[QWidget]:
        return [self.pane.list] if self.pane is not None and self.pane.isVisible() else []
