"""The system's own dialogs for files and folders, opened beside the window's event loop: no exec()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from rubricapp.i18n import _


def choose_folder(parent: QWidget, title: str, at: Path | str, then: Callable[[Path], object]) -> None:
    """Ask for a folder, beginning at one; then(folder) where one was chosen."""
    dialog = _dialog(parent, title, at, QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()


def choose_file(
    parent: QWidget, title: str, then: Callable[[Path], object], at: Path | str = "", kinds: Sequence[str] = ()
) -> None:
    """Ask for one file that is there. at: where to begin, "" for where the last one was. kinds: filters of Qt."""
    dialog = _dialog(parent, title, at, QFileDialog.FileMode.ExistingFile, kinds)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()


def choose_files(
    parent: QWidget, title: str, then: Callable[[list[Path]], object], at: Path | str = "", kinds: Sequence[str] = ()
) -> None:
    """Ask for any number of files that are there, as `choose_file` does for one."""
    dialog = _dialog(parent, title, at, QFileDialog.FileMode.ExistingFiles, kinds)
    dialog.filesSelected.connect(lambda paths: then([Path(path) for path in paths]))
    dialog.open()


def choose_place(
    parent: QWidget,
    title: str,
    place: Path,
    then: Callable[[Path], object],
    kinds: Sequence[str] = (),
    suffix: str = "",
    replaces: bool = True,
) -> QFileDialog:
    """Ask where a file is to be written. place: what is proposed. suffix: for a name without one, without a dot.

    replaces: whether a file that is there may be replaced, which the dialog then asks about.
    """
    dialog = _dialog(parent, title, place.parent, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kinds:
        dialog.setNameFilters(kinds)
    dialog.setDefaultSuffix(suffix)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not replaces)
    dialog.selectFile(place.name)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


def _dialog(
    parent: QWidget, title: str, at: Path | str, mode: QFileDialog.FileMode, kinds: Sequence[str] = ()
) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(at))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilters([*kinds, _("All files (*)")])
    return dialog
