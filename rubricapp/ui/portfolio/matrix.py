"""What proves what: criteria × works and days, to look through, to open the moment, to link and unlink."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from rubricapp.core.portfolio import Evidence
from rubricapp.i18n import _, language, ngettext
from rubricapp.store.evidence import find_matrix
from rubricapp.ui import theme
from rubricapp.ui.linking import LinkActs, note_button, words_of
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import WHOLE, Scroll
from rubricapp.ui.portfolio.link_form import LinkForm
from rubricapp.ui.portfolio.matrix_model import MatrixModel, Source
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import Card, choice, clear, flow, put


class MatrixTable(QTableView):
    """chosen(index): Enter or a double click. removal_wanted(index): Delete. Tab leaves the table."""

    chosen = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(_("What proves what: criteria down, works and days across"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(self.chosen.emit)
        model.modelReset.connect(self.fit)
        theme.look().changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Sizes from the text size."""
        metrics = self.fontMetrics()
        em = metrics.horizontalAdvance("M")
        self.verticalHeader().setDefaultSectionSize(metrics.height() + round(1.3 * em))
        self.setMinimumHeight(8 * self.verticalHeader().defaultSectionSize())
        bold = QFont(self.font())
        bold.setBold(True)
        names = [
            QFontMetrics(bold).horizontalAdvance(str(self.model().headerData(row, Qt.Orientation.Vertical)))
            for row in range(min(200, self.model().rowCount()))
        ]
        self.verticalHeader().setFixedWidth(min(max([8 * em, *names]) + 3 * em, max(12 * em, self.width() * 2 // 5)))
        self.horizontalHeader().setFixedHeight(metrics.height() + round(1.3 * em))
        for column in range(self.model().columnCount()):
            self.setColumnWidth(column, (9 if not column else 15) * em)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(index)
        elif index.isValid() and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_wanted.emit(index)
        else:
            super().keyPressEvent(event)


class MatrixView(QWidget):
    """open_wanted(id of a work, Evidence or None). day_wanted(id of a day). done, notice: as in `Page`."""

    open_wanted = Signal(str, object)
    day_wanted = Signal(str)
    done = Signal(str)
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.participant = ""
        self.acts = LinkActs(session, self.done.emit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("What proves what"), measure=WHOLE)
        layout.addWidget(self.scroll)
        outer = self.scroll.body
        self.rubric = choice(_("Rubric"))
        self.rubric.activated.connect(lambda _row: self.refresh())
        self.missing = QCheckBox(_("Only what nothing proves yet"))
        self.missing.toggled.connect(lambda _on: self.refresh())
        self.copy = button(_("Copy as table"), "", "copy")
        self.copy.clicked.connect(self._on_copy)
        outer.addWidget(flow(self.rubric, self.missing, self.copy))
        self.says = PlainLabel("", "muted")
        outer.addWidget(self.says)
        self.model = MatrixModel(self)
        self.table = MatrixTable(self.model)
        self.table.chosen.connect(self._on_chosen)
        self.table.removal_wanted.connect(self._on_removal)
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_cell())
        outer.addWidget(self.table, 3)
        self.cell = Card(margin=14, spacing=6)
        self.cell_title = PlainLabel("", "strong")
        self.cell.body.addWidget(self.cell_title)
        holder = QWidget()
        self.links = QVBoxLayout(holder)
        self.links.setContentsMargins(0, 0, 0, 0)
        self.links.setSpacing(2)
        self.cell.body.addWidget(holder)
        self.add_button = button(_("Link here…"), "", "link")
        self.add_button.clicked.connect(self._on_add)
        self.open_work = button(_("Open the work"), "", "eye")
        self.open_day = button(_("Open the day"), "", "eye")
        for each in (self.open_work, self.open_day):
            each.clicked.connect(lambda: self._open(None))
        self.cell.body.addWidget(flow(self.add_button, self.open_work, self.open_day))
        self.form = LinkForm(self.acts, with_criterion=False)
        self.form.linked.connect(self._on_linked)
        self.form.hide()
        self.cell.body.addWidget(self.form)
        outer.addWidget(self.cell)
        outer.addStretch(0)

    # Showing

    def show_person(self, participant: str) -> None:
        """Show the matrix of a participant."""
        if participant != self.participant:
            self.participant = participant
            self.missing.setChecked(False)
            self.form.hide()
        self.refresh()

    def refresh(self) -> None:
        """Read again; the cell one is at stays."""
        if not self.participant:
            return
        matrix = find_matrix(self.session.ws, self.participant, language())
        kept_rubric = self.rubric.currentData() or ""
        self.rubric.clear()
        self.rubric.addItem(_("All rubrics"), "")
        for rubric, _proofs in matrix.rows:
            self.rubric.addItem(rubric.label, rubric.content_hash)
        self.rubric.setCurrentIndex(max(0, self.rubric.findData(kept_rubric)))
        here = self._here()
        self.model.show_matrix(matrix, self.missing.isChecked(), self.rubric.currentData() or "")
        self._say(matrix)
        self.table.setVisible(bool(self.model.rows))
        self._go(here)
        self._show_cell()

    def _say(self, matrix) -> None:
        every = sum(len(proofs) for _rubric, proofs in matrix.rows)
        missing = len(matrix.without)
        words = [_("{k} of {n} criteria are proved by something.").format(k=every - missing, n=every)]
        idle = [each.title for each in matrix.proves_nothing]
        if idle:
            names = ", ".join(idle[:3]) + (" …" if len(idle) > 3 else "")
            words.append(
                ngettext(
                    "{n} work proves nothing yet: {list}", "{n} works prove nothing yet: {list}", len(idle)
                ).format(n=len(idle), list=names)
            )
        if matrix.other:
            n = len(matrix.other)
            words.append(
                ngettext(
                    "{n} link is to a criterion of no rubric here.", "{n} links are to criteria of no rubric here.", n
                ).format(n=n)
            )
        if not every:
            words = [_("There is no rubric here yet.")]
        self.says.setText("  ".join(words))

    def _here(self) -> tuple[str, str]:
        """The (criterion, source) that one is at."""
        index = self.table.currentIndex()
        if not index.isValid():
            return "", ""
        source = self.model.sources[index.column() - 1].id if index.column() else ""
        return self.model.rows[index.row()].criterion.id, source

    def _go(self, here: tuple[str, str]) -> None:
        row = next((n for n, each in enumerate(self.model.rows) if each.criterion.id == here[0]), 0)
        column = next((n for n, each in enumerate(self.model.sources, 1) if each.id == here[1]), 0)
        if self.model.rows:
            self.table.setCurrentIndex(self.model.index(row, column))

    def _source(self) -> Source | None:
        column = self.table.currentIndex().column()
        return self.model.sources[column - 1] if column > 0 else None

    def _show_cell(self) -> None:
        """What is known of the cell one is at, and what can be done there."""
        index = self.table.currentIndex()
        self.cell.setVisible(index.isValid())
        if not index.isValid():
            return
        source = self._source()
        self.cell_title.setText(self.model.words(index.row(), index.column()))
        clear(self.links)
        links = self.model.links(index.row(), index.column())
        for each in links:
            put(self.links, self._line(each))
        can_write = not self.session.ws.read_only
        self.add_button.setVisible(source is not None and can_write and not (source.day is not None and links))
        self.open_work.setVisible(source is not None and source.work is not None)
        self.open_day.setVisible(source is not None and source.day is not None)
        if source is not None:
            criterion = self.model.rows[index.row()].criterion.id
            self.form.set_criteria([(criterion, self.model.rows[index.row()].criterion.title)])
            self.form.show_source(source.work, "" if source.day is None else source.day.id, criterion)
        else:
            self.form.hide()

    def _line(self, link: Evidence) -> QWidget:
        source = next((each for each in self.model.sources if each.id == link.source), None)
        words = WordsLabel("  ".join(part for part in (source.title if source else "", words_of(link)) if part))
        go = button(_("Open"), "quiet", "arrow-right")
        go.setAccessibleName(_("Open {link}").format(link=words_of(link)))
        go.clicked.connect(lambda: self._open(link))
        away = button(_("Unlink"), "quiet", "unlink")
        away.setAccessibleName(_("Unlink {link}").format(link=words_of(link)))
        away.setEnabled(not self.session.ws.read_only)
        away.clicked.connect(lambda: self.acts.remove(link))
        return flow(words, go, note_button(self.acts, self, link), away)

    # Acting

    def _open(self, link: Evidence | None) -> None:
        if link is not None and link.artefact:
            self.open_wanted.emit(link.artefact, link)
            return
        source = self._source()
        if link is not None:
            self.day_wanted.emit(link.log_entry)
        elif source is not None and source.work is not None:
            self.open_wanted.emit(source.work.id, None)
        elif source is not None:
            self.day_wanted.emit(source.day.id)

    def _on_chosen(self, index: QModelIndex) -> None:
        """Enter: open what is linked there; where nothing is, begin to link."""
        links = self.model.links(index.row(), index.column())
        if links:
            self._open(links[0])
        elif index.column():
            self._on_add()

    def _on_add(self) -> None:
        source = self._source()
        if source is None or self.session.ws.read_only:
            return
        if source.day is not None:
            self.acts.link_day(source.day.id, self.model.rows[self.table.currentIndex().row()].criterion.id)
            return
        self.form.show()
        first = next((box for box in self.form.boxes.values() if box.isVisibleTo(self.form)), self.form.note)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        # The form gets its place when the loop turns.
        QTimer.singleShot(0, self.form, lambda: self.scroll.show_from_top(self.form))

    def _on_linked(self) -> None:
        self.form.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_removal(self, index: QModelIndex) -> None:
        links = self.model.links(index.row(), index.column())
        if index.column() and len(links) == 1 and not self.session.ws.read_only:
            self.acts.remove(links[0])
        elif links:
            self.notice.emit(_("Choose below which link to take away."))

    def _on_copy(self) -> None:
        self.copy_table()
        self.notice.emit(_("Copied. Paste it into a sheet or a message."))

    def copy_table(self) -> bool:
        """Copy the matrix as shown."""
        QGuiApplication.clipboard().setText(self.model.as_text())
        return True
