"""Making a participant's portfolio file: for whom, in which language, where to; written and proven beside the window.

A panel for any place that speaks of one participant: `MakingPanel(session, background, parent)`, then `show_person`.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from rubricapp.core.model import Person, Problem
from rubricapp.errors import UserError
from rubricapp.i18n import _, language, ngettext
from rubricapp.operations.audiences import USUAL
from rubricapp.operations.portfolio_contents import EVERYONE
from rubricapp.operations.report_files import safe_file_name
from rubricapp.store.rubrics import list_rubrics
from rubricapp.ui.background import Background, Job
from rubricapp.ui.folio.door import ENDING
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, say_problem
from rubricapp.ui.page import Page
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.words import say_language


def audience_words(audience: str) -> str:
    """Whom a file is for; "" is its owner."""
    return {
        "": _("The participant: everything that is released"),
        EVERYONE: _("Everyone: what may be shown to anybody"),
        "producer": _("A producer"),
        "festival": _("A festival"),
        "school": _("A school"),
        "union": _("A union"),
        "alumni": _("Alumni"),
    }.get(audience, audience)


class MakingPanel(Page):
    """What would be in the file now, the choices, the button, how it went."""

    kinds = frozenset(
        {"person", "release", "assessment", "artefact", "showing", "audience_choice", "evidence", "log_entry"}
        | {"rubric_version", "occasion", "milestone", "peer_review", "meeting"}
    )

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.background = background
        self.person: Person | None = None
        self.job: Job | None = None
        self._path: Path | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._make_order())
        layout.addWidget(self._make_result())

    def _make_order(self) -> Card:
        card = Card()
        self.title = PlainLabel(_("Portfolio file"), "section")
        card.body.addWidget(self.title)
        text = _(
            "One signed file to take home: released results in the words they were given in, the works chosen,"
            " growth, feedback of peers. It opens without a programme, and every altered byte is noticed."
        )
        card.body.addWidget(PlainLabel(text, "muted"))
        self.inside = PlainLabel("", "strong")
        card.body.addWidget(self.inside)
        self.held_back = PlainLabel("", "warning")
        card.body.addWidget(self.held_back)
        self.audience = choice(_("Whom it is for"))
        for each in ("", EVERYONE, *(word for word in USUAL if word)):
            self.audience.addItem(audience_words(each), each)
        self.audience.currentIndexChanged.connect(lambda _index: self._on_audience())
        self.language = choice(_("Language of the rubrics"))
        card.body.addWidget(Field(_("For whom"), self.audience))
        card.body.addWidget(Field(_("Language"), self.language, _("Of the rubrics' words, where they have it.")))
        self.place = QLineEdit()
        card.body.addWidget(Field(_("File"), self.place, _("A file of the same name is replaced.")))
        choose = button(_("Choose…"), "", "folder")
        choose.setAccessibleName(_("Choose a place for the portfolio file"))
        choose.clicked.connect(self._on_choose)
        card.body.addLayout(row(choose, 1))
        self.make = button(_("Make portfolio file"), "primary", "package")
        self.make.clicked.connect(self.start)
        self.place.returnPressed.connect(self.start)
        card.body.addWidget(flow(self.make))
        return card

    def _make_result(self) -> Card:
        self.result = Card()
        self.result.body.addWidget(PlainLabel(_("How it went"), "label"))
        self.error = ErrorCard()
        self.error.retry.connect(self.start)
        self.told = PlainLabel()
        self.signed = PlainLabel("", "muted")
        self.signed.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Making the portfolio file"))
        for each in (self.error, self.told, self.signed, self.bar):
            self.result.body.addWidget(each)
        self.cancel = button(_("Stop"), "", "x")
        self.cancel.clicked.connect(self._on_cancel)
        self.show_folder = button(_("Show the folder"), "primary", "folder-open")
        self.show_folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent))))
        self.result.body.addWidget(flow(self.cancel, self.show_folder))
        self.remarks = RowsTable(
            RowsModel((Column(_("To note"), say_problem, wide=True),), self), _("Remarks on the portfolio file")
        )
        self.remarks.setWordWrap(True)
        self.remarks.grow_to(8)
        self.result.body.addWidget(self.remarks)
        self.result.hide()
        return self.result

    # Whom

    def show_person(self, person: Person) -> None:
        """Make the file of this participant from now on."""
        if self.person is None or person.id != self.person.id:
            self.person = person
            self.result.setVisible(self.job is not None)
            self._fill_languages()
            self._propose_place()
        self.person = person
        self._mark()

    def refresh_if_stale(self) -> None:
        if self.person is not None:
            super().refresh_if_stale()

    def refresh(self) -> None:
        """Say what would be in it now, before anybody makes it."""
        from rubricapp.operations.portfolio_contents import gather
        from rubricapp.operations.releases import demand_own_first

        self.title.setText(_("Portfolio file of {name}").format(name=self.person.name))
        try:
            demand_own_first(self.session.ws, self.person, self.session.me)
            found = gather(self.session.ws, self.person, self.audience.currentData(), self.language.currentData() or "")
        except UserError as error:
            self.inside.setText("")
            self._say(error.message)
            return
        folio = found.folio
        results = ngettext("{n} assessment", "{n} assessments", len(folio.assessments)).format(n=len(folio.assessments))
        works = ngettext("{n} work", "{n} works", len(folio.works)).format(n=len(folio.works))
        size = sum(work.file.size for work in folio.works if work.file.held)
        text = _("In it now: {results}, {works}, {size} of files").format(
            results=results, works=works, size=_size(size)
        )
        self.inside.setText(text)
        self._say("\n".join((*found.remarks, *folio.left_out)))

    def _say(self, text: str) -> None:
        self.held_back.setText(text)
        self.held_back.setVisible(bool(text))

    def _fill_languages(self) -> None:
        kept = self.language.currentData() or language()
        known = {each for rubric in list_rubrics(self.session.ws) for each in (*rubric.languages, rubric.language)}
        self.language.clear()
        for code in sorted(known | {language()}):
            self.language.addItem(say_language(code), code)
        self.language.setCurrentIndex(max(0, self.language.findData(kept)))

    def _propose_place(self) -> None:
        audience = self.audience.currentData()
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"{self.person.name} {audience}".strip()
        folder = Path(documents) if documents else Path.home()
        self.place.setText(str(folder / (safe_file_name(name) + ENDING)))

    def _on_audience(self) -> None:
        if self.person is not None:
            self._propose_place()
            self._mark()

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, _("Make portfolio file"), str(Path(self.place.text()).parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([_("Portfolio files ({files})").format(files=f"*{ENDING}")])
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.selectFile(Path(self.place.text()).name)
        dialog.fileSelected.connect(self.place.setText)
        dialog.open()

    # Making

    def start(self) -> None:
        """Gather on this thread, which may read the workspace; write beside the window."""
        from rubricapp.operations import portfolio_files, releases

        if self.job is not None or self.person is None:
            return
        self.result.show()
        for each in (self.error, self.show_folder, self.remarks, self.signed):
            each.hide()
        typed = self.place.text().strip()
        try:
            if not typed:
                raise UserError("E_EMPTY", _("Choose a place first."), _("Nothing was written."), "")
            releases.demand_own_first(self.session.ws, self.person, self.session.me)
            prepared = portfolio_files.prepare(
                self.session.ws, self.person, self.audience.currentData(), self.language.currentData() or ""
            )
        except UserError as error:
            self._fail(error)
            return
        self.job = self.background.start(portfolio_files.write, prepared, Path(typed).expanduser())
        self.job.progressed.connect(self._on_progressed)
        self.job.done.connect(self._on_made)
        self.job.failed.connect(self._fail)
        self.job.cancelled.connect(lambda: self.told.setText(_("Stopped. Nothing was written.")))
        self.job.ended.connect(self._on_ended)
        self.told.setText(_("Making…"))
        self.bar.setRange(0, 0)
        for each in (self.bar, self.cancel):
            each.show()
        self.cancel.setEnabled(True)
        self.make.setEnabled(False)

    def _on_progressed(self, done: int, total: int, _label: str) -> None:
        self.bar.setRange(0, 1000)  # of bytes there are more than a bar counts
        self.bar.setValue(done * 1000 // max(1, total))

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.told.setText(_("Stopping…"))
        if self.job is not None:
            self.job.cancel()

    def _on_made(self, made) -> None:
        self._path = made.path
        text = _("Made and read back: {file}, {size}").format(file=made.path.name, size=_size(made.size))
        self.told.setText(text)
        signed = _("Signed with the key {fingerprint}. Publish it, so that others can compare.")
        self.signed.setText(signed.format(fingerprint=made.signature.fingerprint))
        notes = [Problem("NOTE", words, severity="warning") for words in (*made.remarks, *made.folio.left_out)]
        self.remarks.model().set_records(notes)
        self.remarks.setVisible(bool(notes))
        for each in (self.show_folder, self.signed):
            each.show()
        self.notice.emit(text)

    def _fail(self, error: UserError) -> None:
        self.told.setText("")
        self.bar.hide()
        self.cancel.hide()
        self.error.show_error(error)

    def _on_ended(self) -> None:
        self.job = None
        self.bar.hide()
        self.cancel.hide()
        self.make.setEnabled(True)

    def panes(self) -> list[QWidget]:
        return [self.audience, self.make]


def _size(size: int) -> str:
    from rubricapp.operations.portfolio_reading import size_words

    return size_words(size)
