"""What Qt reads a work's file through: the file itself where it is plain, else a device that unseals it piece by piece.

No plain copy is made: not on the disk, and in memory one piece at a time, but for documents. Which threads of Qt's read
decides how. Pictures are read where they are asked for. A player reads in its own thread, while a signal lets go of
Python's lock (see `clips`). The library for PDFs holds a lock of its own while it reads: a thread that waits for that
one with Python's lock would wait for ever, so a sealed document is unsealed into memory first.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.store.vault import Stored

LARGEST_DOCUMENT = 256 << 20
"""Bytes of a sealed document that is unsealed into memory; larger ones open in the system's own program."""


class SealedDevice(QIODevice):
    """Reads a sealed file. What was altered ends it early, as a broken disk would; `altered` says so."""

    def __init__(self, stored: Stored, parent: QObject | None = None) -> None:
        """Raises OSError."""
        super().__init__(parent)
        self._file = stored.open()
        self._size = self._file.seek(0, 2)
        self._file.seek(0)
        self.altered = False
        self.open(QIODevice.OpenModeFlag.ReadOnly)

    def isSequential(self) -> bool:
        return False

    def size(self) -> int:
        return self._size

    def seek(self, position: int) -> bool:
        if not super().seek(position):
            return False
        self._file.seek(position)
        return True

    def readData(self, most: int) -> object:
        try:
            return self._file.read(most)
        except (OSError, ValueError):  # altered; or closed meanwhile
            self.altered = True
            return -1

    def writeData(self, _data: object, _most: int) -> int:
        return -1

    def close(self) -> None:
        self._file.close()
        super().close()


def device_of(stored: Stored, parent: QObject | None = None) -> SealedDevice:
    """A device for a sealed file, at its beginning. Raises UserError."""
    try:
        return SealedDevice(stored, parent)
    except OSError as error:
        raise cannot_read(error) from error


def document_of(stored: Stored, parent: QObject | None = None) -> QBuffer:
    """A sealed document, unsealed into memory. Raises UserError."""
    try:
        if stored.size() > LARGEST_DOCUMENT:
            raise UserError(
                "E_TOO_LARGE", _("This document is too large to be shown here. Open it in your player."), "", ""
            )
        with stored.open() as file:
            data = QByteArray(file.read())
    except OSError as error:
        raise cannot_read(error) from error
    found = QBuffer(parent)
    found.setData(data)
    found.open(QIODevice.OpenModeFlag.ReadOnly)
    return found


def beginning_of(stored: Stored, count: int = 16) -> bytes:
    """The first bytes of a file. Raises UserError."""
    try:
        with stored.open() as file:
            return file.read(count)
    except OSError as error:
        raise cannot_read(error) from error


def cannot_read(error: OSError) -> UserError:
    """It is not there, or not as it was."""
    return UserError("E_IMAGE", _("This file cannot be read."), "", "", str(error))
