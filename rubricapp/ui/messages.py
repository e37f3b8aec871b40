"""What the window says: faults as cards that can be acted on, questions before what cannot be undone, bugs once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from rubricapp.core.model import Problem
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.widgets.labels import ElidedLabel, PlainLabel, on_button, tip
from rubricapp.ui.widgets.layouts import Field, flow
from rubricapp.ui.widgets.signs import Sign

__all__ = [
    "BugDialog",
    "ElidedLabel",
    "ErrorCard",
    "PlainLabel",
    "ask_line",
    "button",
    "confirm",
    "on_button",
    "say_problem",
    "tip",
]


_GAP = "\N{THIN SPACE}"
"""Between a button's icon and its word."""


def button(text: str, look: str = "", icon: str = "", token: str = "") -> QPushButton:
    """A button with a word and perhaps an icon. look: primary, quiet, danger, link, choice or nothing."""
    found = QPushButton(f"{_GAP}{text}" if icon and text else text)
    found.setAutoDefault(False)
    found.setAccessibleName(text)
    if look:
        found.setProperty("look", look)
    if icon:
        tokens = {"primary": "on_accent", "danger": "danger", "link": "accent"}
        theme.set_icon(found, icon, token or tokens.get(look, "ink"))
    return found


class ErrorCard(QFrame):
    """A `UserError`: what happened, what is safe, what to do; codes only under "Details".

    retry(): "Try again" was chosen. closed(): put away by a click. came_or_went(): shown or hidden.
    """

    retry = Signal()
    closed = Signal()
    came_or_went = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "danger_box")
        self.setAccessibleName(_("Something did not work"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(Sign("circle-alert", "danger", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.what = PlainLabel("", "strong")
        self.rest = PlainLabel()
        self.details = PlainLabel("", "small muted")
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.hide()
        for each in (self.what, self.rest, self.details):
            words.addWidget(each)
        self.again = button(_("Try again"), "primary", "rotate-cw")
        self.again.clicked.connect(self.retry)
        self.more = button(_("Details"), "quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(self.details.setVisible)
        self.close_button = button(_("Close"), "quiet")
        self.close_button.clicked.connect(self._on_close)
        words.addWidget(flow(self.again, self.more, self.close_button))
        layout.addLayout(words, 1)
        self.hide()

    def show_error(self, error: UserError, can_retry: bool = True) -> None:
        """Show this fault. "Try again" is offered where the cause may be gone: not for what was typed wrong."""
        self.what.setText(error.what)
        self.rest.setText(" ".join(part for part in (error.safe, error.do) if part))
        self.rest.setVisible(bool(self.rest.text()))
        self.details.setText("\n".join(part for part in (error.code, error.details) if part))
        self.more.setChecked(False)
        self.again.setVisible(can_retry and error.exit_code is not Exit.USAGE)
        self.setAccessibleDescription(error.message)
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came_or_went.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.came_or_went.emit()

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()


def say_problem(problem: Problem) -> str:
    """A problem as one line: what and what to do. Its row and column are shown beside it."""
    return " ".join(part for part in (problem.message, problem.do) if part)


def ask_line(
    parent: QWidget, title: str, name: str, text: str, do: str, then: Callable[[str], object], longest: int = 2000
) -> QDialog:
    """Ask for a line of words, with what stands there now. The button names the act; Escape leaves everything."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setObjectName("ask_line")
    dialog.setMinimumWidth(theme.look().px(420))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 20)
    layout.setSpacing(12)
    layout.addWidget(PlainLabel(title, "section"))
    line = QLineEdit(text)
    line.setMaxLength(longest)
    line.selectAll()
    layout.addWidget(Field(name, line))
    act, cancel = button(do, "primary", "check"), button(_("Cancel"))
    act.setDefault(True)
    act.clicked.connect(dialog.accept)
    cancel.clicked.connect(dialog.reject)
    dialog.accepted.connect(lambda: then(line.text()))
    layout.addWidget(flow(act, cancel))
    dialog.open()
    return dialog


def confirm(
    parent: QWidget, title: str, text: str, do: str, then: Callable[[], object], danger: bool = True
) -> QDialog:
    """Ask before what cannot be undone. The button names the act; Escape and Enter leave everything as it is."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setObjectName("confirm")
    dialog.setMinimumWidth(theme.look().px(420))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 20)
    layout.setSpacing(12)
    layout.addWidget(PlainLabel(title, "section"))
    layout.addWidget(PlainLabel(text))
    cancel = button(_("Cancel"))
    cancel.setDefault(True)
    act = button(do, "danger" if danger else "primary")
    act.setObjectName("act")
    cancel.clicked.connect(dialog.reject)
    act.clicked.connect(dialog.accept)
    dialog.accepted.connect(then)
    layout.addWidget(flow(cancel, act))
    dialog.setAccessibleDescription(text)
    dialog.open()
    cancel.setFocus()
    return dialog


class BugDialog(QDialog):
    """An unexpected fault: said once, with everything that helps to mend it, ready to copy."""

    def __init__(self, report: str, log: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("A fault in the program"))
        self.resize(theme.look().px(620), theme.look().px(420))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(PlainLabel(_("Something went wrong inside the program"), "section"))
        layout.addWidget(
            PlainLabel(
                _(
                    "Everything shown as saved is saved. You can go on; if something looks odd, close the window and"
                    " open it again. To have the fault mended, copy the report and send it to whoever looks after"
                    " the program. It stays on this laptop otherwise."
                )
            )
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("Report of the fault"))
        layout.addWidget(self.report, 1)
        layout.addWidget(PlainLabel(_("Log: {file}").format(file=log), "small muted"))
        copy = button(_("Copy report"), "primary", "copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        layout.addWidget(flow(copy, close))
