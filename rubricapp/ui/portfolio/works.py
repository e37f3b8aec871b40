"""The grid of works: a real list for keyboard and screen readers, each work drawn as a card with its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.portfolio.reading import Work, say_media
from rubricapp.ui.portfolio.thumbnails import Thumbnails, sign
from rubricapp.ui.widgets.labels import tip

Index = QModelIndex | QPersistentModelIndex
WORK = Qt.ItemDataRole.UserRole


class WorksModel(QAbstractListModel):
    """Works in the order they were added."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.works: list[Work] = []

    def set_works(self, works: Sequence[Work]) -> None:
        self.beginResetModel()
        self.works = list(works)
        self.endResetModel()

    def row_of(self, artefact: str) -> int:
        """The row of a work, or -1."""
        return next((row for row, each in enumerate(self.works) if each.artefact.id == artefact), -1)

    def picture_made(self, artefact: str) -> None:
        """Draw this work anew."""
        row = self.row_of(artefact)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.works)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        work = self.works[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return work.artefact.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return work.sentence()
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip("\n".join([work.artefact.title, *(each.message for each in work.problems)]))
        return work if role == WORK else None

    def as_text(self) -> str:
        """The works as lines with tabs, for a sheet."""
        from rubricapp.ui.widgets.rows import for_sheet

        rows = [[_("Work"), _("Kind"), _("Role"), _("Proves"), _("To know")]]
        for each in self.works:
            known = " ".join(problem.message for problem in each.problems)
            rows.append(
                [each.artefact.title, say_media(each.artefact), each.artefact.role, " ".join(each.proves), known]
            )
        return "\n".join("\t".join(for_sheet(cell) for cell in row) for row in rows)


class WorksGrid(QListView):
    """chosen(Work): Enter or a double click. removal_wanted(Work): Delete."""

    chosen = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, model: WorksModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_Card(thumbnails, self))
        self.setAccessibleName(_("Works"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.data(WORK)))
        theme.look().changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Sizes from the text size."""
        self.setSpacing(theme.look().px(6))
        self.setMinimumHeight(self.itemDelegate().size().height() + theme.look().px(24))
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        work = self.currentIndex().data(WORK) if self.currentIndex().isValid() else None
        if work is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(work)
        elif work is not None and event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit(work)
        else:
            super().keyPressEvent(event)


class _Card(QStyledItemDelegate):
    """Picture above, title, facts, and a warning with a sign and words."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails

    def _em(self) -> int:
        return self.parent().fontMetrics().height()

    def size(self) -> QSize:
        em = self._em()
        width = round(em * 12.5)
        return QSize(width, width * 9 // 16 + round(em * 4.9))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return self.size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        work: Work = index.data(WORK)
        em = self._em()
        states = QStyle.StateFlag
        chosen, focused = bool(option.state & states.State_Selected), bool(option.state & states.State_HasFocus)
        box = option.rect.adjusted(1, 1, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent" if chosen or focused else "hairline"), 2 if chosen or focused else 1))
        painter.setBrush(theme.colour("selection" if chosen else "raised"))
        painter.drawRoundedRect(box, 6, 6)
        picture = QRect(box.left() + 6, box.top() + 6, box.width() - 12, option.rect.width() * 9 // 16)
        self._picture(painter, picture, work)
        words = QRect(picture.left() + 4, picture.bottom() + round(em * 0.4), picture.width() - 8, em)
        bold = QFont(option.font)
        bold.setBold(True)
        self._line(painter, words, work.artefact.title, bold, theme.colour("ink"), mirrored=option.direction)
        words.translate(0, round(em * 1.25))
        small = QFont(option.font)
        small.setPointSizeF(theme.look().points("small"))
        self._line(painter, words, work.short, small, theme.colour("ink2"), mirrored=option.direction)
        words.translate(0, round(em * 1.2))
        if work.warning:
            self._line(painter, words, work.warning, small, theme.colour("warning"), "triangle-alert", option.direction)
        else:
            about = work.artefact.role or say_media(work.artefact)
            self._line(painter, words, about, small, theme.colour("ink2"), mirrored=option.direction)
        painter.restore()

    def _picture(self, painter: QPainter, room: QRect, work: Work) -> None:
        painter.fillRect(room, theme.colour("window"))
        found = self.thumbnails.picture(work.artefact) if work.here else None
        if found is None:
            found = sign(work.artefact)
            size = found.size() / found.devicePixelRatio()
        else:
            size = found.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(0, 0), size)
        place.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, found)

    def _line(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        font: QFont,
        ink: QColor,
        icon: str = "",
        mirrored: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight,
    ) -> None:
        room = QRect(room)
        if icon:
            drawn = theme.pixmap(icon, "warning", 14)
            side = round(drawn.width() / drawn.devicePixelRatio())
            at = room.right() - side if mirrored == Qt.LayoutDirection.RightToLeft else room.left()
            painter.drawPixmap(QPoint(at, room.top() + (room.height() - side) // 2), drawn)
            if mirrored == Qt.LayoutDirection.RightToLeft:
                room.adjust(0, 0, -side - 4, 0)
            else:
                room.adjust(side + 4, 0, 0, 0)
        painter.setFont(font)
        painter.setPen(ink)
        shown = painter.fontMetrics().elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, room.width())
        side = (
            Qt.AlignmentFlag.AlignLeading if mirrored == Qt.LayoutDirection.LeftToRight else Qt.AlignmentFlag.AlignRight
        )
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), shown)
