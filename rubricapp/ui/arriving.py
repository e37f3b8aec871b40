"""Packages that come to the window, by a menu, a double click or dropped on it: kits are joined, returns are merged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import menus, opening
from rubricapp.ui.background import Background
from rubricapp.ui.watching import ENDING, Watch
from rubricapp.ui.widgets.announce import announce

if TYPE_CHECKING:
    from rubricapp.operations.joining import Joined, ReadyKit
    from rubricapp.ui.home.joining import JoinView
    from rubricapp.ui.main_window import MainWindow


def is_package(path: Path) -> bool:
    """Whether a file is called as packages are."""
    return path.suffix.casefold() == ENDING


def packages_in(event: QEvent) -> list[Path]:
    """The packages that somebody drags or drops."""
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [each for each in files if is_package(each)]


class Arrivals(QObject):
    """One for the window. Follows what is dropped on it, and owns the page on which a programme is joined."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        # Not the window's own: that one ends with the workspace, and a kit may take its place.
        self._background = Background(self)
        self._view: JoinView | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def view(self) -> JoinView:
        """The page on which a programme is joined; made when it is first needed."""
        if self._view is None:
            from rubricapp.ui.home.joining import JoinView

            self._view = JoinView(self._background)
            self._view.left.connect(self._on_left)
            self._view.ready.connect(self._on_ready)
            self.window.stack.addWidget(self._view)
        return self._view

    def close(self) -> None:
        """Stop what runs: nothing may outlive the window."""
        self._background.close()

    def join(self) -> None:
        """Show the page, empty; a portfolio that lies over the window is closed first."""
        if self.window.locking.locked:
            self.window.toast.say(_("Unlock the workspace first."))
            return
        if not self.window.portfolio.close():
            return
        session = self.window.session
        self.view.start(session.ws if session is not None else None)
        self.window.rail.show_key("")
        self.window.stack.setCurrentWidget(self.view)
        self.view.choose.setFocus()

    def open_files(self, files: Sequence[Path]) -> None:
        """Kits are joined, one at a time; returns go to the merge page. Nothing arrives behind the lock."""
        if self.window.locking.locked:
            self.window.toast.say(_("Unlock the workspace first."))
            return
        from rubricapp.operations.packages import find_return

        try:
            returns = [each for each in files if find_return(each)]
        except UserError as error:
            self._refuse(error)
            return
        session = self.window.session
        if not returns:
            self.join()
            self.view.open_file(files[0])
        elif session is not None and opening.may_merge(session.me):
            self.window.go("merge", ("files", returns))
        else:
            self._refuse(
                UserError(
                    "E_OTHER_KIND",
                    _("{name} is what somebody handed in.").format(name=returns[0].name),
                    _("Nothing was changed."),
                    _("It is for the programme lead, who opens their own workspace and merges it there."),
                    exit_code=Exit.USAGE,
                )
            )

    def _refuse(self, error: UserError) -> None:
        self.join()
        self.view.show_error(error, can_retry=False)

    def offer(self) -> None:
        """What only some people have: merging for leads, handing in for those who came by a kit."""
        window, session = self.window, self.window.session
        if session is None or not menus.can(window, "workspace"):
            return
        merges = opening.may_merge(session.me)
        self._watch(merges)
        window.rail.set_there("merge", merges)
        window.actions_by_id["go_merge"].setEnabled(merges)
        if not merges and window.rail.current() is window.rail.buttons["merge"]:
            window.go("home")
        window.actions_by_id["hand_in"].setEnabled(opening.came_as_kit(session.ws))

    def _watch(self, merges: bool) -> None:
        """The watched folder is for whoever merges, from the start on and not only on their page."""
        session = self.window.session
        if session.watch is None and merges:
            session.watch = Watch(session, self.window.background)
        elif session.watch is not None:
            session.watch.follow() if merges else session.watch.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and packages_in(event):
            event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.Drop and (files := packages_in(event)):
            event.acceptProposedAction()
            self.open_files(files)
            return True
        return super().eventFilter(watched, event)

    def _on_left(self) -> None:
        if self.window.session is None:
            self.window.show_first_run()
        else:
            self.window.go("home")

    def _on_ready(self, ready: ReadyKit, joined: list[Joined]) -> None:
        """Take the kit: the workspace that is open is let go first, as it may be the one."""
        from rubricapp import paths
        from rubricapp.operations import joining
        from rubricapp.operations.kits import say_other_lead

        window = self.window
        before = window.session.ws.folder if window.session is not None else None
        key = window.session.ws.key if window.session is not None else b""
        try:
            into = joining.find_place(ready, joined, paths.home() / "workspaces")
            if before is not None:
                window.close_workspace()
            opened = joining.take(ready, into, unlock=(lambda _kept: key) if key else None)
        except UserError as error:
            if before is not None and window.session is None:
                window.open_folder(before)
                window.rail.show_key("")
                self.view.here = window.session.ws if window.session is not None else None
            window.stack.setCurrentWidget(self.view)
            self.view.show_error(error)
            return
        finally:
            ready.put_away()
        if window.open_folder(opened.folder):
            window.toast.say(_say_ready(window, opened))
            if said := say_other_lead(opened):
                window.notices.add(said)
                announce(window.notices, said, urgent=True)


def _say_ready(window: MainWindow, opened: object) -> str:
    from rubricapp.operations.recipients import duties_of
    from rubricapp.store.people import load_person

    ws = window.session.ws
    duties = duties_of(ws, load_person(ws, opened.me))
    said = [
        ngettext("{n} person to score", "{n} people to score", len(duties.scores)).format(n=len(duties.scores))
        if duties.scores
        else "",
        ngettext("{n} person to review", "{n} people to review", len(duties.reviews)).format(n=len(duties.reviews))
        if duties.reviews
        else "",
        ngettext("{n} person to accompany", "{n} people to accompany", len(duties.mentees)).format(
            n=len(duties.mentees)
        )
        if duties.mentees
        else "",
        _("your own work") if duties.participant else "",
    ]
    what = ", ".join(each for each in said if each) or _("samples to practise on")
    return _("Ready for {name}: {what}").format(name=opened.manifest.recipient_name, what=what)
