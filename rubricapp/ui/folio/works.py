"""Works: what each is, where it was shown, what it proves; opened from a checked copy, saved as one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rubricapp.core.folio import FolioWork
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, one_line, short
from rubricapp.ui import theme
from rubricapp.ui.background import Job
from rubricapp.ui.choosing import choose_place
from rubricapp.ui.folio.copies import Copies, can_open, kind_words
from rubricapp.ui.folio.parts import MOST_BLOCKS, Chosen, words
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.widgets.layouts import flow
from rubricapp.ui.widgets.rows import Column
from rubricapp.ui.working import WorkBar


class WorksPart(Chosen):
    """All works as a list; the one chosen below it with its picture."""

    def __init__(self, copies: Copies, parent: QWidget | None = None) -> None:
        columns = (
            Column(_("Work"), _title, wide=True),
            Column(_("Kind"), kind_words),
            Column(_("File"), lambda each: one_line(each.file.name)),
            Column(_("State"), lambda each: self._state(each)),
        )
        super().__init__(_("Works"), columns, _("No works were chosen for this portfolio."), parent)
        self.copies = copies
        self.job: Job | None = None
        self._shown: Shown | None = None
        self._pictures: dict[str, QImage] = {}
        self.table.chosen.connect(lambda _work: self._on_open())
        self.error = ErrorCard()
        self.work_bar = WorkBar(_("Copying the file out of the portfolio"))
        at = self.body.indexOf(self.card)
        for number, each in enumerate((self.error, self.work_bar)):
            self.body.insertWidget(at + number, each)

    def show_folio(self, shown: Shown) -> None:
        before, self._shown = self._shown, shown
        if before is not None and _said_of_works(before) == _said_of_works(shown):
            self.model.dataChanged.emit(self.model.index(0, 3), self.model.index(self.model.rowCount() - 1, 3))
            return
        self.set_records(list(shown.folio.works))

    def open_with(self, what: object) -> None:
        row = self.model.row_of(lambda each: each.key == what)
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, 0))

    def _state(self, work: FolioWork) -> str:
        shown, sha256 = self._shown, work.file.sha256
        if sha256 in shown.altered:
            return _("ALTERED after signing")
        if sha256 and sha256 not in shown.held:
            return _("MISSING in the file")
        if not sha256:
            return _("not inside")
        return _("whole") if shown.checked else _("being checked…")

    @property
    def work(self) -> FolioWork | None:
        """The one that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.record(row) if 0 <= row < len(self.model.shown) else None

    def fill(self, record: FolioWork) -> None:
        body, shown = self.card.body, self._shown
        self.error.hide()
        body.addWidget(PlainLabel(_title(record), "section"))
        self.picture = _Picture(_("Picture of {title}").format(title=_title(record)))
        body.addWidget(self.picture)
        self._load_picture(record)
        file = [kind_words(record), one_line(record.file.name), reading.size_words(record.file.size)]
        if record.file.link:
            file = [kind_words(record), one_line(record.file.link)]
        body.addWidget(PlainLabel(" · ".join(part for part in file if part), "muted"))
        if record.file.sha256 in shown.altered:
            text = _("This file was altered after the portfolio was signed. It is not opened from here.")
            body.addWidget(PlainLabel(text, "danger strong"))
        elif record.file.sha256 and record.file.sha256 not in shown.held:
            body.addWidget(PlainLabel(_("This file is missing in the portfolio."), "danger strong"))
        elif record.file.why_not:
            body.addWidget(PlainLabel(_("Not inside: {reason}").format(reason=one_line(record.file.why_not))))
        body.addWidget(self._acts(record))
        for label, text in record.facts[:MOST_BLOCKS]:
            body.addWidget(PlainLabel(one_line(label), "small muted"))
            body.addWidget(words(text))
        if record.proves:
            body.addWidget(PlainLabel(_("What it proves"), "label"))
        for each in record.proves[:MOST_BLOCKS]:
            title, _language = reading.find_criterion(shown.folio, each.criterion)
            parts = [one_line(part) for part in (title, each.moment, each.note) if part]
            body.addWidget(PlainLabel(" · ".join(parts)))
        if record.showings:
            body.addWidget(PlainLabel(_("Where it was shown"), "label"))
        for each in record.showings[:MOST_BLOCKS]:
            parts = (reading.day_words(each.shown_on), reading.showing_words(each.kind), each.place, each.result)
            body.addWidget(PlainLabel(" · ".join(one_line(part) for part in (*parts, each.proof) if part)))
        later = [each for each in shown.additions.entries if each.work == record.key]
        if later:
            body.addWidget(PlainLabel(_("Added by you later, not signed"), "label"))
        for each in later[:MOST_BLOCKS]:
            body.addWidget(PlainLabel(_added(each)))

    def _acts(self, record: FolioWork) -> QWidget:
        inside = self._shown.has(record.file.sha256)
        acts = []
        if inside and can_open(record):
            self.open_button = button(_("Open"), "primary", "external-link")
            self.open_button.clicked.connect(self._on_open)
            acts.append(self.open_button)
        if inside:
            save = button(_("Save a copy…"), "", "download")
            save.clicked.connect(self._on_save)
            acts.append(save)
        if reading.web(record.file.link):
            go = button(_("Open in the browser"), "", "external-link")
            go.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(reading.web(record.file.link))))
            acts.append(go)
        add = button(_("Add a showing"), "", "plus")
        add.clicked.connect(lambda: self.wanted.emit("later", record.key))
        return flow(*acts, add)

    # The picture

    def _load_picture(self, work: FolioWork) -> None:
        """Read it once; a picture that comes when another work is shown is kept for its own."""
        if work.key in self._pictures:
            self.picture.show_image(self._pictures[work.key])
            return
        job = self.copies.picture(self._shown, work)
        if job is None:
            return
        job.done.connect(lambda image: self._on_picture(work, image))
        job.failed.connect(lambda error: self._on_no_picture(work, error))

    def _on_picture(self, work: FolioWork, image: QImage) -> None:
        self._pictures[work.key] = image
        if self.work == work:
            self.picture.show_image(image)

    def _on_no_picture(self, work: FolioWork, error: UserError) -> None:
        if self.work == work:
            self.picture.setAccessibleDescription(error.message)
            if error.code != "E_IMAGE":
                self.error.show_error(error, can_retry=False)

    # Copies

    def _on_open(self) -> None:
        work = self.work
        if work is None or not self._shown.has(work.file.sha256) or not can_open(work):
            return
        self._run(self.copies.to_look_at(self._shown, work), self._on_copied_to_look_at)

    def _on_copied_to_look_at(self, place: Path) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self.said.emit(_("Opened a copy. It goes away when you close the portfolio."))
        else:
            self.said.emit(_("No program here opens this kind of file. Save a copy instead."))

    def _on_save(self) -> None:
        work = self.work
        place = Path.home() / reading.file_name(work, work.file.sha256)
        choose_place(self, _("Save a copy"), place, lambda path: self.save_copy(work, path))

    def save_copy(self, work: FolioWork, place: Path) -> None:
        """Copy a work to a place that was chosen."""
        self._run(
            self.copies.to_keep(self._shown, work, place),
            lambda path: self.said.emit(_("Saved and checked: {file}").format(file=path.name)),
        )

    def _run(self, job: Job, done) -> None:
        self.error.hide()
        self.job = job
        job.done.connect(done)
        job.failed.connect(lambda error: self.error.show_error(error, can_retry=False))
        job.ended.connect(self._on_ended)
        self.work_bar.follow(job)

    def _on_ended(self) -> None:
        self.job = None


def _said_of_works(shown: Shown) -> tuple[object, ...]:
    """All that stands on the cards."""
    return shown.folio, shown.altered, shown.held, shown.additions


def _title(work: FolioWork) -> str:
    return short(work.title) or _("A work without a title")


def _added(added) -> str:
    parts = (reading.day_words(added.on), reading.added_kind(added), added.place, added.result)
    text = added.words if added.kind == "note" else ""
    return " · ".join(one_line(part) for part in (*parts, text) if part)


class _Picture(QWidget):
    """A picture as wide as the card, no taller than a third of a screen; nothing where there is none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._image = QImage()
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.hide()

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.setVisible(not image.isNull())
        self.updateGeometry()
        self.update()

    @property
    def image(self) -> QImage:
        return self._image

    def sizeHint(self) -> QSize:
        tall = min(theme.look().px(270), self._image.height()) if not self._image.isNull() else 0
        return QSize(theme.look().px(320), tall)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        room = self.rect()
        room.setSize(size)
        if self.isRightToLeft():
            room.moveRight(self.rect().right())
        painter.drawImage(room, self._image)
