"""How a portfolio file comes into the window and leaves it: asked for, dropped, handed over by the system.

Whatever was there stays as it was and comes back: a workspace that is open keeps its page, and is not touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.ui import menus
from rubricapp.ui.choosing import choose_file

if TYPE_CHECKING:
    from rubricapp.ui.folio.page import FolioView
    from rubricapp.ui.main_window import MainWindow

ENDING = ".rubricfolio"
PACKAGE = ".rubricpack"


def file_in(mime: QMimeData) -> Path | None:
    """The portfolio file among what is dragged, if it is one file on a disk."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.casefold() == ENDING else None


class PortfolioDoor(QObject):
    """view: the portfolio that is open in the window, or None."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.view: FolioView | None = None
        self._before: tuple[QWidget | None, QWidget | None, bool, bool] = (None, None, False, False)
        self._may_lose = False
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def choose(self) -> None:
        """Ask for a file."""
        kinds = [_("Portfolio files ({files})").format(files=f"*{ENDING}")]
        choose_file(self._window, _("Open a portfolio"), self.open, Path.home(), kinds)

    def open(self, path: Path) -> None:
        """Show a portfolio file; what cannot be opened is said there. Another one that is open is closed first."""
        window = self._window
        if path.suffix.casefold() == PACKAGE:
            window.arrivals.open_files([path])
            return
        if not self.close():
            return
        from rubricapp.ui.folio.page import FolioView

        self._before = (
            window.stack.currentWidget(),
            QApplication.focusWidget(),
            not window.rail.isHidden(),
            not window.notices.isHidden(),
        )
        for each in (window.rail, window.notices, window.error, window.toast):
            each.hide()
        self.view = view = FolioView(path.absolute(), window.stack)
        window.stack.addWidget(view)
        window.stack.setCurrentWidget(view)
        view.left.connect(self.close)
        view.said.connect(lambda text: window.toast.say(text))
        view.named.connect(lambda name: window.setWindowTitle(_("{name}, portfolio — Rubric").format(name=name)))
        window.setWindowTitle(_("{name}, portfolio — Rubric").format(name=path.name))
        menus.enable(window)
        view.back.setFocus(Qt.FocusReason.OtherFocusReason)
        view.start()

    def flush(self) -> bool:
        """Whether nothing typed waits in the open portfolio."""
        return self.view is None or self.view.flush()

    def close(self) -> bool:
        """Close the portfolio and go back to where one was; what was typed and not added holds it open once."""
        if self.view is None:
            return True
        if not self.flush() and not self._may_lose:
            self._may_lose = True
            self._window.say_error(
                UserError(
                    "E_UNSAVED",
                    _("What you typed under “Added later” is not added yet, so the portfolio stays open."),
                    _("It is still there."),
                    _("Add it; or close the portfolio once more to leave without it."),
                    exit_code=Exit.USAGE,
                )
            )
            return False
        page, focus, rail, notices = self._before
        self.forget()
        window = self._window
        window.error.hide()
        if page is None or window.stack.indexOf(page) < 0:
            window.show_first_run()
        else:
            window.stack.setCurrentWidget(page)
            if focus is not None and page.isAncestorOf(focus):
                focus.setFocus(Qt.FocusReason.OtherFocusReason)
        window.rail.setVisible(rail)
        window.notices.setVisible(notices)
        window.say_title()
        return True

    def forget(self) -> None:
        """Close it without going anywhere."""
        if self.view is None:
            return
        view, self.view = self.view, None
        self._before = (None, None, False, False)
        self._may_lose = False
        view.close_file()
        self._window.stack.removeWidget(view)
        view.hide()
        view.deleteLater()
        self._window.toast.hide()
        menus.enable(self._window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            path = file_in(event.mimeData())
            if path is None:
                return False
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if event.type() == QEvent.Type.Drop:
                self.open(path)
            return True
        return super().eventFilter(watched, event)
