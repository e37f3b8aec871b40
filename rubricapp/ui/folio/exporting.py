"""Saving an open portfolio as web pages, a PDF and the works, beside the window, stopped at any time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QLineEdit, QWidget

from rubricapp.core.model import Problem
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.portfolio_reading import Shown, one_line
from rubricapp.operations.report_files import safe_file_name
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_folder
from rubricapp.ui.folio.parts import Part
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import Card, Field, flow, row
from rubricapp.ui.working import WorkCard


class ExportPart(Part):
    """A folder, a button, how it went."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(_("Save as PDF and web pages"), parent)
        self._background = background
        self.job: Job | None = None
        self._shown: Shown | None = None
        self._folder: Path | None = None
        card = Card()
        card.body.addWidget(PlainLabel(_("For whoever has no such program"), "section"))
        text = _(
            "A folder with web pages that open in any browser, one PDF to print, the works, and the data with their"
            " proof. Nothing in it needs the network."
        )
        card.body.addWidget(PlainLabel(text))
        self.folder = QLineEdit()
        card.body.addWidget(Field(_("Folder"), self.folder, _("Files of the same name in it are replaced; no others.")))
        choose = button(_("Choose…"), "", "folder")
        choose.setAccessibleName(_("Choose a folder to save in"))
        choose.clicked.connect(self._on_choose)
        card.body.addLayout(row(choose, 1))
        self.make = button(_("Save as PDF and web pages"), "primary", "download")
        self.make.clicked.connect(self.start)
        self.folder.returnPressed.connect(self.start)
        card.body.addWidget(flow(self.make))
        self.body.addWidget(card)
        self.result = WorkCard(_("Saving the portfolio"), _("What could not be saved, and why"))
        self.result.again.connect(self.start)
        self.body.addWidget(self.result)
        self.body.addStretch(1)

    def show_folio(self, shown: Shown) -> None:
        if self._shown is None:
            documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            name = safe_file_name(_("{name} portfolio").format(name=shown.folio.name or shown.folio.code))
            self.folder.setText(str((Path(documents) if documents else Path.home()) / name))
        self._shown = shown

    def open_with(self, what: object) -> None:
        self.folder.setFocus()

    def _on_choose(self) -> None:
        shown = Path(self.folder.text())
        choose_folder(
            self, _("Folder to save in"), shown.parent, lambda path: self.folder.setText(str(path / shown.name))
        )

    def start(self) -> None:
        """Lay it out; the file is checked once more while that is done."""
        from rubricapp.operations.portfolio_exports import export

        if self.job is not None:
            return
        typed = self.folder.text().strip()
        self.result.clear()
        if not typed:
            self.result.fail(UserError("E_EMPTY", _("Choose a folder first."), _("Nothing was written."), ""))
            return
        self._folder = Path(typed).expanduser()
        self.job = self._background.start(export, self._shown.path, self._folder)
        self.result.follow(self.job, _("Saving…"))
        self.job.progressed.connect(self._on_progressed)
        self.job.done.connect(self._on_done)
        self.job.cancelled.connect(self._on_cancelled)
        self.job.ended.connect(self._on_ended)
        self.make.setEnabled(False)
        self.scroll.ensureWidgetVisible(self.result)

    def _on_progressed(self, done: int, total: int, label: str) -> None:
        if done >= total:  # now come the pages and the PDF, which do not say how far they are
            self.result.work.bar.setRange(0, 0)
        if self.result.work.stop.isEnabled():
            self.result.told.setText(_("Saving: {what}").format(what=one_line(label)))

    def _on_done(self, done) -> None:
        count = len(done.files)
        text = ngettext("{n} file saved.", "{n} files saved.", count).format(n=count)
        notes = list(done.problems)
        if not done.signature.whole:
            text += " " + _("The portfolio is not as it was signed, and the pages say so.")
            notes += [Problem("ALTERED", one_line(each)) for each in done.signature.problems]
        self.result.tell(text, self._folder, notes)
        self.said.emit(text)

    def _on_cancelled(self) -> None:
        words = _("Stopped. What was finished by then is whole and stays.")
        self.result.tell(words, self._folder if self._folder.is_dir() else None)

    def _on_ended(self) -> None:
        self.job = None
        self.make.setEnabled(True)

    def panes(self) -> list[QWidget]:
        return [self.folder]
