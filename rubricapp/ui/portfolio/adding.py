"""Adding works: dropped, pasted, picked or typed; large files beside the window, with a way to stop."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QProgressBar, QWidget

from rubricapp.core.model import Changes
from rubricapp.core.portfolio import is_web
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations import artefacts, evidence
from rubricapp.ui import outside
from rubricapp.ui.background import Background, Job
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import row

AT_ONCE = 8 << 20
"""Files up to this many bytes are copied at once; larger ones beside the window."""


class Adder(QWidget):
    """Shows itself while something is copied. done(str): what was added, with Undo. failed(UserError): what was not.

    Each file is a work of its own as soon as it is whole; stopping leaves those that are. extra: more that is known of
    what is added, by field, such as the day of the log that it belongs to.
    """

    done = Signal(str)
    notice = Signal(str)
    failed = Signal(object)

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.background = session, background
        self._jobs: list[Job] = []
        self._all = self._done = 0
        self.words = PlainLabel("", "muted")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(_("Copying"))
        self.bar.setTextVisible(False)
        self.stop = button(_("Stop copying"), "", "x")
        self.stop.clicked.connect(self.cancel)
        self.setLayout(row(self.words, self.bar, self.stop))
        self.layout().setStretch(0, 2)
        self.layout().setStretch(1, 1)
        self.hide()

    @property
    def busy(self) -> bool:
        return bool(self._jobs)

    def take(
        self, data: QMimeData, participant: str, link: bool = False, extra: Mapping[str, object] | None = None
    ) -> bool:
        """Add what was dropped or pasted: files, web addresses, or a picture; False where it is none of them."""
        sources = [url.toLocalFile() if url.isLocalFile() else url.toString() for url in data.urls()]
        sources = [each for each, url in zip(sources, data.urls(), strict=True) if url.isLocalFile() or is_web(each)]
        if not sources and data.hasText() and is_web(data.text().strip()) and "\n" not in data.text().strip():
            sources = [data.text().strip()]
        if sources:
            self.add(sources, participant, link, extra)
            return True
        image = data.imageData() if data.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            return False
        now = self.session.ws.sources.now().astimezone()
        with tempfile.TemporaryDirectory(dir=outside.folder()) as folder:
            file = Path(folder) / f"{_('Pasted picture')} {now:%Y-%m-%d %H.%M.%S}.png"
            image.save(str(file), "PNG")
            self.add([str(file)], participant, False, extra)
        return True

    def add(
        self,
        sources: Sequence[str],
        participant: str,
        link: bool = False,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        """Add files and web addresses. link: files stay where they are and are not copied."""
        added: list[str] = []
        changes = Changes()
        for each in sources:
            if not link and not is_web(each) and _size(Path(each)) > AT_ONCE:
                self._copy_beside(Path(each), participant, extra)
                continue
            try:
                work, done = artefacts.add_work(
                    self.session.ws,
                    participant,
                    each,
                    link=link,
                    author=self._me,
                    log_entry=str((extra or {}).get("log_entry", "")),
                )
            except UserError as error:
                self.failed.emit(error)
                continue
            added.append(work.id)
            changes |= done
        if added:
            self._say_added(added, changes)

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def _say_added(self, added: Sequence[str], changes: Changes, more: str = "") -> None:
        me, session, first = self._me, self.session, [True]

        def put(removed: bool) -> None:
            for each in added:
                session.run(evidence.remove, each, me, removed)

        def again() -> None:
            if not first:
                put(False)
            first.clear()

        words = ngettext("{n} work added", "{n} works added", len(added)).format(n=len(added))
        session.undo_stack.push(OperationCommand(words, again, lambda: put(True)))
        session.changed.emit(changes)
        self.done.emit("  ".join(part for part in (words, more) if part))

    def _copy_beside(self, file: Path, participant: str, extra: Mapping[str, object] | None) -> None:
        if self.session.ws.read_only:
            self.session.run(lambda ws: ws.demand_writable())
            return
        job = self.background.start(evidence.copy_in, self.session.ws.vault, file)
        self._jobs.append(job)
        self._all += 1
        self.destroyed.connect(job.cancel)
        job.progressed.connect(self._on_progressed)
        job.done.connect(lambda copied: self._on_copied(copied, participant, extra))
        job.failed.connect(self.failed)
        job.ended.connect(lambda: self._on_ended(job))
        self.words.setText(_("Copying {file}…").format(file=file.name))
        self.bar.setRange(0, 0)
        self.show()

    def _on_progressed(self, done: int, total: int, label: str) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(done * 1000 // max(1, total))
        percent = done * 100 // max(1, total)
        words = _("Copying {file}: {percent} %").format(file=label, percent=percent)
        if self._all > 1:
            words += "  ·  " + _("{k} of {n}").format(k=self._done + 1, n=self._all)
        self.words.setText(words)

    def _on_copied(self, copied: evidence.Copied, participant: str, extra: Mapping[str, object] | None) -> None:
        changes = self.session.run(evidence.record, participant, copied, "", self._me or participant, extra)
        if changes is None:
            return
        more = ""
        if copied.resumed:
            more = _("The copy went on where it was cut short: {percent} % were there.").format(
                percent=copied.resumed * 100 // max(1, copied.size)
            )
        self._say_added(sorted(changes.ids), Changes(), more)

    def _on_ended(self, job: Job) -> None:
        self._jobs.remove(job)
        self._done += 1
        if not self._jobs:
            self._all = self._done = 0
            self.hide()

    def cancel(self) -> None:
        """Stop what is being copied and what waits; what is whole stays."""
        for each in self._jobs:
            each.cancel()
        self.notice.emit(_("Copying stopped. What was whole already stays."))


def may_take(data: QMimeData) -> bool:
    """Whether dropped things may be works."""
    return data.hasUrls() or data.hasImage() or (data.hasText() and is_web(data.text().strip()))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return 0  # the operation says what is wrong
