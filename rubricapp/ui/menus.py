"""From the table of actions to menus and shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow

from rubricapp.i18n import _
from rubricapp.ui import actions, theme

if TYPE_CHECKING:
    from rubricapp.ui.main_window import MainWindow

_ROLES = {
    "quit": QAction.MenuRole.QuitRole,
    "open_settings": QAction.MenuRole.PreferencesRole,
    "show_about": QAction.MenuRole.AboutRole,
}


def build(window: QMainWindow) -> dict[str, QAction]:
    """Fill the window's menu bar; the actions by id. An action calls the window's method of the same name."""
    found: dict[str, QAction] = {}
    table = actions.all_actions()
    for key, title in actions.menus():
        menu = window.menuBar().addMenu(title)
        menu.setObjectName(key)
        group: int | None = None
        for each in (action for action in table if action.menu == key):
            if group is not None and each.group != group:
                menu.addSeparator()
            group = each.group
            action = QAction(each.text, window)
            action.setObjectName(each.id)
            action.setShortcuts([QKeySequence(one) for one in each.keys])
            action.setMenuRole(_ROLES.get(each.id, QAction.MenuRole.NoRole))
            action.triggered.connect(lambda _checked=False, name=each.id: window.do(name))
            menu.addAction(action)
            found[each.id] = action
        if key == "view":
            _theme_menu(window, menu)
    return found


def can(window: MainWindow, needs: str) -> bool:
    """Whether what an action needs is there. A portfolio lies over the pages of a workspace."""
    reading = window.portfolio.view is not None
    working = window.session is not None and not reading
    protected = working and bool(window.session.ws.key)
    there = {"workspace": working, "protected": protected, "portfolio": reading, "page": working or reading}
    return there.get(needs, True)


def enable(window: MainWindow) -> None:
    """What cannot be done now is grey."""
    for each in actions.all_actions():
        window.actions_by_id[each.id].setEnabled(can(window, each.needs))
    window.arrivals.offer()


def _theme_menu(window: QMainWindow, menu) -> None:
    """Theme ▸ as a choice of one."""
    names = {
        "system": _("As the system"),
        "light": _("Light"),
        "dark": _("Dark"),
        "night": _("Set night"),
    }
    sub = menu.addMenu(_("Theme"))
    sub.setObjectName("theme")
    group = QActionGroup(sub)
    for key in theme.THEMES:
        action = sub.addAction(names[key])
        action.setCheckable(True)
        action.setData(key)
        action.triggered.connect(lambda _checked=False, key=key: window.set_settings(theme=key))
        group.addAction(action)
    sub.aboutToShow.connect(lambda: _tick(group, window.settings.theme))


def _tick(group: QActionGroup, choice: str) -> None:
    for action in group.actions():
        action.setChecked(action.data() == choice)
