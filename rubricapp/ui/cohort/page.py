"""Cohort: where everybody stands on one rubric and one occasion, from finished assessments only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import Blank, RubricVersion
from rubricapp.core.viewing import is_only_participant
from rubricapp.i18n import _, language, ngettext
from rubricapp.store.cohort import list_finished_slots, load_matrix
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.viewing import load_view
from rubricapp.ui import theme
from rubricapp.ui.cohort.heat_map import HeatMap
from rubricapp.ui.cohort.model import HIDDEN, HeatModel, say_mark
from rubricapp.ui.leading import leads
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.moderation.reading import find_open
from rubricapp.ui.page import WHOLE, Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, FlowLayout, choice, clear, flow, put, row
from rubricapp.ui.words import say_blank, say_occasion

if TYPE_CHECKING:
    from rubricapp.store.cohort import Matrix

_CORNER = -2
_APART = -3


class CohortPage(Page):
    """Enter on a cell opens that participant in Score, or the gap that is to be settled there; arrows move."""

    kinds = frozenset(
        {"assessment", "rating", "agreed_level", "assignment", "person", "enrolment", "rubric_version", "occasion"}
    )

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Cohort"), measure=WHOLE)
        layout.addWidget(self.scroll)
        outer = self.scroll.body
        self.header = Header(_("Cohort"))
        copy = button(_("Copy as table"), "", "copy")
        copy.clicked.connect(self._on_copy)
        self.header.set_acts(copy)
        outer.addWidget(self.header)
        self.rubric, self.occasion = choice(_("Rubric")), choice(_("Occasion"))
        self.order = choice(_("Sorted by"))
        for box in (self.rubric, self.occasion, self.order):
            box.activated.connect(self._on_chosen)
        for text, key in ((_("By name"), "name"), (_("By department"), "department"), (_("By ID"), "code")):
            self.order.addItem(text, key)
        outer.addWidget(flow(self.rubric, self.occasion, self.order))
        self.blind = PlainLabel("", "muted")
        self.blind.hide()
        outer.addWidget(self.blind)
        self.model = HeatModel(self)
        self.map = HeatMap(self.model)
        self.map.chosen.connect(self._on_opened)
        outer.addWidget(self.map, 1)
        self.moderate = button(_("Settle the gap in this cell"), "", "scale")
        self.moderate.clicked.connect(lambda: self._moderate(self.map.currentIndex()))
        self.map.selectionModel().currentChanged.connect(lambda now, _before: self._show_gap(now))
        outer.addWidget(flow(self.moderate))
        self.moderate.hide()
        self.key = QWidget()
        FlowLayout(self.key, 14)
        outer.addWidget(self.key)
        self.nothing = Card()
        self.nothing_title = PlainLabel("", "section")
        self.nothing.body.addWidget(self.nothing_title)
        self.nothing_words = PlainLabel("", "muted")
        self.nothing.body.addWidget(self.nothing_words)
        self.nothing_go = button(_("Score"), "primary", "clipboard-check")
        self.nothing_go.clicked.connect(lambda: self.wanted.emit("score", None))
        self.nothing.body.addLayout(row(self.nothing_go, 1))
        outer.addWidget(self.nothing)
        outer.addStretch(0)
        self._rubrics: dict[str, RubricVersion] = {}
        theme.look().changed.connect(self._dress)

    def refresh(self) -> None:
        slots = list_finished_slots(self.session.ws)
        self._rubrics = {each.content_hash: each for each in list_rubrics(self.session.ws, language())}
        occasions = list_occasions(self.session.ws)
        kept = (self.rubric.currentData(), self.occasion.currentData())
        fullest = max(slots, key=lambda slot: slot[2], default=(None, None, 0))
        if kept[0] not in self._rubrics:
            kept = (fullest[0], fullest[1])
        self.rubric.clear()
        self.occasion.clear()
        for each in self._rubrics.values():
            self.rubric.addItem(each.label, each.content_hash)
        for each in occasions:
            self.occasion.addItem(say_occasion(each), each.id)
        for box, value in zip((self.rubric, self.occasion), kept, strict=True):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._read()

    def _on_chosen(self, _index: int) -> None:
        self._read()

    def _read(self) -> None:
        rubric = self._rubrics.get(self.rubric.currentData())
        if rubric is None or not self.occasion.currentData():
            self._show(False)
            self.blind.hide()
            self.nothing_title.setText(_("The heat map fills as assessments are finished"))
            self.nothing_words.setText(_("There is no rubric or no occasion yet."))
            return
        current = self.map.currentIndex()
        view = load_view(self.session.ws, self.session.me)
        matrix = load_matrix(self.session.ws, rubric.content_hash, self.occasion.currentData(), view)
        gaps = {}
        if leads(self.session):
            gaps = find_open(self.session.ws, self.session.me, rubric.content_hash, self.occasion.currentData())
        self.model.show_matrix(rubric, matrix, self._order(), gaps)
        people = len(matrix.participants)
        done = self.model.finished
        self.header.say(
            _("{k} of {n} participants have a finished assessment with {rubric}").format(
                k=done, n=people, rubric=rubric.label
            )
        )
        self._show(done > len(matrix.hidden))
        self._show_blind(matrix)
        if people:
            row_, column = max(0, current.row()), max(0, current.column())
            self.map.setCurrentIndex(self.model.index(min(row_, people - 1), min(column, self.model.columnCount() - 1)))
        self._show_gap(self.map.currentIndex())
        self._dress()

    def _show_blind(self, matrix: Matrix) -> None:
        """What the map holds back, and why; how far everybody is, where there is no map."""
        hidden, me = len(matrix.hidden), self.session.me
        if me is None and hidden:
            said = _("Say who you are on Home first: what others have rated is not for everybody.")
        elif is_only_participant(me):
            said = _(
                "Here is what assessors said of you, once it is released and your self-assessment is finished. What is"
                " said of others is theirs."
            )
        elif hidden:
            said = ngettext(
                "Others’ ratings of {n} participant stay hidden until your own are finished.",
                "Others’ ratings of {n} participants stay hidden until your own are finished.",
                hidden,
            ).format(n=hidden)
        else:
            said = ""
        so_far = _("Finished so far: {k} of {n}.").format(k=self.model.finished, n=len(matrix.participants))
        self.nothing_title.setText(
            _("Nothing to be seen by you yet") if said else _("The heat map fills as assessments are finished")
        )
        self.nothing_words.setText(said or so_far)
        self.blind.setText(said)
        self.blind.setVisible(bool(said) and not self.map.isHidden())

    def _order(self):
        key = self.order.currentData()
        if key == "department":
            return lambda person: (person.department.casefold(), person.sort_key)
        return (lambda person: person.code.casefold()) if key == "code" else None

    def _show(self, on: bool) -> None:
        self.map.setVisible(on)
        self.key.setVisible(on)
        self.nothing.setVisible(not on)

    def _dress(self) -> None:
        """The key: every colour with its level and word, every mark with what it means."""
        clear(self.key.layout())
        if self.model.rubric is None:
            return
        top = self.model.rubric.top_level
        for number, (name, _anchor) in enumerate(self.model.rubric.scale, 1):
            put(self.key.layout(), _KeyItem(str(number), name, number, top))
        for blank in Blank:
            put(self.key.layout(), _KeyItem(say_mark(blank.value), say_blank(blank), 0, top))
        put(self.key.layout(), _KeyItem("", _("nothing finished yet"), -1, top))
        if any(self.model.is_hidden(row_) for row_ in range(len(self.model.people))):
            put(self.key.layout(), _KeyItem(HIDDEN, _("hidden until your own is finished"), 0, top))
        if any(cell.agreed for row_ in range(len(self.model.people)) for cell in self.model.row_cells(row_).values()):
            put(self.key.layout(), _KeyItem("", _("assessors differed and settled on this"), _CORNER, top))

        if self.model.gaps:
            words = _("assessors differ: Enter goes where it is settled")
            put(self.key.layout(), _KeyItem("", words, _APART, top))

    def _show_gap(self, index: QModelIndex) -> None:
        """The way to moderation, where a lead stands at a gap."""
        self.moderate.setVisible(index.isValid() and self.model.is_gap(index.row(), index.column()))

    def _moderate(self, index: QModelIndex) -> None:
        person, criterion = self.model.people[index.row()], self.model.criteria[index.column()]
        slot = self.rubric.currentData(), self.occasion.currentData(), person.id
        self.wanted.emit("moderation", ("gap", *slot, criterion))

    def _on_opened(self, row_: int) -> None:
        index = self.map.currentIndex()
        if index.row() == row_ and self.model.is_gap(row_, index.column()):
            self._moderate(index)
            return
        person = self.model.people[row_]
        self.wanted.emit("score", (self.rubric.currentData(), self.occasion.currentData(), person.id))

    def _on_copy(self) -> None:
        self.copy_table()
        self.notice.emit(_("Copied. Paste it into a sheet or a message."))

    def copy_table(self) -> bool:
        if self.model.rubric is None:
            return False
        QGuiApplication.clipboard().setText(self.model.as_text())
        return True

    def panes(self) -> list[QWidget]:
        return [self.rubric, self.map] if self.map.isVisible() else [self.rubric, self.nothing_go]

    def find(self) -> None:
        self.map.setFocus()


class _KeyItem(QWidget):
    """A swatch and what it means. level: 0 for a blank's mark, -1 for hatching, `_CORNER` and `_APART` for signs."""

    def __init__(self, mark: str, words: str, level: int, top: int) -> None:
        super().__init__()
        layout = row(_Swatch(mark, level, top), PlainLabel(words, "small muted", wraps=False), spacing=6)
        self.setLayout(layout)


