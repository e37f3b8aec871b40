"""The inbox: returns are picked, dropped or turn up in a watched folder; each is looked at before anything is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.merging import list_merges
from rubricapp.ui.arriving import packages_in
from rubricapp.ui.background import Background, Job
from rubricapp.ui.merge.entries import EntriesModel, Entry, columns, planned, say_more
from rubricapp.ui.merge.watching import WatchBar
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import OperationCommand, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import RowsTable

if TYPE_CHECKING:
    from rubricapp.operations.packages import Looked


class InboxView(QWidget):
    """done(words): merged, with an Undo. notice(words). waiting(n): so many files can be merged."""

    done = Signal(str)
    notice = Signal(str)
    waiting = Signal(int)

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._background = background
        self.entries: list[Entry] = []
        self._jobs: list[Job] = []
        self._merging: list[Path] = []  # what is still to do
        self._runs = False
        self._merged: list[str] = []
        self._plan_due = False
        self.setAcceptDrops(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Inbox"), measure=100_000)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.error = ErrorCard()
        self.error.retry.connect(self.error.hide)
        body.addWidget(self.error)
        self.add = button(_("Add packs"), "primary", "plus")
        self.add.clicked.connect(self.ask)
        self.watching = WatchBar(session, background)
        self.watching.watch.found.connect(self.add_files)
        body.addWidget(flow(self.add, self.watching.choose, self.watching.stop))
        body.addWidget(self.watching)
        self.empty = PlainLabel(_("Packs from other laptops land here. Add them, or drop them on this page."), "muted")
        body.addWidget(self.empty)
        self.model = EntriesModel(columns(), self)
        self.table = RowsTable(self.model, _("Packs that came"))
        self.table.setWordWrap(True)
        self.table.grow_to(12)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_more())
        body.addWidget(self.table)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Looking at packs"))
        body.addWidget(self.bar)
        self.do = button(_("Merge"), "primary", "merge")
        self.do.clicked.connect(self.merge)
        self.stop = button(_("Stop"), "", "x")
        self.stop.clicked.connect(self._on_stop)
        self.clear = button(_("Take merged ones off the list"), "quiet", "check")
        self.clear.clicked.connect(self._on_clear)
        body.addWidget(flow(self.do, self.stop, self.clear))
        self.said = PlainLabel()
        body.addWidget(self.said)
        body.addWidget(self._make_more())
        body.addStretch(1)
        self._show()

    def _make_more(self) -> Card:
        self.more = Card()
        self.more_words = PlainLabel()
        self.more_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more.body.addWidget(self.more_words)
        self.trust = button(_("I compared the key: trust it"), "", "shield-check")
        self.trust.clicked.connect(self._on_trust)
        self.again = button(_("Look at it again"), "", "rotate-cw")
        self.again.clicked.connect(self._on_again)
        self.away = button(_("Take it off the list"), "quiet", "x")
        self.away.clicked.connect(self._on_away)
        self.more.body.addWidget(flow(self.trust, self.again, self.away))
        return self.more

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    # Which files

    def ask(self) -> None:
        """Ask for any number of files."""
        dialog = QFileDialog(self, _("Add packs"), self.session.settings.packages or str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([_("Packages (*.rubricpack)"), _("All files (*)")])
        dialog.filesSelected.connect(lambda files: self.add_files([Path(each) for each in files]))
        dialog.open()

    def add_files(self, files: Sequence[Path]) -> None:
        """Look at these; one that is in the list is looked at afresh."""
        from rubricapp.operations.packages import own_keys

        ws = self.session.ws
        try:
            ws.demand_writable()
            keys = own_keys(ws)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        for path in dict.fromkeys(each.absolute() for each in files):
            if self._at(path) < 0:
                self.entries.append(Entry(path))
            elif path in self._merging:
                continue
            else:
                self._put(Entry(path, trusted=self.entries[self._at(path)].trusted))
            self._look(path, keys)
        self._show()

    def _look(self, path: Path, keys: object) -> None:
        from rubricapp.operations.packages import look

        job = self._background.start(look, path, keys, self.session.ws.folder, "")
        job.done.connect(partial(self._on_looked, path))
        job.failed.connect(partial(self._on_refused, path))
        job.cancelled.connect(partial(self._on_cancelled, path))
        self._follow(job)

    def _follow(self, job: Job) -> None:
        self._jobs.append(job)
        job.ended.connect(lambda: self._on_ended(job))

    def _at(self, path: Path) -> int:
        return next((n for n, each in enumerate(self.entries) if each.path == path), -1)

    def _put(self, entry: Entry) -> None:
        at = self._at(entry.path)
        if at >= 0:
            self.entries[at] = entry

    def _on_looked(self, path: Path, looked: Looked) -> None:
        if self._at(path) >= 0:
            self._put(self._planned(replace(self.entries[self._at(path)], looked=looked)))
            self._show()

    def _planned(self, entry: Entry) -> Entry:
        return planned(self.session.ws, entry, self.entries)

    def _on_refused(self, path: Path, error: UserError) -> None:
        if self._at(path) >= 0:
            self._put(replace(self.entries[self._at(path)], refused=error))
            self._show()

    def _on_cancelled(self, path: Path) -> None:
        if self._at(path) >= 0 and self.entries[self._at(path)].looked is None:
            self.entries.pop(self._at(path))

    def _on_ended(self, job: Job) -> None:
        self._jobs.remove(job)
        self._show()

    def plan_again(self) -> None:
        """Something changed here: what waits may bring something else now. Done once, when the loop turns."""
        if not self._plan_due and any(each.looked is not None for each in self.entries):
            self._plan_due = True
            QTimer.singleShot(0, self, self._plan_all)

    def _plan_all(self) -> None:
        self._plan_due = False
        if self._runs:
            return
        stands = {each.id for each in list_merges(self.session.ws) if each.stands} | {"", "same"}
        kept = [each if each.merged in stands else replace(each, merged="") for each in self.entries]
        self.entries = [self._planned(each) if each.looked is not None and not each.merged else each for each in kept]
        self._show()

    # Merging

    def merge(self) -> None:
        """Take everything that can be taken: files beside the window, then one transaction for each pack."""
        if self._runs:
            return
        self._runs = True
        self._merging = [each.path for each in self.entries if each.can_merge]
        self._merged = []
        self.error.hide()
        self._next()

    def _next(self) -> None:
        from rubricapp.operations.packages import fetch_files, own_keys

        if not self._merging:
            self._finish()
            return
        entry = self.entries[self._at(self._merging[0])]
        ws = self.session.ws
        try:
            keys = own_keys(ws)
        except UserError as error:
            self._fail(error)
            return
        job = self._background.start(fetch_files, entry.looked, keys, ws.folder, ws.files, "")
        job.done.connect(lambda taken: self._take(entry, taken))
        job.failed.connect(self._fail)
        job.cancelled.connect(self._finish)
        self._follow(job)
        self._show()

    def _take(self, entry: Entry, taken: list[str]) -> None:
        from rubricapp.operations.returns import take_return

        try:
            done = take_return(self.session.ws, entry.looked, entry.trusted, self._me, not self._merged, taken)
        except UserError as error:
            self._fail(error)
            return
        if done.merge:
            self._merged.append(done.merge)
        self._put(replace(entry, brought=done, failed=None, merged=done.merge or "same"))
        self._merging.pop(0)
        if done.changes:
            self.session.changed.emit(done.changes)
        QTimer.singleShot(0, self, self._next)

    def _fail(self, error: UserError) -> None:
        """This one could not be merged; the others are still tried."""
        path = self._merging.pop(0)
        self._put(replace(self.entries[self._at(path)], failed=error))
        QTimer.singleShot(0, self, self._next)

    def _finish(self) -> None:
        self._merging, self._runs = [], False
        merged, self._merged = self._merged, []
        failed = [each for each in self.entries if each.failed is not None]
        if merged:
            count = len(merged)
            text = ngettext("Merged {n} pack", "Merged {n} packs", count).format(n=count)
            self._remember(text, merged)
            self.done.emit(text)
        elif not failed:
            self.notice.emit(_("Nothing new in these packs."))
        if failed:
            self.error.show_error(failed[0].failed, can_retry=False)
        self.plan_again()
        self._show()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remember(self, text: str, merges: list[str]) -> None:
        """Undo takes back all of these, redo lets them stand again."""
        from rubricapp.operations import merging

        first = [True]

        def each(operation: Callable, ids: Sequence[str]) -> Callable[[], object]:
            def act() -> None:
                if first:
                    first.clear()
                    return
                for one in ids:
                    self.session.run(operation, one, self._me)

            return act

        self.session.undo_stack.push(
            OperationCommand(text, each(merging.redo, merges), each(merging.undo, merges[::-1]))
        )

    def _on_stop(self) -> None:
        del self._merging[1:]
        for job in list(self._jobs):
            job.cancel()

    # What is shown

    @property
    def busy(self) -> bool:
        """Whether something is being looked at, planned again or merged."""
        return bool(self._jobs) or self._runs or self._plan_due

    def _show(self) -> None:
        current = self.table.currentIndex()
        kept = self.model.record(current.row()).path if current.isValid() else None
        self.model.set_records(self.entries)
        row = self.model.row_of(lambda entry: entry.path == kept)
        if self.entries:
            self.table.setCurrentIndex(self.model.index(max(0, row), 0))
        there = bool(self.entries)
        self.table.setVisible(there)
        self.empty.setVisible(not there)
        busy = bool(self._jobs) or self._runs
        self.bar.setVisible(busy)
        self.bar.setRange(0, 0)
        self.stop.setVisible(busy)
        ready = [each for each in self.entries if each.can_merge]
        count = len(ready)
        words = ngettext("Merge {n} pack", "Merge {n} packs", count).format(n=count) if count else _("Merge")
        self.do.setText("\N{THIN SPACE}" + words)
        self.do.setAccessibleName(words)
        self.do.setVisible(there)
        self.do.setEnabled(bool(count) and not busy)
        self.clear.setVisible(any(each.merged for each in self.entries))
        totals = {name: sum(each.count.get(name, 0) for each in ready) for name in ("new", "parallel", "conflict")}
        self.said.setText(
            _("A backup is made first. {new} new, {parallel} parallel, {conflict} conflicts.").format(**totals)
            if count
            else ""
        )
        self.said.setVisible(bool(count))
        self.waiting.emit(count)
        self._show_more()

    def waiting_of(self) -> dict[str, int]:
        """Device → changes of its packs that are new and were not merged yet."""
        found: dict[str, int] = {}
        for each in self.entries:
            if each.looked is not None and not each.merged:
                device = each.looked.manifest.sender
                found[device] = max(found.get(device, 0), each.count.get("new", 0))
        return found

    def current(self) -> Entry | None:
        """The file that is chosen in the list."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() and self.entries else None

    def _show_more(self) -> None:
        entry = self.current()
        words = say_more(entry) if entry is not None else ""
        self.more.setVisible(entry is not None and (bool(words) or not entry.merged))
        self.more_words.setText(words)
        if entry is not None:
            self.trust.setVisible(entry.asks_trust and entry.refused is None)
            self.again.setVisible(entry.looked is None and entry.refused is not None)

    def _on_trust(self) -> None:
        self._put(replace(self.current(), trusted=True))
        self._show()
        self.do.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_again(self) -> None:
        self.add_files([self.current().path])

    def _on_away(self) -> None:
        entry = self.current()
        if entry is not None and entry.path not in self._merging:
            self.entries.pop(self._at(entry.path))
            self._show()
            (self.table if self.entries else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_clear(self) -> None:
        self.entries = [each for each in self.entries if not each.merged]
        self._show()
        (self.table if self.entries else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    # Drops and keys

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if packages_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = packages_in(event)
        if files:
            event.acceptProposedAction()
            self.add_files(files)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._on_away()
            return
        super().keyPressEvent(event)

    def main(self) -> QWidget:
        """What takes the keyboard."""
        return self.table if self.entries else self.add
