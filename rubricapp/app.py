"""The window's door: everything around the window that Qt and the system need, and nothing of the work itself."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from rubricapp import __version__, i18n, logs, paths, settings
from rubricapp.operations.workspaces import is_workspace
from rubricapp.ui import outside
from rubricapp.ui.arriving import is_package
from rubricapp.ui.main_window import MainWindow
from rubricapp.ui.theme import FIRST_FONTS, look

_GARBAGE_MS = 2_000
log = logging.getLogger("rubricapp.window")


def main(arguments: list[str]) -> int:
    """Open the window. arguments: perhaps a workspace's folder, a portfolio or a package. Returns the exit code."""
    path = Path(arguments[0]) if arguments and not arguments[0].startswith("-") else None
    argv = [sys.argv[0], *arguments]
    if path is not None and (path.suffix.casefold() in (".rubricfolio", ".rubricpack") or path.is_file()):
        return run(None, argv, path)
    return run(path, argv)


def run(workspace: Path | None = None, argv: list[str] | None = None, portfolio: Path | None = None) -> int:
    """Show the window until it is closed: with this workspace, else the one opened last, else the first page.

    portfolio: a portfolio file that is shown; then no workspace is opened. Or a package, which is for the workspace.
    """
    opened = logs.start()
    gc.disable()  # a collection in a worker would destroy Qt objects in the wrong thread; see _Garbage
    app = Application(argv if argv is not None else [])
    app.setApplicationName("rubricapp")
    app.setApplicationDisplayName("Rubric")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("rubricapp")
    qInstallMessageHandler(_on_qt_message)
    chosen = settings.load()
    i18n.use(chosen.language or i18n.system_language())
    found = look()
    found.add_fonts([paths.RESOURCES / "fonts" / name for name in FIRST_FONTS])
    found.apply(chosen.theme, chosen.text_percent)
    app.setWindowIcon(found.icon("film", "accent", 64))
    outside.sweep()  # what a crash left for other programs
    window = MainWindow(chosen, logs.file().parent)
    faults = _Faults(window)
    _Garbage(window)
    folder = workspace or (Path(chosen.workspace) if chosen.workspace else None)
    package = portfolio if portfolio is not None and is_package(portfolio) else None
    if portfolio is not None and package is None:
        window.show_first_run()
        window.portfolio.open(portfolio)
    elif folder is not None and (workspace is not None or is_workspace(folder)):
        window.open_folder(folder)  # before the window shows, so that the first picture is the right one
    else:
        window.show_first_run()
    if package is not None:
        window.arrivals.open_files([package])
    app.show_in(window)
    window.show()
    QTimer.singleShot(0, window, window.load_rest)
    try:
        code = app.exec()
    finally:
        faults.remove()
        window.shut()
        qInstallMessageHandler(None)
        gc.enable()
        opened.close()
    window.deleteLater()
    app.sendPostedEvents(None, 52)  # QEvent.DeferredDelete: widgets go before the application does
    return code


class Application(QApplication):
    """Hears of files that macOS hands over, also those that came before there was a window."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self._window: MainWindow | None = None
        self._waiting: Path | None = None

    def show_in(self, window: MainWindow) -> None:
        """The window that shows them from now on."""
        self._window = window
        if self._waiting is not None:
            window.portfolio.open(self._waiting)
            self._waiting = None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and event.file():
            path = Path(event.file())
            if self._window is None:
                self._waiting = path
            else:
                self._window.portfolio.open(path)
            return True
        return super().event(event)


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """What Qt complains of goes to the log."""
    if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        return
    serious = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    logging.getLogger("qt").log(logging.ERROR if serious else logging.WARNING, "%s", text)


class _Garbage(QObject):
    """Collects garbage on the main thread, where Qt's objects may be destroyed, when there is some."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        timer = QTimer(self)
        timer.setInterval(_GARBAGE_MS)
        timer.timeout.connect(self._on_timeout)
        timer.start()

    def _on_timeout(self) -> None:
        young, middle, old = gc.get_count()
        first, second, third = gc.get_threshold()
        if young > first:
            gc.collect(2 if old > third else 1 if middle > second else 0)


class _Faults:
    """Faults that nobody expected: logged each time, shown once each, the window stays."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before = (sys.excepthook, threading.excepthook)
        self._said: set[str] = set()
        sys.excepthook = self._on_fault
        threading.excepthook = lambda args: log.error("in a thread", exc_info=args.exc_value)

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _on_fault(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        path = logs.keep_traceback(error)
        last = trace
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = f"{kind.__name__} {last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else kind.__name__
        if place in self._said:
            return
        self._said.add(place)
        report = logs.report(error)
        QTimer.singleShot(0, self._window, lambda: self._window.show_bug(report, str(path)))
