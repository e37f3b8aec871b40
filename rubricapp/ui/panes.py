"""F6: the keyboard goes from part to part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from rubricapp.ui.main_window import MainWindow


def next_pane(window: MainWindow) -> None:
    """The keyboard to the next part of the window."""
    ring = [each for each in window.focus_ring() if each.isVisible()]
    here = QApplication.focusWidget()
    at = next((n for n, each in enumerate(ring) if each is here or each.isAncestorOf(here or window)), -1)
    if at < 0 and here is not None:
        at = 0 if window.rail.isAncestorOf(here) else len(ring) - 1
    target = ring[(at + 1) % len(ring)]
    if target.focusPolicy() == Qt.FocusPolicy.NoFocus:
        target = next((each for each in target.findChildren(QWidget) if _takes_focus(each)), target)
    target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _takes_focus(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
