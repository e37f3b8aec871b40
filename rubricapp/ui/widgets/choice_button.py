"""Radio buttons that are drawn as cards: for assistive technology they stay radio buttons with name and description.

A `ChoiceCard` shows a number, a name and a text of any length; a `ChoicePill` a name and its key. Chosen is shown four
ways: fill, a frame of 2.5 px in ink, a tick, and the number in bold; never by colour alone.

←, → and Tab move the focus inside a group without choosing; Space and a click choose. Choosing is a durable act here,
so passing by must not do it, unlike in an ordinary group of radio buttons.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from rubricapp.ui.widgets.paints import Paints


class ChoiceButton(QRadioButton):
    """What cards and pills share. picked(): the person chose this one, with mouse, Space or assistive technology.

    moved(int): the person wants the focus that many choices on. by_mouse says how the last choice was made.
    """

    picked = Signal()
    moved = Signal(int)

    def __init__(self, name: str, description: str, paints: Paints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paints = paints
        self.by_mouse = False
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._showing = False
        self._picked_on_toggle = False
        self.toggled.connect(self._on_toggled)
        self.clicked.connect(self._on_clicked)

    def show_checked(self, checked: bool) -> None:
        """Show what is so, without anybody having chosen it."""
        self._showing = True
        self.setChecked(checked)
        self._showing = False

    def _on_toggled(self, checked: bool) -> None:
        # Assistive technology toggles a radio button; no click follows.
        if checked and not self._showing:
            self._picked_on_toggle = True
            self.picked.emit()

    def _on_clicked(self) -> None:
        if not self._picked_on_toggle:
            self.picked.emit()
        self._picked_on_toggle = False

    def set_paints(self, paints: Paints) -> None:
        self.paints = paints
        self.update()

    def hitButton(self, position) -> bool:  # the whole card, not just where a style would draw a radio button
        return self.rect().contains(position)

    def mousePressEvent(self, event) -> None:
        self.by_mouse = True
        self._picked_on_toggle = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_mouse = False
        self._picked_on_toggle = False
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key(), 0)
        if step:
            self.moved.emit(-step if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else step)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self._measure_again()
        super().changeEvent(event)

    def _measure_again(self) -> None:
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _em(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _frame(self, painter: QPainter, fill: QColor | None) -> QRectF:
        """Ground, frame and focus ring; gives the inside of the frame."""
        paints, chosen = self.paints, self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outer = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        width = 2.5 if chosen else 1.0
        edge = paints.ink if chosen else (paints.ink2 if self.underMouse() and self.isEnabled() else paints.border)
        if not self.isEnabled() and not chosen:
            edge = paints.hairline
        inner = outer.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setBrush(fill if fill is not None else (paints.base if self.isEnabled() else paints.window))
        painter.setPen(QPen(edge, width))
        painter.drawRoundedRect(inner, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(paints.accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        return inner

    def _tick(self, painter: QPainter, where: QRectF, colour: QColor) -> None:
        """A tick drawn in `where`, which is square."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(colour, max(2.0, where.width() / 7))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        left, top, side = where.x(), where.y(), where.width()
        path = QPainterPath(QPointF(left + side * 0.12, top + side * 0.55))
        path.lineTo(left + side * 0.4, top + side * 0.82)
        path.lineTo(left + side * 0.9, top + side * 0.2)
        painter.drawPath(path)


