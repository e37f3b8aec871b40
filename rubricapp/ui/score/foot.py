"""What stands below the rows (overall note, total in words) and at the foot of the page (keys, progress)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rubricapp.core.model import Assessment
from rubricapp.i18n import _
from rubricapp.operations.scores import explain
from rubricapp.settings import Settings
from rubricapp.store.workspace import Workspace
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.labels import ElidedLabel, PlainLabel


class Foot(QWidget):
    """The overall note and the total, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = PlainLabel(_("Overall note (O)"), "label", self)
        self.note = GrowingText(_("Overall note"), _("What stands out; what comes next."), parent=self)
        self.heading.setBuddy(self.note)
        self.texts = {"note": self.note}
        self.total_heading = PlainLabel(_("Total"), "label", self)
        self.total = WordsLabel("", "", self)
        self.total.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 10, 16)
        column.setSpacing(6)
        for each in (self.heading, self.note, self.total_heading, self.total):
            column.addWidget(each)

    def open_note(self) -> None:
        if self.isVisible():
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def name_of(self, field: str) -> str:
        """What a text is called where it is undone."""
        return {"note": _("overall note")}[field]

    def show_texts(self, found: Assessment | None, typed: dict[str, str], closed: bool, ws: Workspace) -> None:
        """found: None before anything was written, or across participants, when all of this is hidden.

        typed: what waits to be saved, by the name of the text.
        """
        text = found.note if found else ""
        if "note" in typed:
            self.note.set_text(typed["note"])
        elif not (self.note.hasFocus() and self.note.text.strip() == text):
            self.note.set_text(text)
        self.note.setReadOnly(closed or (found is not None and not found.is_open))
        words = explain(ws, found.id).words if found else (_("No total: no criterion has a level yet."),)
        self.total.setText("\n".join(words))
        self.total.setAccessibleName("\n".join(words))


class Footer(QFrame):
    """The keys that matter most, elided first; whether to move on; how many are finished."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "foot")
        self.hints = ElidedLabel("", "small muted", self)
        self.auto_advance = QCheckBox(_("Move on (A)"), self)
        self.auto_advance.setToolTip(_("After a level by key: on to the next criterion without a rating"))
        self.auto_advance.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.progress = PlainLabel("", "small muted", self, wraps=False)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 0, 14, 0)
        line.setSpacing(16)
        line.addWidget(self.hints, 1)
        line.addWidget(self.auto_advance)
        line.addWidget(self.progress)

    def show_progress(self, finished: int, total: int) -> None:
        self.progress.setText(_("{done} of {total} finished").format(done=finished, total=total) if total else "")

    def show_settings(self, settings: Settings, top_level: int) -> None:
        self.auto_advance.setChecked(settings.auto_advance)
        if settings.number_keys:
            self.hints.setText(
                _(
                    "1–{top} level · 0 not observed · X not applicable · U insufficient evidence · ⌫ clear"
                    " · ↑↓ criterion · C comment · / bank · H hints · N next · P previous · ? all keys"
                ).format(top=top_level)
            )
        else:
            self.hints.setText(_("↑↓ criterion · ←→ level · Space choose · Ctrl+Enter finish · F1 all keys"))


class EmptyState(QWidget):
    """One line and one button where there is nothing to score. people_wanted()."""

    people_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel("", "section", self)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(_("Add people"), self)
        self.button.setProperty("look", "primary")
        self.button.clicked.connect(self.people_wanted)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.words)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self.button)
        across.addStretch(1)
        column.addLayout(across)
        column.addStretch(2)

    def explain(self, people: bool, rubrics: bool) -> None:
        """Say what is missing."""
        if not people:
            self.words.setText(_("Nobody to score yet. Add people or join a programme."))
        elif not rubrics:
            self.words.setText(_("There is no published rubric in this workspace yet."))
        else:
            self.words.setText(_("This edition has no occasion yet."))
        self.button.setVisible(not people)
