"""The rail: where one can go, as icons with words; icons alone where there is little room, the words then in tips."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.actions import PageEntry
from rubricapp.ui.widgets.labels import PlainLabel, set_tip


class _Place(QToolButton):
    """One place. Tab comes to where one is, whichever place it reaches first."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        rail = self.parent()
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            rail.current().setFocus(Qt.FocusReason.OtherFocusReason)


class Rail(QFrame):
    """chosen(key): the person wants to go there. Up and Down move, Space and Enter go, Tab leaves."""

    chosen = Signal(str)

    def __init__(self, entries: tuple[PageEntry, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "rail")
        self.setAccessibleName(_("Places"))
        self._narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 10)
        layout.setSpacing(2)
        self.demo = PlainLabel(_("Demo"), "tag", wraps=False)
        self.demo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tip(self.demo, _("Made-up people: try anything. Your own programmes are not touched."))
        self.demo.hide()
        layout.addWidget(self.demo)
        layout.addSpacing(4)
        self._showing = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, QToolButton] = {}
        for number, entry in enumerate(entries, 1):
            button = _Place(self)
            button.setText(f"\N{EN SPACE}{entry.text}")
            button.setCheckable(True)
            button.setProperty("look", "rail")
            button.setProperty("key", entry.key)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(entry.text)
            set_tip(button, f"{entry.text}  Ctrl+{number}" if number < 10 else entry.text)
            theme.set_icon(button, entry.icon, "ink", 19)
            button.toggled.connect(lambda checked, key=entry.key: self._on_toggled(key, checked))
            self._group.addButton(button)
            self.buttons[entry.key] = button
            if entry.key == "settings":
                layout.addStretch(1)
            layout.addWidget(button)
        self.saved = PlainLabel("", "small ok", wraps=False)
        self.saved.setAccessibleName(_("Saving"))
        self.saved.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.saved)
        self._saved_text, self._saved_look = "", "small ok"
        self.set_narrow(False)

    def show_key(self, key: str) -> None:
        """Mark where one is; a page that has no place here is marked nowhere."""
        self._showing = True
        self._group.setExclusive(key in self.buttons)
        if key in self.buttons:
            self.buttons[key].setChecked(True)
        elif self._group.checkedButton() is not None:
            self._group.checkedButton().setChecked(False)
        self._showing = False

    def set_there(self, key: str, there: bool) -> None:
        """Whether a place is offered to who sits here."""
        self.buttons[key].setVisible(there)

    def _on_toggled(self, key: str, checked: bool) -> None:
        # Assistive technology toggles; a click does, too, and comes second.
        if checked and not self._showing:
            self.chosen.emit(key)

    def current(self) -> QToolButton:
        """The button of the place one is at, or the first."""
        return self._group.checkedButton() or next(iter(self.buttons.values()))

    def set_narrow(self, narrow: bool) -> None:
        """Icons alone, or icons with words."""
        self._narrow = narrow
        style = Qt.ToolButtonStyle
        for button in self.buttons.values():
            button.setToolButtonStyle(style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon)
            theme.restyle(button, "rail tight" if narrow else "rail")
        look = theme.look()
        widest = max(self.fontMetrics().horizontalAdvance(each.text()) for each in self.buttons.values())
        self.setFixedWidth(look.px(44) + 20 if narrow else max(look.px(120), widest + look.px(74)) + 16)
        self.demo.setProperty("look", "tag tight" if narrow else "tag")
        theme.restyle(self.demo, self.demo.property("look"))
        self._show_saved()

    def say_saved(self, text: str, kind: str = "ok") -> None:
        """The truth about saving, in a few words. kind: ok, warning or danger."""
        self._saved_text, self._saved_look = text, f"small {kind}"
        self._show_saved()

    def _show_saved(self) -> None:
        set_tip(self.saved, self._saved_text)
        self.saved.setAccessibleDescription(self._saved_text)
        if self._narrow:
            name = {"ok": "circle-check", "warning": "lock", "danger": "circle-alert"}[self._saved_look.split()[1]]
            self.saved.setPixmap(theme.pixmap(name, self._saved_look.split()[1], 18))
        else:
            self.saved.setText(self._saved_text)
        self.saved.setVisible(bool(self._saved_text))
        theme.restyle(self.saved, self._saved_look)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = [each for each in self.buttons.values() if not each.isHidden()]
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(event.key())
        here = self.focusWidget()
        if step is None or here not in order:
            super().keyPressEvent(event)
            return
        order[(order.index(here) + step) % len(order)].setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), super().sizeHint().height())
