"""The inbox: returns are picked, dropped or turn up in a watched folder; each is looked at before anything is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui.arriving import packages_in
from rubricapp.ui.background import Background
from rubricapp.ui.choosing import choose_files
from rubricapp.ui.merge.entries import EntriesModel, Entry, columns
from rubricapp.ui.merge.one_file import FileCard
from rubricapp.ui.merge.packages import Packages
from rubricapp.ui.merge.running import MergeRun, SwitchRun
from rubricapp.ui.merge.watching import WatchBar
from rubricapp.ui.merge.who import WhoCard
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm
from rubricapp.ui.page import OperationCommand, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.watching import Watch
from rubricapp.ui.widgets.layouts import flow
from rubricapp.ui.widgets.rows import RowsTable
from rubricapp.ui.working import WorkBar

if TYPE_CHECKING:
    from rubricapp.operations.recovery import Identity
    from rubricapp.operations.returns import Brought


class InboxView(QWidget):
    """done(words): merged, with an Undo. notice(words). waiting(n): so many files can be merged.

    finished(): merging has ended, well or not.
    """

    done = Signal(str)
    notice = Signal(str)
    waiting = Signal(int)
    finished = Signal()

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.packages = Packages(session, background, self)
        self.packages.changed.connect(self._show)
        self.packages.held = lambda: self.writes
        self._merged: list[str] = []
        self._step = 0, 1, ""
        self.run = MergeRun(session, background, self)
        self.run.stepped.connect(self._on_stepped)
        self.run.taken.connect(self._on_taken)
        self.run.failed.connect(lambda entry, error: self.packages.put(replace(self.packages.now(entry), failed=error)))
        self.run.refused.connect(lambda error: self.error.show_error(error, can_retry=False))
        self.run.ended.connect(self._finish)
        self.switching = SwitchRun(session, self)
        self.switching.stepped.connect(self._on_switched)
        self.switching.ended.connect(self._on_all_switched)
        self.setAcceptDrops(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Inbox"), measure=100_000)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.error = ErrorCard()
        self.error.retry.connect(self.error.hide)
        body.addWidget(self.error)
        self.add = button(_("Add packages"), "primary", "plus")
        self.add.clicked.connect(self.ask)
        self.watch = session.watch or Watch(session, background)
        self.watch.found.connect(self.add_files)
        self.watching = WatchBar(session, self.watch)
        body.addWidget(flow(self.add, self.watching.choose, self.watching.stop))
        body.addWidget(self.watching)
        self.empty = PlainLabel(
            _("Packages from other laptops land here. Add them, or drop them on this page."), "muted"
        )
        body.addWidget(self.empty)
        self.model = EntriesModel(columns(), self)
        self.table = RowsTable(self.model, _("Packages that came"))
        self.table.setWordWrap(True)
        self.table.grow_to(12)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self.more.show_entry(self.current()))
        body.addWidget(self.table)
        self.work = WorkBar(_("Looking at packages"))
        self.work.stopped.connect(self._on_stop)
        body.addWidget(self.work)
        self.who = WhoCard()
        body.addWidget(self.who)
        self.do = button(_("Merge"), "primary", "merge")
        self.do.clicked.connect(self.merge)
        self.clear = button(_("Take merged ones off the list"), "quiet", "check")
        self.clear.clicked.connect(self._on_clear)
        body.addWidget(flow(self.do, self.clear))
        self.said = PlainLabel()
        body.addWidget(self.said)
        self.more = FileCard()
        self.more.trusted.connect(self._on_trust)
        self.more.again.connect(lambda: self.add_files([self.current().path]))
        self.more.away.connect(self._on_away)
        self.more.unlocked.connect(self._on_unlocked)
        body.addWidget(self.more)
        body.addStretch(1)
        self._show()
        if self.watch.folder is not None:  # what turned up before this page was there
            QTimer.singleShot(0, self, self.watch.offer_again)

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    # Which files

    def ask(self) -> None:
        """Ask for any number of files."""
        at = self.session.settings.packages or Path.home()
        choose_files(self, _("Add packages"), self.add_files, at, [_("Packages (*.rubricpack)")])

    def add_files(self, files: Sequence[Path]) -> None:
        """Look at these; one that is in the list is looked at afresh."""
        try:
            self.packages.add(files)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()

    @property
    def entries(self) -> list[Entry]:
        """The files of the list."""
        return self.packages.entries

    def plan_again(self) -> None:
        """Something changed here: what waits may bring something else now."""
        self.packages.plan_again()

    # Merging

    def merge(self) -> None:
        """Take everything that can be taken; where people would be erased, after asking."""
        ready = [each for each in self.entries if each.can_merge]
        told = list(dict.fromkeys(words for each in ready for words in each.erases))
        if self.writes or not ready:
            return
        if not told:
            self._start(False)
            return
        confirm(
            self,
            _("Erase people here?"),
            "\n\n".join(told),
            ngettext("Erase, and merge {n} package", "Erase, and merge {n} packages", len(ready)).format(n=len(ready)),
            lambda: self._start(True),
        )

    def _start(self, erase: bool) -> None:
        self._merged = []
        self.error.hide()
        self.run.start([each for each in self.entries if each.can_merge], erase, self.who.choices)
        self._show()

    def _on_stepped(self, done: int, total: int, entry: Entry | None) -> None:
        self._step = done, total, entry.path.name if entry is not None else ""
        self._show_work()

    def _on_taken(self, entry: Entry, done: Brought) -> None:
        if done.merge:
            self._merged.append(done.merge)
        self.packages.put(replace(self.packages.now(entry), brought=done, failed=None, merged=done.merge or "same"))
        if done.changes:
            self.session.changed.emit(done.changes)

    def flush(self) -> None:
        """Finish the package in hand: the window closes, or is locked."""
        self.run.flush()
        self.switching.flush()
        self.packages.forget_plans()

    def _finish(self) -> None:
        merged, self._merged = self._merged, []
        failed = [each for each in self.entries if each.failed is not None]
        if merged:
            count = len(merged)
            text = ngettext("Merged {n} package", "Merged {n} packages", count).format(n=count)
            self._remember(text, merged)
            self.done.emit(text)
        elif not (failed or self.error.isVisibleTo(self) or self.run.stopping):
            self.notice.emit(_("Nothing new in these packages."))
        if failed:
            self.error.show_error(failed[0].failed, can_retry=False)
        self.plan_again()
        self._show()
        self.finished.emit()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remember(self, text: str, merges: list[str]) -> None:
        """Undo takes back all of these, redo lets them stand again."""
        from rubricapp.operations import merging

        first = [True]

        def stand() -> None:
            if first:
                first.clear()
            else:
                self.switching.add(merging.redo, merges)

        back = merges[::-1]
        self.session.undo_stack.push(OperationCommand(text, stand, lambda: self.switching.add(merging.undo, back)))

    def _on_switched(self, done: int, total: int) -> None:
        self._step = done, total, ""
        self._show_work()

    def _on_all_switched(self) -> None:
        self.plan_again()
        self._show()
        self.finished.emit()

    def _on_stop(self) -> None:
        if self.run.runs:
            self.run.stop()
            self._show_work()
        self.packages.stop()

    # What is shown

    @property
    def busy(self) -> bool:
        """Whether something is being looked at, planned again or merged."""
        return self.packages.busy or self.writes

    @property
    def writes(self) -> bool:
        """Whether packages are being taken in or back: pages read once it has ended."""
        return self.run.runs or self.switching.runs

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
        busy = bool(self.packages.looking) or self.writes
        self._show_work()
        ready = [each for each in self.entries if each.can_merge]
        count = len(ready)
        words = ngettext("Merge {n} package", "Merge {n} packages", count).format(n=count) if count else _("Merge")
        self.do.setText("\N{THIN SPACE}" + words)
        self.do.setAccessibleName(words)
        self.do.setVisible(there)
        self.do.setEnabled(bool(count) and not busy)
        self.who.show_people([one for each in ready for one in each.people])
        self.clear.setVisible(any(each.merged for each in self.entries))
        totals = {name: sum(each.count.get(name, 0) for each in ready) for name in ("new", "parallel", "conflict")}
        said = _("A backup is made first. {new} new, {parallel} parallel, {conflict} conflicts.").format(**totals)
        if count > 1:
            said += " " + _("They are merged in this order, and each is counted as if those above it were merged.")
        self.said.setText(said if totals["new"] else _("Nothing in them is new."))
        self.said.setVisible(bool(count) and not busy)
        self.waiting.emit(count)
        self.more.show_entry(self.current())

    def _show_work(self) -> None:
        """How far looking or merging is."""
        if self.run.runs:
            done, total, name = self._step
            words = _("Merging {n} of {all}: {file}").format(n=done + 1, all=total, file=name)
            if self.run.stopping:
                words = _("Stopping. What was merged stays merged.")
            elif not name:
                words = _("Making a backup first")
        elif self.switching.runs:
            done, total, _name = self._step
            words = _("Undoing or doing again {n} of {all}").format(n=done + 1, all=total)
        elif self.packages.looking:
            done, total = self.packages.asked_for - self.packages.looking, self.packages.asked_for
            words = _("Looking at {n} of {all}").format(n=done + 1, all=total)
        else:
            self.work.end()
            return
        if self.work.isHidden():
            self.work.begin()
        self.work.say(words)
        self.work.tell(done, total)

    def current(self) -> Entry | None:
        """The file that is chosen in the list."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() and self.entries else None

    def _on_trust(self) -> None:
        self.packages.trust(self.current())
        self._show()
        self.do.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_unlocked(self, key: Identity) -> None:
        self.packages.unlock(key)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_away(self) -> None:
        entry = self.current()
        if entry is not None and not self.writes:
            self.packages.remove(entry)
            self._show()
            (self.table if self.entries else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_clear(self) -> None:
        self.packages.entries = [each for each in self.entries if not each.merged]
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
