"""Where a work was shown, and whom it is shown to: two cards of a work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.portfolio import SHOWING_KINDS, Artefact, AudienceChoice, Showing, is_shown, is_web
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations import audiences, showings
from rubricapp.operations.showings import showing_words
from rubricapp.store.showings import list_choices, list_showings
from rubricapp.ui import theme
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, tip
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import Card, Columns, Field, clear, flow, put


def say_audience(audience: str) -> str:
    """An audience in words."""
    return {
        "": _("Everyone"),
        "producer": _("Producers"),
        "festival": _("Festivals"),
        "school": _("Schools"),
        "union": _("Unions"),
        "alumni": _("Alumni"),
    }.get(audience, audience)


def say_showing(showing: Showing) -> str:
    """2027-05 · Festival del Río · Festival · First prize."""
    parts = (showing.shown_on, showing.place, showing_words(showing.kind), showing.result)
    return "  ·  ".join(part for part in parts if part)


class _Cards(Card):
    """What both cards share: a list, a form, a fault, and acts that can be undone. done(words)."""

    done = Signal(str)

    def __init__(self, session: Session, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.work: Artefact | None = None
        self.body.addWidget(PlainLabel(title, "label"))
        self.body.addWidget(PlainLabel(hint, "muted"))
        holder = QWidget()
        self.list = QVBoxLayout(holder)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(4)
        self.body.addWidget(holder)
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.form = QWidget()
        self.form_body = QVBoxLayout(self.form)
        self.form_body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.form)

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def _do(self, act: Callable[[], object], words: str, back: Callable[[], object]) -> bool:
        """Do it now; refused ones are said here and never reach the undo stack."""
        try:
            changes = act()
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return False
        self.error.hide()
        if not changes:
            return True
        session, first = self.session, [True]

        def again() -> None:
            if not first:
                session.run(lambda _ws: act())
            first.clear()

        session.undo_stack.push(OperationCommand(words, again, lambda: session.run(lambda _ws: back())))
        session.changed.emit(changes)
        self.done.emit(words)
        return True


class ShowingsCard(_Cards):
    """Festivals, broadcasts, awards; each with where it can be looked up."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            session, _("Where it was shown"), _("Festivals, broadcasts, awards; as far as the day is known."), parent
        )
        self.boxes: dict[str, QWidget] = {}
        self.changed: Showing | None = None
        names = {
            "shown_on": (_("When"), _("2027-05-14, 2027-05 or 2027")),
            "place": (_("Where"), _("Festival, channel or town")),
            "kind": (_("Kind"), ""),
            "result": (_("Result"), _("Award, selection")),
            "proof": (_("Where to look it up"), _("Web address")),
        }
        made = {}
        for name, (label, hint) in names.items():
            if name == "kind":
                box = QComboBox()
                for kind in SHOWING_KINDS:
                    box.addItem(showing_words(kind), kind)
            else:
                box = QLineEdit()
                box.setMaxLength(2000 if name == "proof" else 300)
                box.returnPressed.connect(self.keep)
            box.setObjectName(f"showing_{name}")
            self.boxes[name] = box
            made[name] = Field(label, box, hint)
        for line in (("shown_on", "place"), ("kind", "result")):
            columns = Columns(at=40, shares=(1, 1))
            for name, side in zip(line, (columns.left, columns.right), strict=True):
                side.addWidget(made[name])
                side.addStretch(1)
            self.form_body.addWidget(columns)
        self.form_body.addWidget(made["proof"])
        self.add_button = button(_("Add this showing"), "", "plus")
        self.add_button.clicked.connect(self.keep)
        self.cancel = button(_("Leave it as it was"), "quiet", "x")
        self.cancel.clicked.connect(self._leave)
        self.form_body.addWidget(flow(self.add_button, self.cancel))
        self.cancel.hide()

    def show_work(self, work: Artefact) -> None:
        """Show where this work was shown; what is typed stays unless it is another work."""
        if self.work is None or self.work.id != work.id:
            self._empty()
        self.work = work
        self.form.setVisible(not self.session.ws.read_only)
        clear(self.list)
        for each in list_showings(self.session.ws, work.id):
            put(self.list, self._line(each))

    def _line(self, showing: Showing) -> QWidget:
        words = WordsLabel(say_showing(showing))
        change = button(_("Change"), "quiet", "pencil")
        change.setAccessibleName(_("Change the showing {showing}").format(showing=say_showing(showing)))
        change.setEnabled(not self.session.ws.read_only)
        change.clicked.connect(lambda: self.begin_change(showing))
        remove = button(_("Remove"), "quiet", "trash-2")
        remove.setAccessibleName(_("Remove the showing {showing}").format(showing=say_showing(showing)))
        remove.setEnabled(not self.session.ws.read_only)
        remove.clicked.connect(lambda: self.remove(showing))
        parts = [words, change, remove]
        if is_web(showing.proof):
            proof = button(_("Look it up"), "quiet", "external-link")
            proof.setToolTip(tip(showing.proof))
            proof.setAccessibleName(_("Look up {showing}").format(showing=say_showing(showing)))
            proof.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(showing.proof)))
            parts.insert(1, proof)
        elif showing.proof:
            parts.insert(1, WordsLabel(showing.proof, "small muted"))
        return flow(*parts)

    def begin_change(self, showing: Showing) -> None:
        """Into the form with it: what is kept then takes its place."""
        self._empty()
        self.changed = showing
        for name, box in self.boxes.items():
            value = getattr(showing, name)
            if isinstance(box, QComboBox):
                box.setCurrentIndex(max(0, box.findData(value)))
            else:
                box.setText(value)
        self._say_button()
        self.boxes["shown_on"].setFocus()

    def _leave(self) -> None:
        self._empty()
        self.add_button.setFocus()

    def _say_button(self) -> None:
        words = _("Keep the change") if self.changed is not None else _("Add this showing")
        self.add_button.setText("\N{THIN SPACE}" + words)
        self.add_button.setAccessibleName(words)
        theme.set_icon(self.add_button, "check" if self.changed is not None else "plus", "ink")
        self.cancel.setVisible(self.changed is not None)

    def keep(self) -> None:
        """Keep what is typed: a new showing, or another word on the one that is being changed."""
        given = {
            name: box.currentData() if isinstance(box, QComboBox) else box.text() for name, box in self.boxes.items()
        }
        if self.changed is not None:
            self._change(self.changed, given)
        else:
            self._add(given)

    def _change(self, showing: Showing, given: dict[str, str]) -> None:
        ws, me = self.session.ws, self._me
        before = {name: getattr(showing, name) for name in self.boxes}
        if self._do(
            lambda: showings.edit_showing(ws, showing.id, given, me),
            _("Showing changed"),
            lambda: showings.edit_showing(ws, showing.id, before, me),
        ):
            self._empty()
            self.boxes["shown_on"].setFocus()

    def _add(self, given: dict[str, str]) -> None:
        work, ws, me = self.work, self.session.ws, self._me
        made: list[Showing] = []

        def act() -> object:
            if made:
                return showings.remove_showing(ws, made[0].id, me, False)
            showing, changes = showings.add_showing(ws, work.id, given, me)
            made.append(showing)
            return changes

        if self._do(act, _("Showing added"), lambda: showings.remove_showing(ws, made[0].id, me)):
            self._empty()
            self.boxes["shown_on"].setFocus()

    def _empty(self) -> None:
        for box in self.boxes.values():
            if isinstance(box, QLineEdit):
                box.clear()
        self.error.hide()
        self.changed = None
        self._say_button()

    def remove(self, showing: Showing) -> None:
        """Take a showing away; Undo puts it back."""
        if self.changed is not None and self.changed.id == showing.id:
            self._empty()
        ws, me = self.session.ws, self._me
        self._do(
            lambda: showings.remove_showing(ws, showing.id, me),
            _("Removed: {title}").format(title=say_showing(showing)),
            lambda: showings.remove_showing(ws, showing.id, me, False),
        )


