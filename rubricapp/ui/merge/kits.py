"""Kits to hand out: made beside the window, with a passphrase to be said by phone where a laptop is not known yet.

A passphrase is shown and copied from here, and written nowhere; once the page is left it cannot be had again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QLineEdit, QWidget

from rubricapp.core.kits import Circle
from rubricapp.core.model import Person
from rubricapp.errors import Cancelled, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.jobs import Progress
from rubricapp.store.kits import list_device_keys, list_kits
from rubricapp.store.people import list_people
from rubricapp.ui import theme
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_folder
from rubricapp.ui.dates import say_when
from rubricapp.ui.merge.part import Part
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.working import WorkBar

if TYPE_CHECKING:
    from rubricapp.operations.kits import KitOrder
    from rubricapp.operations.packages import Manifest
    from rubricapp.operations.recipients import Ready


@dataclass(frozen=True)
class Receiver:
    """Somebody to whom a kit can go. does: as what, and how much. path, passphrase: of the kit made just now.

    problem: why there is none. lacks: what calibration is missing, in words.
    """

    person: Person
    does: str
    known: bool
    last: str
    lacks: tuple[str, ...] = ()
    path: Path | None = None
    passphrase: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()


def write_kits(
    orders: list[KitOrder], progress: Progress
) -> tuple[list[tuple[KitOrder, Manifest]], list[tuple[KitOrder, UserError]]]:
    """In the worker: write one after the other. A fault in one does not stop the others; what is finished stays."""
    from rubricapp.operations import packages

    made: list[tuple[KitOrder, Manifest]] = []
    failed: list[tuple[KitOrder, UserError]] = []
    try:
        for number, each in enumerate(orders):
            progress.step(number, len(orders), each.order.path.name)
            part = Progress(on_step=lambda _done, _total, _label: _stop(progress))
            try:
                made.append((each, packages.write(each.order, part)))
            except UserError as error:
                failed.append((each, error))
    except Cancelled:
        pass  # what is finished is noted all the same
    return made, failed


def _stop(progress: Progress) -> None:
    if progress.cancelled:
        raise Cancelled


class KitsView(Part):
    """Who gets a kit, and making them."""

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._background = background
        self._job: Job | None = None
        self._results: dict[str, Receiver] = {}
        card = Card()
        self.outer.addWidget(card)
        card.body.addWidget(PlainLabel(_("Kits"), "label"))
        self.about = PlainLabel(
            _(
                "A kit is one sealed file for each person, with what they need and may see: whom an assessor scores,"
                " whom a peer reviews, whom a mentor accompanies, a participant’s own. It holds nothing that others"
                " said of somebody before it is theirs to know. Who does two things gets one kit for both."
            ),
            "muted",
        )
        card.body.addWidget(self.about)
        self.circle = choice(_("For whom"))
        for words, circle in (
            (_("Assessors"), Circle.ASSESSOR),
            (_("Peers"), Circle.PEER),
            (_("Mentors"), Circle.MENTOR),
            (_("Participants"), Circle.PARTICIPANT),
            (_("Everybody"), None),
        ):
            self.circle.addItem(words, circle)
        self.circle.activated.connect(lambda _index: self.refresh())
        card.body.addWidget(flow(self.circle))
        self.model = RowsModel(
            (
                Column(_("Person"), lambda each: each.person.name, lambda each: each.person.sort_key, wide=True),
                Column(_("What for"), lambda each: each.does, wide=True),
                Column(_("Laptop"), lambda each: _("known") if each.known else _("new: needs a passphrase")),
                Column(_("Last kit"), lambda each: each.last or _("none yet")),
                Column(_("Made just now"), _say_made, wide=True),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Kits"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.grow_to(10)
        self.table.selectionModel().selectionChanged.connect(lambda *_chosen: self._show_acts())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_result())
        card.body.addWidget(self.table)
        self.lacks = PlainLabel("", "warning")
        card.body.addWidget(self.lacks)
        self.left_out = PlainLabel("", "muted")
        card.body.addWidget(self.left_out)
        self.error = ErrorCard()
        self.error.retry.connect(self.error.hide)
        card.body.addWidget(self.error)
        self.folder = QLineEdit()
        self.choose = button(_("Choose…"), "", "folder")
        self.choose.setAccessibleName(_("Choose a folder for the kits"))
        self.choose.clicked.connect(self._on_choose)
        card.body.addWidget(Field(_("Folder"), self.folder, _("A stick, or a folder that you share.")))
        card.body.addLayout(row(self.choose, 1))
        self.also = QCheckBox(_("A passphrase for laptops that are known, too (for whoever has a new one)"))
        card.body.addWidget(self.also)
        self.work = WorkBar(_("Making kits"))
        card.body.addWidget(self.work)
        self.all = button("", "primary", "package")
        self.all.clicked.connect(lambda: self.make([each.person for each in self.model.shown]))
        self.some = button("", "", "package")
        self.some.clicked.connect(lambda: self.make([each.person for each in self.chosen()]))
        card.body.addWidget(flow(self.all, self.some))
        card.body.addWidget(self._make_result())

    def _make_result(self) -> Card:
        self.result = Card(look="ok_box")
        self.where = PlainLabel("", "strong")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.phrase_title = PlainLabel()
        self.phrase = PlainLabel("", "section")
        self.phrase.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes = PlainLabel("", "warning")
        for each in (self.where, self.phrase_title, self.phrase, self.notes):
            self.result.body.addWidget(each)
        self.copy = button(_("Copy the passphrase"), "", "copy")
        self.copy.clicked.connect(self._on_copy)
        self.show_folder = button(_("Show the folder"), "", "folder-open")
        self.show_folder.clicked.connect(self._on_show_folder)
        self.result.body.addWidget(flow(self.copy, self.show_folder))
        return self.result

    def refresh(self) -> None:
        """Read who has something to do away from here, and what they got."""
        from rubricapp.operations.passes import load_missing
        from rubricapp.operations.recipients import find_everybody

        ws = self.session.ws
        now = ws.sources.now()
        everybody = find_everybody(ws, self.circle.currentData())
        missing = load_missing(ws, [each.person for each in everybody.ready])
        known = {each.person for each in list_device_keys(ws)}
        last = {each.person: say_when(each.at, now) for each in list_kits(ws)}
        found = []
        for each in everybody.ready:
            person = each.person
            made = self._results.get(person.id)
            found.append(
                Receiver(
                    person,
                    say_duties(each),
                    person.id in known,
                    last.get(person.id, ""),
                    tuple(missing.get(person.id, ())),
                    *((made.path, made.passphrase, made.problem, made.notes) if made is not None else ()),
                )
            )
        self.left_out.setText("\n".join(_("No kit: {why}").format(why=why) for _person, why in everybody.left_out[:12]))
        self.left_out.setVisible(bool(everybody.left_out))
        chosen = {each.person.id for each in self.chosen()}
        current = self.table.currentIndex().row()
        self.model.set_records(found)
        if found:
            self.table.setCurrentIndex(self.model.index(min(max(0, current), len(found) - 1), 0))
            flags = self.table.selectionModel().SelectionFlag
            for number, each in enumerate(found):
                if each.person.id in chosen:
                    self.table.selectionModel().select(self.model.index(number, 0), flags.Select | flags.Rows)
        self.table.setVisible(bool(found))
        if not self.folder.text():
            self.folder.setText(self.session.settings.packages or str(Path.home()))
        self._show_acts()
        self._show_result()

    def chosen(self) -> list[Receiver]:
        """The assessors whose rows are chosen."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.record(each) for each in rows if each < self.model.rowCount()]

    def _show_acts(self) -> None:
        busy = self._job is not None
        count, some = self.model.rowCount(), len(self.chosen())
        for widget, text, on in (
            (self.all, ngettext("Make {n} kit", "Make all {n} kits", count).format(n=count), count > 0),
            (self.some, ngettext("Make the chosen one", "Make the chosen {n}", some).format(n=some), 0 < some < count),
        ):
            widget.setText("\N{THIN SPACE}" + text)
            widget.setAccessibleName(text)
            widget.setVisible(on)
            widget.setEnabled(not busy)

    def _show_result(self) -> None:
        index = self.table.currentIndex()
        one = self.model.record(index.row()) if index.isValid() and index.row() < self.model.rowCount() else None
        self.lacks.setText("\n".join(one.lacks) if one is not None else "")
        self.lacks.setVisible(one is not None and bool(one.lacks))
        self.result.setVisible(one is not None and (one.path is not None or bool(one.problem)))
        if one is None:
            return
        theme.restyle(self.result, "danger_box" if one.problem else "ok_box")
        self.where.setText(one.problem or _("For {name}: {path}").format(name=one.person.name, path=one.path))
        self.phrase_title.setText(_("Passphrase, to be said by phone and never sent with the file:"))
        self.phrase.setText(one.passphrase)
        self.notes.setText("\n".join(one.notes))
        for widget, on in (
            (self.phrase_title, bool(one.passphrase)),
            (self.phrase, bool(one.passphrase)),
            (self.copy, bool(one.passphrase)),
            (self.notes, bool(one.notes)),
            (self.show_folder, one.path is not None),
        ):
            widget.setVisible(on)

    # Making

    def make(self, people: list[Person]) -> None:
        """Gather now, seal beside the window."""
        from rubricapp.operations import kits

        if self._job is not None or not people:
            return
        self.error.hide()
        folder = Path(self.folder.text().strip() or ".").expanduser().absolute()
        orders = []
        try:
            for each in people:
                phrase = kits.draw_passphrase() if self.also.isChecked() else ""
                orders.append(kits.order_kit(self.session.ws, each, folder, phrase, self.me))
        except UserError as error:
            for ordered in orders:
                kits.drop_order(self.session.ws, ordered, self.me)
            self.error.show_error(error, can_retry=False)
            return
        self._job = self._background.start(write_kits, orders)
        self._job.done.connect(lambda result: self._on_made(*result))
        self._job.ended.connect(self._on_ended)
        self.work.follow(self._job)
        self._show_acts()
        self.work.take_focus()

    def _on_made(self, made: list[tuple[KitOrder, Manifest]], failed: list[tuple[KitOrder, UserError]]) -> None:
        from rubricapp.operations import kits
        from rubricapp.operations.given_feedback import say_given

        people = {each.id: each for each in list_people(self.session.ws)}
        for ordered, manifest in made:
            person = people[ordered.kit.person]
            done = kits.made_kit(ordered, manifest)
            phrase = ordered.order.passphrase
            given = say_given(len(manifest.feedback))
            notes = (*done.left_out, given) if given else done.left_out
            self._results[person.id] = Receiver(person, "", False, "", (), done.path, phrase, "", notes)
        for ordered, error in failed:
            self.session.run(kits.drop_order, ordered, self.me)
            person = people[ordered.kit.person]
            words = _("{name}: {why}").format(name=person.name, why=error.message)
            self._results[person.id] = Receiver(person, "", False, "", (), None, "", words)
        if failed:
            self.error.show_error(failed[0][1], can_retry=False)
        if made:
            self.session.set_settings(packages=str(made[0][0].order.path.parent))
        words = ngettext("Made {n} kit", "Made {n} kits", len(made)).format(n=len(made))
        self.refresh()
        self.notice.emit(words)

    def _on_ended(self) -> None:
        self._job = None
        self._show_acts()
        if self.work.stop.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_choose(self) -> None:
        choose_folder(self, _("Folder for the kits"), self.folder.text(), lambda path: self.folder.setText(str(path)))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.phrase.text())
        self.notice.emit(_("Copied. Say it by phone; do not send it with the file."))

    def _on_show_folder(self) -> None:
        one = self.model.record(self.table.currentIndex().row())
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(one.path.parent)))


def say_duties(ready: Ready) -> str:
    """As what somebody gets a kit, and of how many people, in one line."""
    duties = ready.duties
    scores = ngettext("scores {n}", "scores {n}", len(duties.scores)).format(n=len(duties.scores))
    said = {
        Circle.ASSESSOR: scores if duties.scores else _("practises on samples"),
        Circle.PEER: ngettext("reviews {n}", "reviews {n}", len(duties.reviews)).format(n=len(duties.reviews)),
        Circle.MENTOR: ngettext("accompanies {n}", "accompanies {n}", len(duties.mentees)).format(
            n=len(duties.mentees)
        ),
        Circle.PARTICIPANT: _("their own work"),
    }
    return ", ".join(said[circle] for circle in Circle if circle in ready.circles)


def _say_made(each: Receiver) -> str:
    if each.problem:
        return _("not made")
    if each.path is None:
        return "–"
    return f"{each.path.name}{'  ·  ' + _('with a passphrase') if each.passphrase else ''}"
