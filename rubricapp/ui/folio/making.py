"""Making a participant's portfolio file: for whom, in which language, where to; written and proven beside the window.

A panel for any place that speaks of one participant: `MakingPanel(session, background, parent)`, then `show_person`.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import Person, Problem
from rubricapp.errors import UserError
from rubricapp.i18n import _, language, ngettext
from rubricapp.operations.audiences import USUAL
from rubricapp.operations.portfolio_contents import EVERYONE
from rubricapp.operations.report_files import safe_file_name
from rubricapp.store.rubrics import list_rubrics
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_place
from rubricapp.ui.folio.door import ENDING
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import Page
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow, row
from rubricapp.ui.words import say_language
from rubricapp.ui.working import WorkCard


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

    def _make_result(self) -> WorkCard:
        self.result = WorkCard(_("Making the portfolio file"), _("Remarks on the portfolio file"))
        self.result.again.connect(self.start)
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
        choose_place(
            self,
            _("Make portfolio file"),
            Path(self.place.text()),
            lambda path: self.place.setText(str(path)),
            [_("Portfolio files ({files})").format(files=f"*{ENDING}")],
            ENDING.removeprefix("."),
        )

    # Making

    def start(self) -> None:
        """Gather on this thread, which may read the workspace; write beside the window."""
        from rubricapp.operations import portfolio_files, releases

        if self.job is not None or self.person is None:
            return
        self.result.clear()
        typed = self.place.text().strip()
        try:
            if not typed:
                raise UserError("E_EMPTY", _("Choose a place first."), _("Nothing was written."), "")
            releases.demand_own_first(self.session.ws, self.person, self.session.me)
            prepared = portfolio_files.prepare(
                self.session.ws, self.person, self.audience.currentData(), self.language.currentData() or ""
            )
        except UserError as error:
            self.result.fail(error)
            return
        self.job = self.background.start(portfolio_files.write, prepared, Path(typed).expanduser())
        self.result.follow(self.job, _("Making…"))
        self.job.done.connect(self._on_made)
        self.job.cancelled.connect(lambda: self.result.tell(_("Stopped. Nothing was written.")))
        self.job.ended.connect(self._on_ended)
        self.make.setEnabled(False)

    def _on_made(self, made) -> None:
        text = _("Made and read back: {file}, {size}").format(file=made.path.name, size=_size(made.size))
        signed = _("Signed with the key {fingerprint}. Publish it, so that others can compare.")
        notes = [Problem("NOTE", words, severity="warning") for words in (*made.remarks, *made.folio.left_out)]
        self.result.tell(text, made.path.parent, notes, signed.format(fingerprint=made.signature.fingerprint))
        self.notice.emit(text)

    def _on_ended(self) -> None:
        self.job = None
        self.make.setEnabled(True)

    def panes(self) -> list[QWidget]:
        return [self.audience, self.make]


def _size(size: int) -> str:
    from rubricapp.operations.portfolio_reading import size_words

    return size_words(size)
