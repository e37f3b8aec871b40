"""Linking by hand: which criterion, and which moment, page or part of the work; typed, or taken from what is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import CriterionId
from rubricapp.core.portfolio import Artefact
from rubricapp.i18n import _
from rubricapp.operations.evidence_links import DEFAULT_RATE, Place
from rubricapp.ui.linking import LinkActs
from rubricapp.ui.messages import button
from rubricapp.ui.widgets.layouts import Columns, Field, flow

_FOR = {
    "start": ("video", "audio", "other"),
    "end": ("video", "audio", "other"),
    "page": ("pdf", "other"),
    "region": ("image", "pdf", "video"),
}


class LinkForm(QWidget):
    """linked(): a link was made. source: a work, or the id of a day of the log."""

    linked = Signal()

    def __init__(
        self,
        acts: LinkActs,
        shown: Callable[[], Place] | None = None,
        with_criterion: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.acts, self._shown = acts, shown
        self.work: Artefact | None = None
        self.day = ""
        self._rate = DEFAULT_RATE
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.criterion = QComboBox()
        self.criterion.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.criterion.setMinimumContentsLength(16)
        chosen = Field(_("Criterion"), self.criterion, parent=self)
        column.addWidget(chosen)
        chosen.setVisible(with_criterion)
        self.boxes: dict[str, QLineEdit] = {}
        self._fields: dict[str, Field] = {}
        names = {
            "start": (_("From"), _("00:01:47:12 or 1:47; empty: all of it")),
            "end": (_("To"), _("Empty: this moment")),
            "page": (_("Page"), _("Empty: all pages")),
            "region": (_("Part of the picture"), _("Left, top, width, height in percent: 10,20,30,40")),
        }
        self._columns = Columns(at=36, shares=(1, 1))
        for name, (label, hint) in names.items():
            box = QLineEdit()
            box.setMaxLength(60)
            box.setObjectName(f"link_{name}")
            box.returnPressed.connect(self.link)
            self.boxes[name] = box
            self._fields[name] = Field(label, box, hint, self)
            self._fields[name].hide()
        column.addWidget(self._columns)
        self.note = QLineEdit()
        self.note.setMaxLength(2000)
        self.note.setObjectName("link_note")
        self.note.returnPressed.connect(self.link)
        column.addWidget(Field(_("Note"), self.note, _("What it shows")))
        self.take_button = button(_("Take the place that is shown"), "", "copy")
        self.take_button.clicked.connect(self.take_shown)
        self.link_button = button(_("Link as evidence"), "primary", "link")
        self.link_button.clicked.connect(self.link)
        column.addWidget(flow(self.take_button, self.link_button))
        self.take_button.setVisible(shown is not None)  # not before it has a parent: it would flash up as a window

    def set_criteria(self, criteria: Sequence[tuple[CriterionId, str]]) -> None:
        """(id, title) of those that can be chosen; the one that is chosen stays."""
        kept = self.criterion.currentData()
        self.criterion.clear()
        for each, title in criteria:
            self.criterion.addItem(f"{each}  {title}", each)
        self.criterion.setCurrentIndex(max(0, self.criterion.findData(kept)))

    def show_source(self, work: Artefact | None, day: str = "", criterion: str = "") -> None:
        """Link this work, or this day of the log, from now on."""
        if (work.id if work else day) != (self.work.id if self.work else self.day):
            for box in (*self.boxes.values(), self.note):
                box.clear()
            self._rate = DEFAULT_RATE
        self.work, self.day = work, day
        media = work.media if work is not None else ""
        wanted = [name for name in _FOR if media in _FOR[name]]
        for side in (self._columns.left, self._columns.right):
            while side.takeAt(0) is not None:
                pass  # the fields stay: they are put back below
        for place, name in enumerate(wanted):
            (self._columns.right if place % 2 else self._columns.left).addWidget(self._fields[name])
        for side in (self._columns.left, self._columns.right):
            side.addStretch(1)
        for name, field in self._fields.items():
            field.setVisible(name in wanted)
        self._columns.setVisible(bool(wanted))
        self.take_button.setVisible(self._shown is not None and media in ("image", "pdf", "video", "audio"))
        if criterion:
            self.criterion.setCurrentIndex(max(0, self.criterion.findData(criterion)))

    def take_shown(self) -> None:
        """Fill in where in the work one looks now; a second moment becomes the end."""
        place = self._shown() if self._shown is not None else Place()
        self._rate = place.rate
        if place.start:
            second = bool(self.boxes["start"].text()) and not self.boxes["end"].text()
            self.boxes["end" if second else "start"].setText(place.start)
            if not second:
                self.boxes["end"].clear()
        self.boxes["page"].setText(str(place.page) if place.page is not None else "")
        self.boxes["region"].setText(place.region)

    def place(self) -> Place:
        """What is typed."""
        texts = {name: box.text().strip() for name, box in self.boxes.items()}
        page = texts["page"]
        return Place(
            texts["start"],
            texts["end"],
            self._rate if self._shown is None else (self._shown().rate or self._rate),
            int(page) if page.isdecimal() and len(page) < 7 else (None if not page else 0),
            texts["region"],
        )

    def link(self) -> None:
        """Make the link; what is refused is said by the window, and what is typed stays."""
        criterion = self.criterion.currentData() or ""
        if self.work is not None:
            made = self.acts.link_work(self.work.id, criterion, self.place(), self.note.text())
        elif self.day:
            made = self.acts.link_day(self.day, criterion, self.note.text())
        else:
            return
        if made is not None:
            for box in (*self.boxes.values(), self.note):
                box.clear()
            self.linked.emit()
