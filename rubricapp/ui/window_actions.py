"""What the actions of the menus do. One function for all: an action is a name, and each name has one branch here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui import actions, opening, theme
from rubricapp.ui.command_box import Entry
from rubricapp.ui.keys_overview import KeysOverview, native
from rubricapp.ui.menus import can
from rubricapp.ui.page import Page

if TYPE_CHECKING:
    from rubricapp.ui.main_window import MainWindow

_TO = {
    "import_roster": ("people", "import"),
    "import_log": ("log", "import"),
    "add_person": ("people", "add"),
    "make_reports": ("reports", "make"),
    "restore": ("settings", "restore"),
    "moderation": ("moderation", "list"),
    "committee": ("committee", "list"),
    "release_results": ("portfolios", "release"),
    "make_portfolio": ("portfolios", "make"),
    "publish_rubric": ("rubrics", "publish"),
    "open_settings": ("settings", "top"),
    "check_data": ("settings", "check"),
    "show_about": ("settings", "about"),
    "hand_in": ("home", "hand_in"),
}
_LEAVE = ("start_programme", "open_workspace", "open_demo", "close_workspace")
"""Where they lead, no portfolio lies over the page."""


def do(window: MainWindow, name: str) -> None:
    """Do the action of this name. Raises KeyError for one that is not in the table."""
    if name in _LEAVE and not window.portfolio.close():
        return
    if name.startswith("go_"):
        window.go(name.removeprefix("go_"))
    elif name in _TO:
        window.go(*_TO[name])
    else:
        _ACTS[name](window)


def _start_programme(window: MainWindow) -> None:
    window.close_workspace()
    window.first_run.start_programme()


def _open_workspace(window: MainWindow) -> None:
    window.first_run.choose_folder(window)


def _back_up(window: MainWindow) -> None:
    window.flush_pages()
    try:
        job = opening.back_up(window.background, window.session.ws)
    except UserError as error:
        window.say_error(error)
        return
    window.toast.say(_("Backing up…"))
    job.done.connect(lambda path: window.toast.say(_("Backed up and checked: {file}").format(file=path.name)))
    job.failed.connect(window.say_error)


def _flush(window: MainWindow) -> None:
    """What is being typed on the page is saved first, so that undo meets it and not the step before."""
    flush = getattr(window.page, "flush", None)
    if flush is not None:
        flush()


def _undo(window: MainWindow) -> None:
    _flush(window)
    stack = window.session.undo_stack
    if stack.canUndo():
        text = stack.undoText()
        stack.undo()
        window.toast.say(_("Undone: {what}").format(what=text) if text else _("Undone"))
    else:
        window.toast.say(_("Nothing to undo."))


def _redo(window: MainWindow) -> None:
    _flush(window)
    stack = window.session.undo_stack
    if stack.canRedo():
        text = stack.redoText()
        stack.redo()
        window.toast.say(_("Done again: {what}").format(what=text) if text else _("Done again"))
    else:
        window.toast.say(_("Nothing to do again."))


def _find(window: MainWindow) -> None:
    if isinstance(window.page, Page):
        window.page.find()
    else:
        _command_box(window)


def _copy_table(window: MainWindow) -> None:
    if hasattr(window.page, "copy_table") and window.page.copy_table():
        window.toast.say(_("Copied. Paste it into a sheet or a message."))
    else:
        window.toast.say(_("There is no table on this page."))


def _command_box(window: MainWindow) -> None:
    entries = []
    for each in actions.all_actions():
        if each.id == "command_box" or not window.actions_by_id[each.id].isEnabled():
            continue
        entries.append(
            Entry(each.text.rstrip("…"), native(each.keys[0]) if each.keys else "", lambda id=each.id: do(window, id))
        )
    if can(window, "workspace"):
        from rubricapp.core.model import Role
        from rubricapp.store.people import list_people

        for person in list_people(window.session.ws, Role.PARTICIPANT)[:400]:
            entries.append(
                Entry(
                    person.name,
                    " · ".join(part for part in (person.code, _("person")) if part),
                    lambda id=person.id: window.go("people", ("person", id)),
                )
            )
    window.box.open_with(entries, QApplication.focusWidget())


def _text(window: MainWindow, step: int) -> None:
    sizes = theme.TEXT_SIZES
    now = min(range(len(sizes)), key=lambda n: abs(sizes[n] - window.settings.text_percent))
    percent = 100 if step == 0 else sizes[max(0, min(len(sizes) - 1, now + step))]
    window.set_settings(text_percent=percent)
    window.toast.say(_("Text at {percent} %").format(percent=percent))


def _next_theme(window: MainWindow) -> None:
    order = ("light", "dark", "night")
    shown = theme.look().theme.key
    following = order[(order.index(shown) + 1) % len(order)]
    window.set_settings(theme=following)
    names = {"light": _("Light"), "dark": _("Dark"), "night": _("Set night")}
    window.toast.say(_("Theme: {name}").format(name=names[following]))


def _full_screen(window: MainWindow) -> None:
    if window.isFullScreen():
        window.showNormal()
    else:
        window.showFullScreen()


def _show_keys(window: MainWindow) -> None:
    titles = dict(actions.menus())
    groups = [
        (
            titles[menu].replace("&", ""),
            [(each.text.rstrip("…"), each.keys) for each in actions.all_actions() if each.menu == menu and each.keys],
        )
        for menu in titles
    ]
    if window.session is not None:
        from rubricapp.ui.score import keys

        groups.insert(0, (_("While scoring"), [(words, (key,)) for key, words in keys.table()]))
    KeysOverview([group for group in groups if group[1]], window).open()


def _show_log(window: MainWindow) -> None:
    window.open_path(window.log_folder)


_ACTS = {
    "start_programme": _start_programme,
    "open_workspace": _open_workspace,
    "open_portfolio": lambda window: window.portfolio.choose(),
    "close_portfolio": lambda window: window.portfolio.close(),
    "join_programme": lambda window: window.arrivals.join(),
    "open_demo": lambda window: window.first_run.make_demo(),
    "back_up": _back_up,
    "lock": lambda window: window.locking.lock_now(),
    "close_workspace": lambda window: window.close_workspace(),
    "quit": lambda window: window.close(),
    "undo": _undo,
    "redo": _redo,
    "find": _find,
    "copy_table": _copy_table,
    "command_box": _command_box,
    "next_pane": lambda window: window.next_pane(),
    "larger_text": lambda window: _text(window, 1),
    "smaller_text": lambda window: _text(window, -1),
    "usual_text": lambda window: _text(window, 0),
    "next_theme": _next_theme,
    "full_screen": _full_screen,
    "show_keys": _show_keys,
    "show_log": _show_log,
}