class _Swatch(QWidget):
    def __init__(self, mark: str, level: int, top: int) -> None:
        super().__init__()
        self._mark, self._level, self._top = mark, level, top
        size = theme.look().px(20)
        self.setFixedSize(round(size * 1.6), size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.rect().adjusted(0, 0, -1, -1)
        fill, ink = theme.colour("window"), theme.colour("ink2")
        if self._level > 0:
            fill, ink = theme.level_colours(self._top)[self._level - 1]
        painter.fillRect(box, fill)
        painter.setPen(QPen(theme.colour("border"), 1))
        if self._level == _CORNER:
            painter.setBrush(ink)
            right, side = box.right(), max(6, box.height() // 3)
            painter.drawPolygon([QPoint(right - side, 0), QPoint(right, 0), QPoint(right, side)])
            painter.setBrush(Qt.BrushStyle.NoBrush)
        elif self._level == _APART:
            for y in (box.height() // 4, box.height() * 3 // 4 - 2):
                painter.fillRect(box.left() + 4, y, max(6, box.height() // 3), 3, ink)
        elif self._level < 0:
            for x in range(-box.height(), box.width(), 7):
                painter.drawLine(x, box.bottom(), x + box.height(), 0)
        painter.drawRect(box)
        font = painter.font()
        font.setPointSizeF(theme.look().points("note"))
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(box, 0x84, self._mark)
