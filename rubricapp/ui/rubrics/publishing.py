"""A rubric file before it is published: every problem by line and column, then one deliberate act."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.rubrics import from_document
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm
from rubricapp.ui.page import Scroll
from rubricapp.ui.rubrics.reading import criterion_card, overview_card
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, clear, flow, put, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

SHOWN = 300


class PublishView(QWidget):
    """left(). published(content hash, words)."""

    left = Signal()
    published = Signal(str, str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.path: Path | None = None
        self._document: dict | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = Scroll(_("Check a rubric file"))
        outer.addWidget(scroll)
        body = scroll.body
        back = button(_("All rubrics"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        body.addLayout(row(back, 1))
        self.title = PlainLabel("", "title")
        body.addWidget(self.title)
        self.error = ErrorCard()
        self.error.retry.connect(lambda: self.check(self.path))
        body.addWidget(self.error)
        self.verdict_card = Card()
        self.verdict = PlainLabel("", "strong")
        self.verdict_card.body.addWidget(self.verdict)
        self.publish = button(_("Publish…"), "primary", "check")
        self.publish.clicked.connect(self._on_publish)
        self.again = button(_("Check it again"), "", "rotate-cw")
        self.again.clicked.connect(lambda: self.check(self.path))
        self.verdict_card.body.addWidget(flow(self.publish, self.again))
        body.addWidget(self.verdict_card)
        self.findings_card = Card()
        self.findings_card.body.addWidget(PlainLabel(_("What was found"), "label"))
        self.findings = RowsTable(
            RowsModel(
                (
                    Column(_("Line"), lambda each: str(each.line or "–"), lambda each: each.line),
                    Column(_("Column"), lambda each: str(each.column or "–"), lambda each: each.column),
                    Column(_("Kind"), lambda each: _("stops") if each.severity == "error" else _("take note")),
                    Column(_("What to do"), lambda each: f"{each.message} {each.do}".strip(), wide=True),
                ),
                self,
            ),
            _("What was found"),
        )
        self.findings.setWordWrap(True)
        self.findings.grow_to(12)
        self.findings_card.body.addWidget(self.findings)
        body.addWidget(self.findings_card)
        self._preview = QVBoxLayout()
        self._preview.setSpacing(16)
        body.addLayout(self._preview)
        body.addStretch(1)

    def check(self, path: Path) -> None:
        """Read and check this file; nothing is written."""
        from rubricapp.operations import rubrics

        self.path, self._document = path, None
        self.title.setText(path.name)
        clear(self._preview)
        for card in (self.verdict_card, self.findings_card):
            card.hide()
        try:
            found = rubrics.check_file(path)
        except UserError as error:
            self.error.show_error(error)
            return
        self.error.hide()
        self.findings.model().set_records(found.findings[:SHOWN])
        self.findings_card.setVisible(bool(found.findings))
        errors, warnings = len(found.errors), len(found.warnings)
        if errors:
            self.verdict.setText(
                ngettext(
                    "It cannot be published: {n} problem stops it. Put it right in the file, then check it again.",
                    "It cannot be published: {n} problems stop it. Put them right in the file, then check it again.",
                    errors,
                ).format(n=errors)
            )
        elif warnings:
            self.verdict.setText(
                ngettext(
                    "It can be published. Look at the {n} note below first.",
                    "It can be published. Look at the {n} notes below first.",
                    warnings,
                ).format(n=warnings)
            )
        else:
            self.verdict.setText(_("It can be published: nothing to note."))
        theme.restyle(self.verdict_card, "danger_box" if errors else "card")
        self.verdict_card.show()
        self.publish.setVisible(not errors and found.document is not None)
        if not errors and found.document is not None:
            self._document = found.document
            rubric = from_document(found.document)
            put(self._preview, overview_card(rubric))
            for number, criterion in enumerate(rubric.criteria, 1):
                put(self._preview, criterion_card(rubric, number, criterion, True))
            self.publish.setFocus()

    def _on_publish(self) -> None:
        rubric = from_document(self._document)
        confirm(
            self,
            _("Publish {rubric}?").format(rubric=rubric.label),
            _(
                "A published version never changes: levels given with it always point at these words. To change them"
                " later, publish a new version."
            ),
            _("Publish {rubric}").format(rubric=rubric.label),
            self._publish,
            danger=False,
        )

    def _publish(self) -> None:
        from rubricapp.operations import rubrics

        me = self.session.me.id if self.session.me else ""
        rubric = from_document(self._document)
        changes = self.session.run(rubrics.adopt, [self._document], me)
        if changes is None:
            return
        said = _("Published {rubric}") if changes else _("{rubric} was here already; nothing changed")
        self.published.emit(rubric.content_hash, said.format(rubric=rubric.label))
