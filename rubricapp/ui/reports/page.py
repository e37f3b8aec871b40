"""Reports: whom, what, where; made beside the window, stopped at any time, with a list of what could not be made."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import Problem, Role
from rubricapp.core.viewing import is_only_participant
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.cohort import count_finished
from rubricapp.store.people import list_people
from rubricapp.store.viewing import list_hidden, load_view
from rubricapp.ui import opening
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_folder
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.reports.jobs import Made, Order, default_folder, make_all
from rubricapp.ui.reports.people import PeopleChoice
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Columns, Field, flow, row
from rubricapp.ui.working import WorkCard


class ReportsPage(Page):
    """The people at the left, what to make and how it went at the right."""

    kinds = frozenset({"assessment", "person", "enrolment"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.background = background
        self.job: Job | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Reports"))
        layout.addWidget(self.scroll)
        self.header = Header(_("Reports"))
        self.header.say(_("From finished assessments only. The same data gives the same files."))
        self.scroll.body.addWidget(self.header)
        columns = Columns(at=52, shares=(1, 1))
        columns.left.addWidget(self._make_people())
        columns.left.addStretch(1)
        columns.right.addWidget(self._make_order())
        columns.right.addWidget(self._make_result())
        columns.right.addStretch(1)
        self.scroll.body.addWidget(columns)
        self.scroll.body.addStretch(1)
        self._folder: Path | None = None
        self._show_order()

    def _make_people(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("For whom"), "label"))
        self.people = PeopleChoice()
        self.people.changed.connect(self._show_order)
        card.body.addWidget(self.people)
        return card

    def _make_order(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("What"), "label"))
        self.one_page = QCheckBox(_("One page for each person (PDF)"))
        self.cohort = QCheckBox(_("The cohort (PDF)"))
        self.workbook = QCheckBox(_("The workbook (Excel)"))
        for each in (self.one_page, self.cohort, self.workbook):
            each.setChecked(True)
            each.toggled.connect(self._show_order)
            card.body.addWidget(each)
        self.blind = PlainLabel("", "muted")
        self.blind.hide()
        card.body.addWidget(self.blind)
        title = opening.title_of(self.session.ws)
        self.folder = QLineEdit(str(default_folder(title)))
        self.choose = button(_("Choose…"), "", "folder")
        self.choose.setAccessibleName(_("Choose a folder for the reports"))
        self.choose.clicked.connect(self._on_choose)
        card.body.addWidget(
            Field(_("Folder"), self.folder, _("Reports of the same name are replaced; nothing else is touched."))
        )
        card.body.addLayout(row(self.choose, 1))
        self.make = button(_("Make"), "primary", "printer")
        self.make.setObjectName("make")
        self.make.clicked.connect(self.start)
        card.body.addSpacing(4)
        card.body.addWidget(flow(self.make))
        self.nothing = PlainLabel("", "muted")
        card.body.addWidget(self.nothing)
        return card

    def _make_result(self) -> WorkCard:
        self.result = WorkCard(_("Making reports"), _("What could not be made, and why"))
        self.result.again.connect(self.start)
        return self.result

    def refresh(self) -> None:
        """Reports hold everything that is finished, so who may not see all of it makes none of it."""
        ws, me = self.session.ws, self.session.me
        hidden = list_hidden(ws, load_view(ws, me))
        people = [each for each in list_people(ws, Role.PARTICIPANT) if not is_only_participant(me) or each.id == me.id]
        self.people.model.set_people(people, count_finished(ws), hidden)
        may_all = not hidden and not is_only_participant(me) and me is not None
        for each in (self.cohort, self.workbook):
            if not may_all:
                each.setChecked(False)
            elif not each.isEnabled():
                each.setChecked(True)
            each.setEnabled(may_all)
        if me is None:
            said = _("Say who you are on Home first: reports hold what others have rated.")
        elif is_only_participant(me):
            said = _("Your own page can be made once your results are released and your self-assessment is finished.")
        elif hidden:
            said = _(
                "You may not see everything yet: others’ ratings stay hidden until your own of the same people are"
                " finished. A programme lead can make all reports."
            )
        else:
            said = ""
        self.blind.setText(said)
        self.blind.setVisible(bool(said))

    def _show_order(self) -> None:
        chosen = len(self.people.model.chosen()) if self.one_page.isChecked() else 0
        parts = []
        if chosen:
            parts.append(ngettext("{n} page", "{n} pages", chosen).format(n=chosen))
        if self.cohort.isChecked():
            parts.append(_("cohort PDF"))
        if self.workbook.isChecked():
            parts.append(_("workbook"))
        self.make.setText("\N{THIN SPACE}" + (_("Make {what}").format(what=", ".join(parts)) if parts else _("Make")))
        self.make.setAccessibleName(self.make.text().strip())
        self.make.setEnabled(bool(parts) and self.job is None)
        reason = "" if parts else _("Choose at least one person or one kind of report.")
        self.nothing.setText(reason)
        self.nothing.setVisible(bool(reason))

    def _on_choose(self) -> None:
        choose_folder(
            self, _("Folder for the reports"), self.folder.text(), lambda path: self.folder.setText(str(path))
        )

    # Making

    def start(self) -> None:
        """Gather the data now, make the files beside the window."""
        from rubricapp.operations import reporting

        if self.job is not None:
            return
        self.result.error.hide()
        self._folder = Path(self.folder.text().strip() or ".").expanduser()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.result.fail(
                UserError(
                    "E_CANNOT_WRITE",
                    _("{folder} cannot be made.").format(folder=self._folder),
                    _("Nothing was changed."),
                    _("Choose a folder where you may write."),
                    str(error),
                )
            )
            return
        people = self.people.model.chosen() if self.one_page.isChecked() else ()
        whole = self.cohort.isChecked() or self.workbook.isChecked()
        view = load_view(self.session.ws, self.session.me)
        try:
            data = reporting.collect_for(self.session.ws, view, people, whole)
        except UserError as error:
            self.result.fail(error)
            return
        order = Order(
            data,
            self._folder,
            people,
            self.cohort.isChecked(),
            self.workbook.isChecked(),
        )
        self.job = self.background.start(make_all, order)
        self.result.follow(self.job, _("Making…"))
        self.job.progressed.connect(self._on_progressed)
        self.job.done.connect(self._on_made)
        self.job.cancelled.connect(lambda: self.result.tell(_("Stopped before the first file.")))
        self.job.ended.connect(self._on_ended)
        self._show_order()
        self.scroll.ensureWidgetVisible(self.result)

    def _on_progressed(self, done: int, total: int, label: str) -> None:
        if self.result.work.stop.isEnabled():
            self.result.told.setText(_("{k} of {n}  {what}").format(k=done, n=total, what=label))

    def _on_made(self, made: Made) -> None:
        count = len(made.files)
        text = ngettext("{n} file made", "{n} files made", count).format(n=count)
        if made.stopped:
            text = _("Stopped. {done}; they are whole and stay.").format(done=text)
        problems = len(made.problems)
        if problems:
            text += " · " + ngettext("{n} problem", "{n} problems", problems).format(n=problems)
        notes = [Problem("NOTE", note, severity="warning") for note in made.notes]
        self.result.tell(text, self._folder if count else None, [*made.problems, *notes])
        self.notice.emit(text)

    def _on_ended(self) -> None:
        self.job = None
        self._show_order()

    def open_with(self, what: object) -> None:
        if isinstance(what, tuple) and what[0] == "person":
            self.refresh_if_stale()
            self.people.box.clear()
            self.people.model.choose_only(what[1])
        if what:
            self.make.setFocus()

    def panes(self) -> list[QWidget]:
        return [self.people.box, self.one_page, self.make]

    def main(self) -> QWidget:
        return self.people.list

    def find(self) -> None:
        self.people.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
