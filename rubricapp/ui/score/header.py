"""Who is scored, with which rubric, on which occasion; how far it is, and whether it is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

from rubricapp.core.model import AssessmentState, Occasion, PersonId
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.score.desk import Desk, Standing
from rubricapp.ui.score.writer import SaveState, Writer
from rubricapp.ui.widgets.paints import Paints
from rubricapp.ui.widgets.ring import ProgressRing
from rubricapp.ui.widgets.save_indicator import SaveIndicator
from rubricapp.ui.widgets.two_ends import TwoEndsLayout


class Chooser(QComboBox):
    """A list to choose from that a turning wheel does not change by accident. chosen(str): the id of an entry.

    is_passing: chosen with an arrow or a letter in the closed box, where one may want the next one still.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_passing = False
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def fill(self, entries: list[tuple[str, str]], current: str) -> None:
        """entries: (id, words). Nothing is emitted."""
        if [(self.itemData(i), self.itemText(i)) for i in range(self.count())] != entries:
            self.clear()
            for identifier, words in entries:
                self.addItem(words, identifier)
            longest = max((len(words) for _id, words in entries), default=8)
            self.setMinimumContentsLength(min(13, round(longest * 0.75) + 1))
        self.setCurrentIndex(self.findData(current))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.is_passing = True
        super().keyPressEvent(event)
        self.is_passing = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As Qt paints it, but a text that does not fit ends in …"""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        painter.drawComplexControl(control, option)
        room = self.style().subControlRect(control, option, field, self).width() - 4
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class ScoreHeader(QFrame):
    """previous(), next_(), finish(), evidence_toggled(bool), across_toggled(bool); choosers tell of themselves."""

    previous = Signal()
    next_ = Signal()
    finish = Signal()
    evidence_toggled = Signal(bool)
    across_toggled = Signal(bool)

    def __init__(self, paints: Paints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        self.back_button = self._arrow("chevron-left", _("Previous participant"), "P", self.previous)
        self.forward_button = self._arrow("chevron-right", _("Next participant"), "N", self.next_)
        self.people = Chooser(_("Participant"), self)
        self.people.setProperty("look", "name")
        self.criteria = Chooser(_("Criterion"), self)
        self.criteria.hide()
        self.rubrics = Chooser(_("Rubric"), self)
        self.occasions = Chooser(_("Occasion"), self)
        self.ring = ProgressRing(paints, self)
        self.saved = SaveIndicator(self)
        self.across_button = self._toggle("columns-2", _("All participants"), _("One criterion, all participants (V)"))
        self.across_button.toggled.connect(self.across_toggled)
        self.evidence_button = self._toggle("film", _("Evidence"), _("Evidence: show or hide (E)"))
        self.evidence_button.toggled.connect(self.evidence_toggled)
        self.finish_button = QPushButton(self)
        self.finish_button.setProperty("look", "primary")
        self.finish_button.clicked.connect(self.finish)
        self._line = TwoEndsLayout(self, at_start=6, spacing=6)
        start = (self.back_button, self.people, self.criteria, self.forward_button, self.rubrics, self.occasions)
        end = (self.ring, self.saved, self.across_button, self.evidence_button, self.finish_button)
        for each in (*start, *end):
            self._line.addWidget(each)
        self._line.set_order_when_narrow([*start[:4], self.ring, self.saved, *start[4:], *end[2:]])
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self.name_finish(_("Finish scoring"))
        self.set_paints(paints)

    def name_finish(self, words: str) -> None:
        """What finishing is called here."""
        self._finish_words = words
        self.finish_button.setAccessibleName(words)
        self.finish_button.setToolTip(f"{words} (Ctrl+Enter)")
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """All words where one line holds them; else signs for the toggles and fewer words for what is saved."""
        for narrow in (False, True):
            style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            self.across_button.setToolButtonStyle(style)
            count = self.evidence_button.accessibleName()
            self.evidence_button.setText(count.rpartition(" ")[2] if narrow else count)
            self.saved.set_short(narrow)
            self.finish_button.setText(_("Finish") if narrow else self.finish_button.accessibleName())
            if self._line.line_width() <= self.width():
                return

    def show_evidence(self, count: int) -> None:
        """How many works there are to look at."""
        self.evidence_button.setAccessibleName(_("Evidence {n}").format(n=count))
        self.fit()

    def _arrow(self, icon: str, name: str, key: str, signal: Signal) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("look", "quiet")
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({key})")
        theme.set_icon(button, icon, "ink", 20)
        button.clicked.connect(signal)
        return button

    def _toggle(self, icon: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.set_icon(button, icon, "ink", 16)
        return button

    def set_paints(self, paints: Paints) -> None:
        self.ring.set_paints(paints)
        for chooser in (self.people, self.criteria):
            font = QFont(self.font())
            font.setPointSizeF(theme.look().points("label"))
            font.setBold(True)
            chooser.setFont(font)
        self.fit()

    def show_desk(self, desk: Desk, standings: dict[PersonId, Standing]) -> None:
        """Who, what, when, and how far."""
        across = desk.criterion is not None
        total = len(desk.rubric.criteria)
        self.people.fill(
            [(each.id, _entry(each.name, standings.get(each.id), total)) for each in desk.participants],
            desk.slot.participant,
        )
        self.criteria.fill([(each.id, each.title) for each in desk.rubric.criteria], desk.criterion or "")
        self.rubrics.fill([(each.content_hash, each.label) for each in desk.rubrics], desk.slot.rubric)
        self.occasions.fill([(each.id, _occasion(each)) for each in desk.occasions], desk.slot.occasion)
        self.people.setVisible(not across)
        self.criteria.setVisible(across)
        self.across_button.setChecked(across)
        self.finish_button.setVisible(not across)
        self.across_button.setVisible(not desk.is_own)
        self.finish_button.setAccessibleName(_("Finish self-assessment") if desk.is_own else self._finish_words)
        words = (
            (_("Previous criterion"), _("Next criterion"))
            if across
            else (_("Previous participant"), _("Next participant"))
        )
        for button, name, key, step in (
            (self.back_button, words[0], "P", -1),
            (self.forward_button, words[1], "N", 1),
        ):
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({key})")
            button.setEnabled(desk.neighbour(step) is not None)
        if across:
            ratings = [each.rating(desk.criterion) for each in desk.assessments.values()]
            done, total = sum(each.is_rated for each in ratings), len(desk.across)
            said = _("{done} of {total} participants rated")
        else:
            found = desk.assessment
            done = sum(found.rating(each.id).is_rated for each in desk.rubric.criteria) if found else 0
            said = _("{done} of {total} criteria rated")
        self.ring.set_progress(done, total, said.format(done=done, total=total))

    def show_saving(self, writer: Writer, begun: bool) -> None:
        """What has happened to the person's work. begun: the slot has something on the disk from earlier."""
        state, error = writer.state, writer.error
        details = short = ""
        if state is SaveState.FAILED and error is not None:
            words, sign, token = _("Not saved: {reason}").format(reason=error.what), "circle-alert", "danger"
            details = error.message
        elif state is SaveState.READ_ONLY:
            words, sign, token = _("Read only"), "lock", "ink2"
            details = writer.session.ws.read_only_because
        elif state is SaveState.SAVING:
            words, sign, token = _("Saving…"), "circle-dashed", "ink2"
        elif state is SaveState.SAVED:
            words = _("Saved on this laptop {time}").format(time=f"{writer.saved_at:%H:%M}")
            short = _("Saved {time}").format(time=f"{writer.saved_at:%H:%M}")
            sign, token = "circle-check", "ok"
        elif begun:
            short = _("Saved")
            words, sign, token = _("Saved on this laptop"), "circle-check", "ok"
        else:
            words, sign, token = _("Nothing to save yet"), "circle", "ink2"
        self.saved.show_state(
            words, theme.pixmap(sign, token, 16), theme.colour(token), details, state is SaveState.FAILED, short
        )
        self.fit()


def _entry(name: str, standing: Standing | None, total: int) -> str:
    """A participant in the list, with how far it is."""
    if standing is None or standing.state is None:
        return name
    if standing.state is not AssessmentState.DRAFT:
        return _("{name} ✓ finished").format(name=name)
    return _("{name} · {done} of {total}").format(name=name, done=standing.rated, total=total)


def _occasion(occasion: Occasion) -> str:
    names = {"baseline": _("Baseline"), "midpoint": _("Midpoint"), "final": _("Final")}
    return names.get(occasion.name, occasion.name)
