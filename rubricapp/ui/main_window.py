"""The one window: rail, pages, menus, and what is said over them. It opens and closes workspaces; pages do the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from rubricapp import settings as settings_file
from rubricapp.core.model import Changes
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.workspaces import is_demo, open_workspace
from rubricapp.settings import Settings
from rubricapp.store.workspace import Workspace
from rubricapp.ui import actions, menus, opening, pages, panes, theme, trials
from rubricapp.ui.arriving import Arrivals
from rubricapp.ui.background import Background
from rubricapp.ui.command_box import CommandBox
from rubricapp.ui.enter_key import EnterPresses
from rubricapp.ui.folio.door import PortfolioDoor
from rubricapp.ui.locking import Locking
from rubricapp.ui.messages import BugDialog, ErrorCard
from rubricapp.ui.notices import NoticeBar
from rubricapp.ui.page import Page
from rubricapp.ui.rail import Rail
from rubricapp.ui.session import Session
from rubricapp.ui.toasts import Toast

if TYPE_CHECKING:
    from rubricapp.ui.home.first_run import FirstRunPage

SMALLEST = (1024, 640)
WORDS_FROM = 62
"""Widths of the letter M below which the rail shows icons alone."""


class MainWindow(QMainWindow):
    """One window, at most one open workspace. Actions of the menus are methods named as in `actions`."""

    def __init__(self, settings: Settings, log_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.log_folder = log_folder
        self.session: Session | None = None
        self.background = Background(self)
        self.locking = Locking(self)
        self.enter_presses = EnterPresses(self)
        self._pages: dict[str, QWidget] = {}
        self.setWindowTitle("Rubric")
        self.setMinimumSize(*SMALLEST)
        self._may_lose = False
        self._retry: Callable[[], object] = self.flush_pages
        room = self.screen().availableGeometry()
        # A little less than the screen, so that the frame and its buttons are on it, too.
        self.resize(min(1280, room.width() - 20), min(800, room.height() - 48))
        self._restore_geometry()
        centre = QWidget()
        self.setCentralWidget(centre)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.notices = NoticeBar()
        layout.addWidget(self.notices)
        below = QHBoxLayout()
        below.setSpacing(0)
        layout.addLayout(below, 1)
        self.rail = Rail(actions.page_entries())
        self.rail.chosen.connect(self.go)
        below.addWidget(self.rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        below.addLayout(right, 1)
        self.error = ErrorCard()
        self.error.retry.connect(self._on_retry)
        self.error.came_or_went.connect(self._fit)
        around = QHBoxLayout()
        around.addWidget(self.error)
        self.error_margins = around
        right.addLayout(around)
        self.stack = QStackedWidget()
        right.addWidget(self.stack, 1)
        self._first_run: FirstRunPage | None = None
        self.toast = Toast(centre)
        self.box = CommandBox(centre)
        self.actions_by_id = menus.build(self)
        self.portfolio = PortfolioDoor(self)
        self.rail.hide()
        self._fit()
        self.arrivals = Arrivals(self)
        menus.enable(self)
        theme.look().changed.connect(self._fit)

    # Opening and closing a workspace

    @property
    def first_run(self) -> FirstRunPage:
        """The page without a workspace; made when it is first needed."""
        if self._first_run is None:
            from rubricapp.ui.home.first_run import FirstRunPage

            self._first_run = FirstRunPage(self.settings)
            self._first_run.named.connect(lambda name: self.set_settings(name=name))
            self._first_run.made.connect(self.show_workspace)
            self._first_run.chosen.connect(self.open_folder)
            self._first_run.portfolio_wanted.connect(self.portfolio.choose)
            self._first_run.join_wanted.connect(self.arrivals.join)
            self.stack.addWidget(self._first_run)
        return self._first_run

    def show_first_run(self) -> None:
        """What to do without a workspace."""
        self.stack.setCurrentWidget(self.first_run)
        self.first_run.start()

    def open_folder(self, folder: Path) -> bool:
        """Open the workspace in a folder; what stands in the way is said on the page."""
        self._close_session()
        try:
            ws = open_workspace(folder)
        except UserError as error:
            if error.code == "E_PROTECTED":
                return self.locking.ask(folder)
            self.stack.setCurrentWidget(self.first_run)
            self._retry = lambda: self.open_folder(folder)
            self.say_error(error)
            return False
        self.show_workspace(ws)
        return True

    def show_workspace(self, ws: Workspace) -> None:
        """Work in this workspace from now on."""
        self._close_session()
        self.error.hide()
        self.session = Session(ws, self.settings, opening.who_sits_here(ws, self.settings.name), self)
        self.session.changed.connect(self._on_changed)
        self.session.failed.connect(self._on_failed)
        self.session.settings_changed.connect(self._on_settings_changed)
        self.session.me_changed.connect(lambda: menus.enable(self))
        self.set_settings(workspace=str(ws.folder))
        self.say_title()
        self.notices.show_notices(opening.notices_of(ws))
        self.rail.demo.setVisible(is_demo(ws))
        self.rail.say_saved(_("Read only") if ws.read_only else _("All saved"), "warning" if ws.read_only else "ok")
        self.rail.show()
        self._fit()
        menus.enable(self)
        self.go("home")
        self.locking.watch()
        QTimer.singleShot(0, self, self._after_opening)

    def close_workspace(self) -> None:
        """Back to the first page."""
        self._close_session()
        self.set_settings(workspace="")
        self.say_title()
        self.show_first_run()

    def say_title(self) -> None:
        """Whose work this is, in the window's title."""
        self.setWindowTitle(f"{opening.title_of(self.session.ws)} — Rubric" if self.session is not None else "Rubric")

    def _after_opening(self) -> None:
        """The day's first backup, once everything is on the screen, and its trial; what goes wrong is said."""
        if self.session is not None:
            try:
                if (job := opening.back_up_daily(self.background, self.session.ws)) is not None:
                    job.failed.connect(lambda error: self.notices.add(error.message))
                trials.begin_soon(self.background, self.session, self.notices.add)
            except UserError as error:
                self.notices.add(error.message)

    def _close_session(self, after: QWidget | None = None) -> None:
        self.portfolio.forget()
        self.locking.end()
        if self.session is None:
            return
        if not self.session.ws.suspended:
            self.flush_pages()
        self.background.close()
        self.toast.hide()
        self.rail.hide()
        self.notices.show_notices([])
        self.stack.setCurrentWidget(after or self.first_run)  # else each page that goes would show, and read, the next
        for page in self._pages.values():
            self.stack.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        session, self.session = self.session, None
        session.ws.close()
        session.deleteLater()
        menus.enable(self)

    def reopen(self, between: Callable[[Path], object]) -> bool:
        """Close the workspace, do something to its folder, open it again."""
        if self.session is None:
            return False
        folder = self.session.ws.folder
        self._close_session()
        try:
            between(folder)
        except UserError as error:
            self.open_folder(folder)
            self.say_error(error)
            return False
        return self.open_folder(folder)

    def remove_demo(self) -> None:
        """Delete the demo's folder; never any other."""
        if self.session is None or not is_demo(self.session.ws):
            return
        folder = self.session.ws.folder
        self.close_workspace()
        opening.remove_demo(folder)
        self.toast.say(_("The demo is removed."))

    # Pages

    def go(self, key: str, what: object = None) -> None:
        """Show a page of the rail; `what` is for the page."""
        if self.session is None:
            return
        page = self._pages.get(key)
        if key == "score" and (page is None or what is not None):
            what = opening.complete_slot(self.session.ws, self.session.me, what or ("", "", ""))
        if page is None:
            page = self._pages[key] = pages.make(key, self.session, self.background, self.stack)
            self.stack.addWidget(page)
            page.notice.connect(lambda text: self.toast.say(text))
            if isinstance(page, Page):
                page.done.connect(self._on_done)
            if hasattr(page, "wanted"):
                page.wanted.connect(self.go)
            if hasattr(page, "keys_wanted"):
                page.keys_wanted.connect(lambda: self.do("show_keys"))
            if hasattr(page, "people_wanted"):
                page.people_wanted.connect(lambda: self.go("people"))
            if hasattr(page, "restore_wanted"):
                page.restore_wanted.connect(self.locking.restore)
                page.close_wanted.connect(self.close_workspace)
                page.removal_wanted.connect(self.remove_demo)
                self.locking.serve(page.protection)
        self.rail.show_key(key)
        self.stack.setCurrentWidget(page)
        if isinstance(page, Page) and what is not None:
            page.open_with(what)
        elif key == "score" and isinstance(what, tuple):
            page.show_slot(*what)
        elif key != "score" and not self.rail.isAncestorOf(QApplication.focusWidget() or self):
            (page.main() if isinstance(page, Page) else page).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def page(self) -> QWidget:
        """What is shown now."""
        return self.stack.currentWidget()

    # What is said

    def set_settings(self, **values: object) -> None:
        """Change settings, with or without a workspace."""
        if self.session is not None:
            self.session.set_settings(**values)
            return
        try:
            settings_file.save(replace(self.settings, **values))
        except OSError as error:
            self.say_error(opening.settings_not_kept(error))
        self._on_settings_changed(replace(self.settings, **values))

    def show_bug(self, report: str, log: str) -> None:
        """An unexpected fault, said once."""
        BugDialog(report, log, self).open()

    def _on_settings_changed(self, new: Settings) -> None:
        old, self.settings = self.settings, new
        self.locking.watch()
        if (old.theme, old.text_percent) != (new.theme, new.text_percent):
            theme.look().apply(new.theme, new.text_percent)

    def _on_changed(self, _changes: Changes) -> None:
        self.error.hide()
        self._may_lose = False
        self.rail.say_saved(_("Saved {time}").format(time=datetime.now().strftime("%H:%M")))

    def _on_failed(self, error: UserError) -> None:
        self._retry = self.session.retry
        self.say_error(error)
        if not self.session.ws.read_only:
            self.rail.say_saved(_("Not saved"), "danger")

    def say_error(self, error: UserError) -> None:
        """A fault, on the card over the page."""
        if not (self.error.isVisible() and self.error.what.text() == error.what):  # said once, while somebody types
            self.error.show_error(error)

    def _on_retry(self) -> None:
        self.error.hide()
        self._retry()

    def _on_done(self, text: str) -> None:
        """Said with Undo, which is offered as long as nothing else was done since."""
        stack = self.session.undo_stack
        here = stack.index()
        self.toast.say(text, lambda: stack.undo() if stack.index() == here else None)

    def do(self, name: str) -> None:
        """Do an action of the table: see window_actions."""
        from rubricapp.ui import window_actions

        window_actions.do(self, name)

    # Size, focus, end

    def load_rest(self) -> None:
        """What the first picture did without: the fonts of all other scripts."""
        from rubricapp.ui.fonts import load_rest

        load_rest()

    def _fit(self) -> None:
        em = self.fontMetrics().horizontalAdvance("M")
        self.rail.set_narrow(self.width() < WORDS_FROM * em)
        margin = 0 if self.error.isHidden() else 16
        self.error_margins.setContentsMargins(*([margin] * 3), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nobody needed puts the toast away."""
        if event.key() == Qt.Key.Key_Escape and self.toast.isVisible():
            self.toast.hide()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "rail"):
            self._fit()

    def _geometry(self) -> QSettings:
        """Where the window was; nothing else is kept there."""
        return QSettings(str(settings_file.file().with_name("window.ini")), QSettings.Format.IniFormat)

    def _restore_geometry(self) -> None:
        if (kept := self._geometry().value("geometry")) is not None:
            self.restoreGeometry(kept)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_lose and not (self.flush_pages() and self.portfolio.flush()):
            self._may_lose = True  # the second time they mean it
            self.say_error(
                UserError(
                    "E_UNSAVED",
                    _("What you typed last is not saved yet, so the window stays open."),
                    _("It is still here."),
                    _("Choose Try again; or close the window once more to leave without it."),
                )
            )
            event.ignore()
            return
        self._geometry().setValue("geometry", self.saveGeometry())
        self.shut()
        event.accept()

    def flush_pages(self) -> bool:
        """Save what still waits on any page; whether all of it is on the disk. Behind the lock nothing waits."""
        if self.locking.locked:
            return True
        saved = [page.flush() is not False for page in self._pages.values() if hasattr(page, "flush")]
        return all(saved)

    def shut(self) -> None:
        """Save what waits, stop what runs, let go of the workspace. Twice is allowed."""
        nothing = QWidget(self)  # making the first page would take a moment, and nobody sees it any more
        self.stack.addWidget(nothing)
        self._close_session(nothing)
        self.background.close()
        self.arrivals.close()

    def open_path(self, path: Path) -> None:
        """Show a file or folder with the system's own program."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def focus_ring(self) -> list[QWidget]:
        """Where F6 goes."""
        parts = [self.rail.current()] if self.rail.isVisible() else []
        page = self.page
        return parts + (page.panes() if hasattr(page, "panes") else [page])

    def next_pane(self) -> None:
        """The keyboard to the next part of the window."""
        panes.next_pane(self)