class AudiencesCard(_Cards):
    """Whom the work is shown to, and not before which day."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            _("Who is shown it"),
            _("Without a choice only its participant is. A choice for one audience comes before that for everyone."),
            parent,
        )
        self.audience = QComboBox()
        self.audience.setEditable(True)
        self.audience.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for each in audiences.USUAL:
            self.audience.addItem(say_audience(each), each)
        self.audience.lineEdit().setMaxLength(80)
        self.audience.lineEdit().setAccessibleName(_("Audience"))
        self.day = QLineEdit()
        self.day.setMaxLength(10)
        columns = Columns(at=40, shares=(1, 1))
        columns.left.addWidget(Field(_("Audience"), self.audience, _("Choose, or type another")))
        columns.left.addStretch(1)
        columns.right.addWidget(Field(_("Not before"), self.day, _("Year-month-day; empty: at once")))
        columns.right.addStretch(1)
        self.form_body.addWidget(columns)
        self.show_button = button(_("Show it to them"), "", "eye")
        self.show_button.clicked.connect(lambda: self.choose(True))
        self.hide_button = button(_("Do not show it"), "", "eye-off")
        self.hide_button.clicked.connect(lambda: self.choose(False))
        self.form_body.addWidget(flow(self.show_button, self.hide_button))

    def show_work(self, work: Artefact) -> None:
        """Show the choices for this work."""
        if self.work is None or self.work.id != work.id:
            self.day.clear()
            self.audience.setCurrentIndex(0)
            self.error.hide()
        self.work = work
        self.form.setVisible(not self.session.ws.read_only)
        clear(self.list)
        for each in list_choices(self.session.ws, work.id):
            put(self.list, self._line(each))

    def _line(self, choice: AudienceChoice) -> QWidget:
        today = self.session.ws.sources.now().date()
        words = WordsLabel(f"{say_audience(choice.audience)}: {self._say(choice, is_shown(choice, today))}")
        forget = button(_("Take back"), "quiet", "undo-2")
        forget.setAccessibleName(
            _("Take back the choice for {audience}").format(audience=say_audience(choice.audience))
        )
        forget.setEnabled(not self.session.ws.read_only)
        forget.clicked.connect(lambda: self.forget(choice))
        return flow(words, forget)

    @staticmethod
    def _say(choice: AudienceChoice, now: bool) -> str:
        if not choice.shown:
            return _("not shown")
        if now:
            return _("shown")
        return _("shown from {day}").format(day=choice.embargo_until)

    def _typed(self) -> str:
        text = self.audience.currentText().strip()
        at = self.audience.findText(text)
        return self.audience.itemData(at) if at >= 0 else text

    def _before(self, audience: str) -> Callable[[], object]:
        """What puts back the choice that holds now."""
        ws, me, work = self.session.ws, self._me, self.work
        found = next((each for each in list_choices(ws, work.id) if each.audience == audience), None)
        if found is None:
            return lambda: audiences.forget_choice(ws, work.id, audience, me)
        return lambda: audiences.show_to(ws, work.id, audience, found.shown, found.embargo_until, me)[1]

    def choose(self, shown: bool) -> None:
        """Choose for the audience that is typed."""
        ws, me, work, day = self.session.ws, self._me, self.work, self.day.text()
        typed = self._typed()
        try:
            audience = audiences.read_audience(typed)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        words = _("Shown to {audience}") if shown else _("Not shown to {audience}")
        back = self._before(audience)
        if self._do(
            lambda: audiences.show_to(ws, work.id, audience, shown, day if shown else "", me)[1],
            words.format(audience=say_audience(audience)),
            back,
        ):
            self.day.clear()

    def forget(self, choice: AudienceChoice) -> None:
        """Say nothing for an audience any more."""
        ws, me, work = self.session.ws, self._me, self.work
        self._do(
            lambda: audiences.forget_choice(ws, work.id, choice.audience, me),
            _("No choice for {audience} any more").format(audience=say_audience(choice.audience)),
            self._before(choice.audience),
        )
