"""The three boxes of a review, below the rows: what works, what to change, what next; hints come while one types."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.feedback_hints import Hint, hints
from rubricapp.core.model import Assessment, RubricVersion
from rubricapp.core.peer_scores import BOXES
from rubricapp.i18n import _
from rubricapp.store.peer_reviews import find_own_review
from rubricapp.store.workspace import Workspace
from rubricapp.ui.peer.words import say_box, say_hint, say_prompt
from rubricapp.ui.score.header import Chooser
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.labels import PlainLabel
from rubricapp.ui.widgets.layouts import flow


class Boxes(QWidget):
    """Stands where the overall note of a scoring stands. time_wanted(box): put the clip's time there."""

    time_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 10, 16)
        column.setSpacing(6)
        self.texts: dict[str, GrowingText] = {}
        self.hints: dict[str, PlainLabel] = {}
        self.criteria = Chooser(_("Criterion that the change touches"), self)
        self.criteria.chosen.connect(self._on_criterion)
        for box in BOXES:
            heading = WordsLabel(say_box(box), "label", self)
            text = GrowingText(say_box(box), say_prompt(box), parent=self)
            heading.setBuddy(text)
            hint = PlainLabel("", "small muted", self)
            column.addWidget(flow(heading, self.criteria) if box == "change" else heading)
            column.addWidget(text)
            column.addWidget(hint)
            hint.hide()
            text.typed.connect(self.show_hints)
            self.texts[box] = text
            self.hints[box] = hint

    def offer_criteria(self, rubric: RubricVersion) -> None:
        """The criteria of which one may be named in the change."""
        first = ("", _("Name a criterion…"))
        self.criteria.fill([first, *((each.id, f"{each.id} {each.title}") for each in rubric.criteria)], "")
        self.criteria.setMinimumContentsLength(len(first[1]))

    def open_note(self) -> None:
        """The first box that is empty takes the keyboard."""
        self.focus_box((*self.empty(), BOXES[0])[0])

    def focus_box(self, box: str) -> None:
        text = self.texts[box]
        text.setFocus(Qt.FocusReason.OtherFocusReason)
        text.moveCursor(text.textCursor().MoveOperation.End)

    def empty(self) -> list[str]:
        """The boxes in which nothing is written."""
        return [box for box, text in self.texts.items() if not text.text.strip()]

    def name_of(self, field: str) -> str:
        """What a text is called where it is undone."""
        return say_box(field)

    def show_texts(self, found: Assessment | None, typed: dict[str, str], closed: bool, ws: Workspace) -> None:
        """found: None before anything was written. typed: what waits to be saved, by box."""
        written = find_own_review(ws, found.id) if found else ("", "", "")
        is_closed = closed or (found is not None and not found.is_open)
        for box, kept in zip(BOXES, written, strict=True):
            text = self.texts[box]
            if box in typed:
                text.set_text(typed[box])
            elif not (text.hasFocus() and text.text.strip() == kept):
                text.set_text(kept)
            text.setReadOnly(is_closed)
        self.criteria.setVisible(not is_closed)
        self.show_hints()

    def show_hints(self) -> None:
        """What the boxes could do better; an empty one is left in peace."""
        found = hints(*(text.text for text in self.texts.values()))
        for box, label in self.hints.items():
            said = [say_hint(each) for each in found.get(box, ()) if each is not Hint.EMPTY]
            words = "" if self.texts[box].isReadOnly() else " ".join(said)
            if words != label.text() or label.isHidden() == bool(words):
                label.setText(words)
                label.setVisible(bool(words))
            self.texts[box].setAccessibleDescription(words or say_prompt(box))

    def _on_criterion(self, criterion: str) -> None:
        if criterion:
            self.focus_box("change")
            self.texts["change"].add_words(f"{criterion}: ")
        self.criteria.setCurrentIndex(0)
