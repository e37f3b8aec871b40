"""What is said of a work: each field is kept when it is left, or soon after typing stops."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.portfolio import DAYS, DETAILS, STAGES, Artefact
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.artefacts import edit_details
from rubricapp.store.artefacts import load_artefact
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Card, Columns, Field

SAVE_AFTER_MS = 800
NAMES = ("title", *DETAILS)
_LINES = ("did", "credits", "context", "reflection", "rights", "consent")
_GROUPS = (
    (("title", "type"), ("role", "stage"), ("did",), ("credits",), ("made_from", "made_to"), ("languages",)),
    (("context",), ("reflection",)),
    (("rights",), ("consent",), ("consent_expires_on", "embargo_until")),
)


def say_field(name: str) -> str:
    """What a field of a work is called."""
    return {
        "title": _("Title"),
        "type": _("Type"),
        "role": _("Role, as credited"),
        "stage": _("Stage"),
        "did": _("What this person did"),
        "credits": _("Co-authors with their roles"),
        "made_from": _("Made from"),
        "made_to": _("Made to"),
        "languages": _("Languages"),
        "context": _("Context"),
        "reflection": _("Reflection"),
        "rights": _("Rights"),
        "consent": _("Consent, and its limits"),
        "consent_expires_on": _("Consent ends on"),
        "embargo_until": _("Embargo until"),
    }[name]


def say_hint(name: str) -> str:
    """What is meant, where the name alone does not say it."""
    return {
        "type": _("Film, scene, sound mix, budget, consent pack …"),
        "did": _("Two or three sentences"),
        "credits": _("One on each line"),
        "made_from": _("Year-month-day, such as 2026-09-01"),
        "made_to": _("Year-month-day"),
        "context": _("Kit, crew, budget band, access needs"),
        "reflection": _("What you set out to do, what you would change"),
        "rights": _("Owner, licence, material of others, whom to ask"),
        "consent": _("What the people seen and heard allowed"),
        "consent_expires_on": _("Year-month-day"),
        "embargo_until": _("Year-month-day; not shown outside before"),
    }.get(name, "")


def say_stage(stage: str) -> str:
    """A stage in words."""
    return {
        "": _("not said"),
        "rushes": _("Rushes"),
        "rough_cut": _("Rough cut"),
        "locked": _("Locked"),
        "released": _("Released"),
    }.get(stage, stage)


class DetailsForm(QWidget):
    """kept(words): a field was written and can be undone."""

    kept = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.work: Artefact | None = None
        self._known: dict[str, str] = {}
        self._at_entry: dict[str, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save_dirty)
        self.fields = {name: self._field(name) for name in NAMES}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        titles = (_("The work"), _("Thoughts on it"), _("Rights and consent"))
        for title, group in zip(titles, _GROUPS, strict=True):
            card = Card()
            card.body.addWidget(PlainLabel(title, "label"))
            for line in group:
                if len(line) == 1:
                    card.body.addWidget(self.fields[line[0]])
                    continue
                columns = Columns(at=40, shares=(1, 1))
                for name, side in zip(line, (columns.left, columns.right), strict=True):
                    side.addWidget(self.fields[name])
                    side.addStretch(1)
                card.body.addWidget(columns)
            column.addWidget(card)

    def _field(self, name: str) -> Field:
        if name in _LINES:
            box = GrowingText(say_field(name))
            box.typed.connect(self._timer.start)
            box.left.connect(lambda: self._leave(name))
        elif name == "stage":
            box = QComboBox()
            for stage in ("", *STAGES):
                box.addItem(say_stage(stage), stage)
            box.activated.connect(lambda _row: self._leave(name))
        else:
            box = QLineEdit()
            box.setMaxLength(300)
            box.textEdited.connect(lambda _text: self._timer.start())
            box.editingFinished.connect(lambda: self._leave(name))
        box.setObjectName(name)
        return Field(say_field(name), box, say_hint(name))

    # Text in and out

    def text(self, name: str) -> str:
        """What stands in a field."""
        box = self.fields[name].control
        if isinstance(box, QComboBox):
            return box.currentData() or ""
        return box.text if isinstance(box, GrowingText) else box.text()

    def _set_text(self, name: str, text: str) -> None:
        box = self.fields[name].control
        if isinstance(box, QComboBox):
            if box.findData(text) < 0:
                box.addItem(say_stage(text), text)  # from a newer version
            box.setCurrentIndex(box.findData(text))
        elif isinstance(box, GrowingText):
            box.set_text(text)
        elif box.text() != text:
            box.setText(text)
            box.setCursorPosition(0)

    def show_work(self, work: Artefact) -> None:
        """Show what is said of a work. What is being typed stays, unless it is another work."""
        moved = self.work is None or self.work.id != work.id
        dirty = set() if moved else set(self.dirty)
        self.work = work
        can_write = not self.session.ws.read_only
        for name, field in self.fields.items():
            self._known[name] = getattr(work, name)
            box = field.control
            if name not in dirty:
                if not (box.hasFocus() and self.text(name).strip() == self._known[name]):  # spaces are being typed
                    self._set_text(name, self._known[name])
                self._say_fault(name, "")
            if moved or not box.hasFocus():
                self._at_entry[name] = self._known[name]
            if isinstance(box, QComboBox):
                box.setEnabled(can_write)
            else:
                box.setReadOnly(not can_write)

    @property
    def dirty(self) -> list[str]:
        """Fields whose text is not kept yet."""
        return [name for name in self.fields if name in self._known and self.text(name).strip() != self._known[name]]

    def _say_fault(self, name: str, words: str) -> None:
        field = self.fields[name]
        field.hint.setText(words or say_hint(name))
        theme.restyle(field.hint, "small danger" if words else "small muted")
        field.hint.setVisible(bool(field.hint.text()))
        field.control.setAccessibleDescription(field.hint.text())

    # Keeping

    def _save_dirty(self) -> None:
        for name in self.dirty:
            # A half-typed day is not wrong yet.
            if not (name in DAYS and self.fields[name].control.hasFocus()):
                self._save(name)

    def _save(self, name: str) -> bool:
        if self.work is None or name not in self.dirty:
            return True
        me = self.session.me.id if self.session.me is not None else ""
        try:
            changes = edit_details(self.session.ws, self.work.id, {name: self.text(name)}, me)
        except UserError as error:
            self._say_fault(name, " ".join(part for part in (error.what, error.do) if part))
            return False
        self._say_fault(name, "")
        self._known[name] = getattr(load_artefact(self.session.ws, self.work.id), name)
        self.session.changed.emit(changes)
        return True

    def _leave(self, name: str) -> None:
        """Keep it, and make what was done since it was entered one step to undo."""
        before = self._at_entry.get(name, "")
        if self.work is None or not self._save(name):
            return
        self._set_text(name, self._known[name])
        after = self._known[name]
        if before == after:
            return
        self._at_entry[name] = after
        session, work, first = self.session, self.work.id, [True]
        me = session.me.id if session.me is not None else ""

        def again() -> None:
            if not first:
                session.run(edit_details, work, {name: after}, me)
                self._at_entry[name] = after
            first.clear()

        def back() -> None:
            session.run(edit_details, work, {name: before}, me)
            self._at_entry[name] = before

        words = _("Changed: {field}").format(field=say_field(name))
        session.undo_stack.push(OperationCommand(words, again, back))
        self.kept.emit(words)

    def flush(self) -> bool:
        """Keep everything typed; False where something is refused: it stays, with the reason below it."""
        self._timer.stop()
        results = []
        for name in self.dirty:
            self._leave(name)
            results.append(name not in self.dirty)
        return all(results)

    def focus_first(self) -> None:
        self.fields["title"].control.setFocus(Qt.FocusReason.OtherFocusReason)