class ChoiceCard(ChoiceButton):
    """A choice with a number, a title and a text that may be long. colours: (fill, text on it) when chosen."""

    def __init__(
        self,
        number: str,
        title: str,
        text: str,
        name: str,
        paints: Paints,
        colours: tuple[QColor, QColor],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, text, paints, parent)
        self.number, self.title, self.text_shown = number, title, text
        self.colours = colours
        self._heights: dict[int, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_colours(self, paints: Paints, colours: tuple[QColor, QColor]) -> None:
        self.colours = colours
        self.set_paints(paints)

    def set_text(self, text: str) -> None:
        """Show another text, or none; what is read out stays."""
        if text != self.text_shown:
            self.text_shown = text
            self._measure_again()

    def _measure_again(self) -> None:
        self._heights.clear()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            if len(self._heights) > 50:
                self._heights.clear()
            self._heights[width] = ceil(self._lay_out(width).height)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        width = round(self._em() * 9)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._em() * 4), round(self._em() * 2))

    def _fonts(self) -> tuple[QFont, QFont]:
        bold, small = QFont(self.font()), QFont(self.font())
        bold.setBold(True)
        small.setPointSizeF(self.font().pointSizeF() * 0.95)
        return bold, small

    def _lay_out(self, width: int) -> _CardLayout:
        em = self._em()
        before, after, top = 3 + 5 + em * 0.5, 3 + em * 0.4, 3 + em * 0.35
        bold, small = self._fonts()
        room = max(em, width - before - after)
        title = lay_out(f"{self.number}  {self.title}".rstrip(), bold, max(em, room - em))
        text = lay_out(self.text_shown, small, room)
        below = top + _height(title) + (em * 0.2 if self.text_shown else 0)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return _CardLayout(
            title,
            QPointF(after + em if rtl else before, top),
            text,
            QPointF(after if rtl else before, below),
            below + _height(text) + em * 0.4 + 3,
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paints, chosen, enabled = self.paints, self.isChecked(), self.isEnabled()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        fill, on_fill = self.colours
        inner = self._frame(painter, fill if chosen else None)
        if not chosen:
            self._coloured_edge(painter, inner, rtl)
        found = self._lay_out(self.width())
        painter.setPen(on_fill if chosen else (paints.ink if enabled else paints.ink2))
        found.title.draw(painter, found.title_at)
        painter.setPen(on_fill if chosen else paints.ink2)
        found.text.draw(painter, found.text_at)
        if chosen:
            em = self._em()
            side = em * 0.7
            x = 3 + em * 0.5 if rtl else self.width() - 3 - em * 0.5 - side
            self._tick(painter, QRectF(x, found.title_at.y() + em * 0.15, side, side), on_fill)
        painter.end()

    def _coloured_edge(self, painter: QPainter, inner: QRectF, rtl: bool) -> None:
        """Five pixels in the level's colour where the text begins."""
        shape = QPainterPath()
        shape.addRoundedRect(inner, 6, 6)
        painter.save()
        painter.setClipPath(shape)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.fillRect(
            QRectF(inner.right() - 5 if rtl else inner.left(), inner.top(), 5, inner.height()), self.colours[0]
        )
        painter.restore()
        painter.setPen(QPen(self.paints.border if self.isEnabled() else self.paints.hairline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner, 6, 6)


@dataclass(frozen=True)
class _CardLayout:
    """Where a card's words go at one width; height of the whole card in pixels."""

    title: QTextLayout
    title_at: QPointF
    text: QTextLayout
    text_at: QPointF
    height: float


class ChoicePill(ChoiceButton):
    """A small choice on one line: a name and the key that chooses it."""

    def __init__(self, name: str, key: str, description: str, paints: Paints, parent: QWidget | None = None) -> None:
        super().__init__(name, description, paints, parent)
        self.name, self.key = name, key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        em = self._em()
        metrics = QFontMetricsF(self._bold())
        width = metrics.horizontalAdvance(self.name) + metrics.horizontalAdvance(self.key) + em * 2.8
        return QSize(round(width) + 6, max(30, round(em * 1.5) + 6))

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setBold(True)
        return bold

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paints, chosen = self.paints, self.isChecked()
        inner = self._frame(painter, paints.selection if chosen else None)
        em = self._em()
        side = em * 0.7
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRectF(inner.right() - em * 0.5 - side if rtl else inner.left() + em * 0.5, 0, side, side)
        box.moveTop(inner.center().y() - side / 2)
        if chosen:
            self._tick(painter, box, paints.ink)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(paints.border if self.isEnabled() else paints.hairline, 1.2))
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        painter.setFont(self._bold() if chosen else self.font())
        painter.setPen(paints.ink if chosen else (paints.ink if self.isEnabled() else paints.ink2))
        words = inner.adjusted(em * 0.5, 0, -em * 1.5, 0) if rtl else inner.adjusted(em * 1.5, 0, -em * 0.5, 0)
        leading = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        trailing = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.drawText(words, leading | Qt.AlignmentFlag.AlignVCenter, self.name)
        painter.setFont(self.font())
        painter.setPen(paints.ink if chosen else paints.ink2)
        painter.drawText(words, trailing | Qt.AlignmentFlag.AlignVCenter, self.key)
        painter.end()


def lay_out(text: str, font: QFont, width: float) -> QTextLayout:
    """Plain text broken into lines of at most `width` pixels; a word that is too long breaks anywhere."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    y = 0.0
    while text:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    return layout


def _height(layout: QTextLayout) -> float:
    return layout.boundingRect().height() if layout.lineCount() else 0.0
