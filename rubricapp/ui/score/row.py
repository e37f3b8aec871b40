"""One criterion with its levels, honest blanks and comment: a named group of radio buttons.

The same row serves one participant's criteria and one criterion's participants; it knows nothing of either, only what
to show and what was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontInfo, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGroupBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from rubricapp.core.model import Blank, Criterion, Level, LogEntry, Rating
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.score import keys
from rubricapp.ui.score.log_days import LinkDay, LogDays
from rubricapp.ui.widgets.chips import Chip, WordsLabel
from rubricapp.ui.widgets.choice_button import ChoiceButton, ChoiceCard, ChoicePill
from rubricapp.ui.widgets.columns import ColumnsLayout
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.labels import tip
from rubricapp.ui.widgets.layouts import FlowLayout
from rubricapp.ui.widgets.paints import Paints

NARROWEST_EM = 11


@dataclass(frozen=True)
class RowContent:
    """What a row shows. title: heading and name of the group. about: said beside it.

    levels: lowest first. brief: descriptors show in the current row only, and in tool tips (they are always read out).
    gate: lowest level that passes, or None. hints: headed lists shown on demand, as (heading, text).
    """

    title: str
    about: str
    levels: tuple[Level, ...]
    weight: int | None = None
    gate: int | None = None
    hints: tuple[tuple[str, str], ...] = ()
    brief: bool = False


def content_of(criterion: Criterion, number: int, own: bool = False) -> RowContent:
    """The row of one criterion of one participant. own: they rate themselves, without what is for assessors only."""
    hints = []
    if criterion.evidence:
        hints.append((_("Evidence to ask for"), "\n".join(f"• {each}" for each in criterion.evidence)))
    if criterion.dimensions:
        hints.append((_("What changes from level to level"), "\n".join(f"• {each}" for each in criterion.dimensions)))
    if criterion.guidance and not own:
        hints.append((_("For assessors only"), criterion.guidance))
    return RowContent(
        title=f"{number}. {criterion.title}",
        about=criterion.about,
        levels=criterion.levels,
        weight=criterion.weight,
        gate=criterion.gate,
        hints=tuple(hints),
    )


def blank_words(blank: Blank) -> tuple[str, str]:
    """(name, what it means) of an honest blank."""
    return {
        Blank.NOT_OBSERVED: (_("Not observed"), _("There was no occasion to see it.")),
        Blank.NOT_APPLICABLE: (_("Not applicable"), _("It is no part of this person's work; it leaves the total.")),
        Blank.INSUFFICIENT_EVIDENCE: (
            _("Insufficient evidence"),
            _("There was something to see, but too little to say a level."),
        ),
    }[blank]


class CriterionRow(QGroupBox):
    """picked(value, by_mouse): a level, a Blank, or None to clear. typed(str). comment_left(). bank_wanted().

    keep_wanted(): the comment should go into the bank. grew(): something more is shown in it.
    """

    picked = Signal(object, bool)
    typed = Signal(str)
    comment_left = Signal()
    bank_wanted = Signal()
    keep_wanted = Signal()
    grew = Signal()

    def __init__(self, content: RowContent, paints: Paints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.paints = paints
        self.is_current = False
        self.is_locked = False
        self.rating: Rating | None = None
        self.value: int | Blank | None = None
        self.comment: GrowingText | None = None
        self._comment_line: QWidget | None = None
        self._hints: QWidget | None = None
        self._days: tuple[LogEntry, ...] = ()
        self.days: LogDays | None = None
        self._day_links: tuple[LinkDay | None, frozenset[str]] = (None, frozenset())
        self.setFlat(True)
        self.setAccessibleName(content.title)
        self.setAccessibleDescription(content.about)
        self._group = QButtonGroup(self)
        self.choices: dict[int | Blank, ChoiceButton] = {}
        self._chips: list[tuple[Chip, str]] = []
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head())
        self._column.addWidget(self._cards())
        self._column.addLayout(self._foot())
        self._fit()

    # Building

    def _head(self) -> FlowLayout:
        head = FlowLayout(spacing=10)
        self.title_label = WordsLabel(self.content.title, "label", self)
        head.addWidget(self.title_label)
        if self.content.gate is not None:
            self._add_chip(head, _("Gate: level {level} or higher").format(level=self.content.gate), "shield-check")
        if self.content.weight is not None:
            self._add_chip(head, _("Weight {weight}").format(weight=self.content.weight), "")
        self.conflict = Chip(_("Differs between two laptops"), self.paints, parent=self)
        self.conflict.hide()
        self._chips.append((self.conflict, "merge"))
        head.addWidget(self.conflict)
        self.links = Chip("", self.paints, parent=self)
        self.links.hide()
        self._chips.append((self.links, "link"))
        head.addWidget(self.links)
        if self.content.about:
            head.addWidget(WordsLabel(self.content.about, "muted", self))
        return head

    def _add_chip(self, head: FlowLayout, words: str, sign: str) -> None:
        chip = Chip(words, self.paints, theme.pixmap(sign, "ink", 14) if sign else None, self)
        self._chips.append((chip, sign))
        head.addWidget(chip)

    def _cards(self) -> QWidget:
        holder = QWidget(self)
        self.columns = ColumnsLayout(holder, spacing=4)
        for place, level in enumerate(self.content.levels):
            name = _("Level {level}, {name}").format(level=level.level, name=level.title)
            card = ChoiceCard(
                str(level.level),
                level.title,
                "" if self.content.brief else level.descriptor,
                name,
                self.paints,
                self.paints.levels[place],
                holder,
            )
            card.setAccessibleDescription(level.descriptor)
            if self.content.brief:
                card.setToolTip(tip(level.descriptor))
            self._add_choice(level.level, card)
            self.columns.addWidget(card)
        return holder

    def _add_choice(self, value: int | Blank, button: ChoiceButton) -> None:
        self._group.addButton(button)
        self.choices[value] = button
        button.picked.connect(lambda: self.picked.emit(value, button.by_mouse))
        button.moved.connect(lambda step: self._move_focus(button, step))

    def _foot(self) -> FlowLayout:
        foot = FlowLayout(spacing=4)
        for blank, binding in keys.BLANKS.items():
            name, meaning = blank_words(blank)
            pill = ChoicePill(name, keys.shown(binding.keys[0]), meaning, self.paints, self)
            pill.setToolTip(meaning)
            self._add_choice(blank, pill)
            foot.addWidget(pill)
        self.clear_button = self._button(foot, "x", _("Clear"), _("Clear the rating (Backspace)"))
        self.clear_button.clicked.connect(lambda: self.picked.emit(None, True))
        self.comment_button = self._button(foot, "message-square", _("Comment"), _("Comment (C)"))
        self.comment_button.clicked.connect(self.open_comment)
        self.hints_button = self._button(foot, "info", _("Hints"), _("Evidence to ask for, and guidance (H)"))
        self.hints_button.setCheckable(True)
        self.hints_button.clicked.connect(self.toggle_hints)
        self.hints_button.setVisible(bool(self.content.hints))
        return foot

    def _button(self, where: FlowLayout, icon: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {self.content.title}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("look", "quiet")
        theme.set_icon(button, icon, "ink2", 16)
        where.addWidget(button)
        return button

    # Showing

    def show_rating(
        self, rating: Rating, locked: bool, comment: str | None = None, days: tuple[LogEntry, ...] = ()
    ) -> None:
        """Show what is on the disk. comment: what is typed and still waits, where that is newer. days: of the log."""
        self.rating = rating
        self._show_days(days)
        self.show_value(rating.level if rating.level is not None else rating.blank)
        self.conflict.setVisible(rating.conflicting)
        text = rating.comment if comment is None else comment
        if text and self.comment is None:
            self._make_comment()
        if self.comment is not None:
            if comment is not None or not (self.comment.hasFocus() and self.comment.text.strip() == text):
                self.comment.set_text(text)
            self._comment_line.setVisible(bool(text) or self.comment.hasFocus())
        self.set_locked(locked)

    def _show_days(self, days: tuple[LogEntry, ...]) -> None:
        """Days of the log that touch this criterion are suggested among the hints."""
        if days == self._days:
            return
        self._days = days
        words = _("Hints, log {n}").format(n=len(days)) if days else _("Hints")
        self.hints_button.setText(words)
        self.hints_button.setAccessibleName(f"{words}: {self.content.title}")
        self.hints_button.setVisible(bool(self.content.hints or days))
        if self._hints is not None:
            was_open = not self._hints.isHidden()
            self._hints.hide()
            self._hints.deleteLater()
            self._hints = self.days = None
            self.hints_button.setChecked(False)
            if was_open:
                self.toggle_hints()

    def show_links(self, count: int, link_day: LinkDay | None = None, days: frozenset[str] = frozenset()) -> None:
        """How many moments of the works, and which days, are linked to this criterion, and how to link a day."""
        self.links.setVisible(count > 0)
        if count:
            self.links.set_text(_("Linked evidence: {n}").format(n=count))
        self._day_links = (link_day, days)
        if self.days is not None:
            self.days.show_links(link_day, days)

    def show_value(self, value: int | Blank | None) -> None:
        """Check the button of this value, or none."""
        self.value = value
        if value is None:
            self._group.setExclusive(False)
            for button in self.choices.values():
                button.show_checked(False)
            self._group.setExclusive(True)
        else:
            self.choices[value].show_checked(True)
        self.clear_button.setVisible(value is not None and not self.is_locked)

    def set_locked(self, locked: bool) -> None:
        self.is_locked = locked
        for button in self.choices.values():
            button.setEnabled(not locked)
        self.clear_button.setVisible(self.value is not None and not locked)
        self.comment_button.setVisible(not locked)
        if self.comment is not None:
            self.comment.setReadOnly(locked)
            self._bank.setVisible(not locked)
            self._keep.setVisible(not locked)

    def set_current(self, current: bool) -> None:
        if current == self.is_current:
            return
        self.is_current = current
        if self.content.brief:
            for level in self.content.levels:
                self.choices[level.level].set_text(level.descriptor if current else "")
        self.update()

    def set_paints(self, paints: Paints) -> None:
        self.paints = paints
        for place, level in enumerate(self.content.levels):
            self.choices[level.level].set_colours(paints, paints.levels[place])
        for blank in keys.BLANKS:
            self.choices[blank].set_paints(paints)
        for chip, sign in self._chips:
            chip.set_paints(paints, theme.pixmap(sign, "ink", 14) if sign else None)
        self.update()

    # Moving about

    def focus_choice(self) -> None:
        """Put the focus on the chosen button, or the first."""
        button = self.choices.get(self.value) or next(iter(self.choices.values()))
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move_focus(self, button: ChoiceButton, step: int) -> None:
        buttons = list(self.choices.values())
        buttons[(buttons.index(button) + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def open_comment(self) -> None:
        """Show the comment box and write in it."""
        if self.is_locked and not (self.comment and self.comment.text):
            return
        if self.comment is None:
            self._make_comment()
        self._comment_line.show()
        self.comment.setFocus(Qt.FocusReason.OtherFocusReason)
        self.comment.moveCursor(self.comment.textCursor().MoveOperation.End)
        self.grew.emit()

    def toggle_hints(self) -> None:
        """Show or hide what to ask for and the guidance."""
        if not self.content.hints and not self._days:
            return
        if self._hints is None:
            self._hints = QWidget(self)
            column = QVBoxLayout(self._hints)
            column.setContentsMargins(8, 2, 8, 6)
            column.setSpacing(2)
            for heading, text in self.content.hints:
                column.addWidget(WordsLabel(heading, "strong", self._hints))
                column.addWidget(WordsLabel(text, "", self._hints))
            if self._days:
                self.days = LogDays(self._days, self.content.title, self._hints)
                self.days.show_links(*self._day_links)
                column.addWidget(self.days)
            self._hints.hide()
            self._column.addWidget(self._hints)
        self._hints.setVisible(self._hints.isHidden())
        self.hints_button.setChecked(not self._hints.isHidden())
        self.grew.emit()

    def _make_comment(self) -> None:
        line = QWidget(self)
        across = QHBoxLayout(line)
        across.setContentsMargins(2, 2, 2, 0)
        across.setSpacing(4)
        self.comment = GrowingText(
            _("Comment on {criterion}").format(criterion=self.content.title),
            _("What did you see, where?"),
            parent=line,
        )
        self.comment.typed.connect(lambda: self.typed.emit(self.comment.text))
        self.comment.left.connect(self.comment_left)
        self.comment.escaped.connect(self.focus_choice)
        across.addWidget(self.comment, 1)
        self._bank = self._side_button(across, "book-open", _("Comment bank"), _("Comment bank (/ from the levels)"))
        self._bank.clicked.connect(self.bank_wanted)
        self._keep = self._side_button(across, "bookmark", _("Keep in the bank"), _("Keep in the bank (Ctrl+S)"))
        self._keep.clicked.connect(self.keep_wanted)
        self._comment_line = line
        self._column.insertWidget(3, line)
        line.hide()

    def _side_button(self, where: QHBoxLayout, icon: str, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("look", "quiet")
        button.setAccessibleName(f"{name}: {self.content.title}")
        button.setToolTip(tip)
        theme.set_icon(button, icon, "ink2", 16)
        where.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    # Qt

    def _fit(self) -> None:
        """Sizes that grow with the text."""
        em = self.fontMetrics().height()
        self.columns.set_narrowest(QFontInfo(self.font()).pixelSize() * NARROWEST_EM)
        self.setContentsMargins(0, 0, 0, 0)
        self._column.setContentsMargins(round(em * 0.7), round(em * 0.45), round(em * 0.4), round(em * 0.45))
        self._column.setSpacing(round(em * 0.2))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_column"):
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._column.minimumSize().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.is_current:
            painter.fillRect(self.rect(), self.paints.selection)
            bar = QRectF(0, 0, 4, self.height())
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                bar.moveRight(self.width())
            painter.fillRect(bar, self.paints.accent)
        painter.setPen(self.paints.hairline)
        painter.drawLine(QPoint(0, self.height() - 1), QPoint(self.width(), self.height() - 1))
        painter.end()
