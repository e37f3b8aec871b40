"""The first page: try the demo, start or join a programme, open a workspace or a portfolio. Nothing leaves here."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.settings import Settings
from rubricapp.ui import opening
from rubricapp.ui.background import Background
from rubricapp.ui.choosing import choose_folder
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.widgets.layouts import Card, Field, flow, row
from rubricapp.ui.widgets.signs import Sign


class ChoiceButton(QPushButton):
    """A large button: an icon, what it does, and a line about it."""

    def __init__(self, title: str, about: str, icon: str) -> None:
        super().__init__()
        self.setProperty("look", "choice")
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(title, "label"))
        words.addWidget(PlainLabel(about, "muted"))
        layout.addWidget(Sign(icon, "accent", 24), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        for label in self.findChildren(PlainLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.layout().totalHeightForWidth(width)

    def sizeHint(self):
        return self.layout().totalSizeHint()

    def minimumSizeHint(self):
        return self.layout().totalMinimumSize()


class FirstRunPage(QWidget):
    """named(name). made(Workspace): a new one is open. chosen(Path): a folder to open.

    portfolio_wanted(): a portfolio file is to be asked for. join_wanted(): a kit is.
    """

    named = Signal(str)
    made = Signal(object)
    chosen = Signal(object)
    portfolio_wanted = Signal()
    join_wanted = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        outer.addWidget(self._stack)
        self._stack.addWidget(self._make_choices(settings.name))
        self._stack.addWidget(self._make_form(settings.name))

    def start(self) -> None:
        """Back to the choices."""
        self._stack.setCurrentIndex(0)
        self.demo.setFocus()

    # The choices

    def _make_choices(self, name: str) -> QWidget:
        scroll = Scroll(_("First steps"), measure=640)
        scroll.widget().layout().insertStretch(0, 1)
        body = scroll.body
        body.addSpacing(24)
        body.addWidget(Sign("film", "accent", 40))
        body.addWidget(PlainLabel("Rubric", "title"))
        body.addWidget(PlainLabel(_("Score film-residency work against clear levels, offline."), "muted"))
        self.error = ErrorCard()
        body.addWidget(self.error)
        self.name = QLineEdit(name)
        self.name.setMaxLength(200)
        self.name.editingFinished.connect(self._on_named)
        body.addWidget(
            Field(
                _("Who are you?"),
                self.name,
                _("Your name stands beside the levels you choose. Everything stays on this laptop."),
            )
        )
        self.demo = ChoiceButton(
            _("Try the demo programme"),
            _("Twelve made-up people, four rubrics, three occasions. Remove it whenever you like."),
            "film",
        )
        self.start_button = ChoiceButton(
            _("Start a programme"), _("Name and dates; four rubrics come with it. The roster can follow."), "plus"
        )
        self.join_button = ChoiceButton(
            _("Join a programme"), _("Open the file (.rubricpack) that your programme lead sent you."), "package-open"
        )
        self.open_button = ChoiceButton(
            _("Open a workspace"),
            _("A folder that this program made before, or that was copied to you."),
            "folder-open",
        )
        self.portfolio_button = ChoiceButton(
            _("Open a portfolio"),
            _("A file that ends in .rubricfolio: yours to read, to add to and to print. No programme is needed."),
            "file-text",
        )
        self.portfolio_button.clicked.connect(self.portfolio_wanted)
        self.demo.clicked.connect(self.make_demo)
        self.start_button.clicked.connect(self.start_programme)
        self.join_button.clicked.connect(self.join_wanted)
        self.open_button.clicked.connect(lambda: self.choose_folder(self))
        for each in (self.demo, self.start_button, self.join_button, self.open_button, self.portfolio_button):
            body.addWidget(each)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Making the demo programme"))
        self.progress.hide()
        body.addWidget(self.progress)
        body.addStretch(1)
        return scroll

    def _on_named(self) -> None:
        self.named.emit(" ".join(self.name.text().split()))
        self.your_name.setText(self.name.text())

    def make_demo(self) -> None:
        """Open the demo programme; make it first where there is none."""
        folder = opening.demo_folder()
        if opening.is_workspace(folder):
            self.chosen.emit(folder)
            return
        if self._background.busy:
            return
        self.progress.setRange(0, 0)
        self.progress.show()
        self.demo.setEnabled(False)
        job = self._background.start(_make_demo, folder)
        job.progressed.connect(self._on_demo_progressed)
        job.done.connect(self.chosen)
        job.failed.connect(lambda error: self.error.show_error(error, can_retry=False))
        job.ended.connect(self._on_demo_ended)

    def _on_demo_progressed(self, done: int, total: int, _label: str) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _on_demo_ended(self) -> None:
        self.progress.hide()
        self.demo.setEnabled(True)

    def choose_folder(self, parent: QWidget) -> None:
        """Ask for the folder of a workspace."""
        choose_folder(parent, _("Open a workspace"), opening.demo_folder().parent, self.chosen.emit)

    # Start a programme

    def _make_form(self, name: str) -> QWidget:
        scroll = Scroll(_("Start a programme"), measure=640)
        scroll.widget().layout().insertStretch(0, 1)
        body = scroll.body
        self.back = button(_("Back"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.start)
        body.addLayout(row(self.back, 1))
        body.addWidget(PlainLabel(_("Start a programme"), "title"))
        self.form_error = ErrorCard()
        body.addWidget(self.form_error)
        card = Card()
        self.programme, self.edition, self.your_name = QLineEdit(), QLineEdit(), QLineEdit(name)
        self.starts_on, self.ends_on, self.folder = QLineEdit(), QLineEdit(), QLineEdit()
        for each in (self.starts_on, self.ends_on):
            each.setPlaceholderText("2026-09-01")
        self.folder.setPlaceholderText(_("Among your workspaces on this laptop"))
        card.body.addWidget(Field(_("Programme"), self.programme, _("Such as: Africa Short Film Residency")))
        card.body.addWidget(Field(_("Edition"), self.edition, _("One dated run of it, such as: 2026")))
        days = row(
            Field(_("Starts on"), self.starts_on, _("Year-month-day; may stay empty")),
            Field(_("Ends on"), self.ends_on, _("May stay empty")),
            spacing=16,
        )
        card.body.addLayout(days)
        card.body.addWidget(Field(_("Your name"), self.your_name, _("You become programme lead and assessor in it.")))
        choose = button(_("Choose…"), "", "folder")
        choose.setAccessibleName(_("Choose a folder"))
        choose.clicked.connect(self._on_choose_place)
        place = Field(_("Folder"), self.folder, _("Not in a folder that is synced, and not on a network disk."))
        card.body.addWidget(place)
        card.body.addLayout(row(choose, 1))
        body.addWidget(card)
        self.go = button(_("Start the programme"), "primary", "check")
        self.go.clicked.connect(self._on_start)
        for each in (self.programme, self.edition, self.your_name, self.starts_on, self.ends_on, self.folder):
            each.returnPressed.connect(self._on_start)
        body.addWidget(flow(self.go))
        body.addStretch(1)
        return scroll

    def start_programme(self) -> None:
        """Show the form."""
        self.form_error.hide()
        self._stack.setCurrentIndex(1)
        self.programme.setFocus()

    def _on_choose_place(self) -> None:
        choose_folder(self, _("Folder for the programme"), Path.home(), lambda path: self.folder.setText(str(path)))

    def _on_start(self) -> None:
        from rubricapp.operations import people, programmes

        name = " ".join(self.your_name.text().split())
        typed = self.folder.text().strip()
        folder = Path(typed).expanduser() if typed else opening.folder_for(self.programme.text(), self.edition.text())
        try:
            ws = programmes.start(
                folder,
                self.programme.text(),
                self.edition.text(),
                self.starts_on.text().strip(),
                self.ends_on.text().strip(),
            )
        except UserError as error:
            self.form_error.show_error(error, can_retry=False)
            return
        if name:
            me, _changes = people.add_person(ws, Role.LEAD, name)
            people.add_person(ws, Role.ASSESSOR, name, me.code)
            self.named.emit(name)
        self.form_error.hide()
        self.made.emit(ws)


def _make_demo(folder: Path, progress: object) -> Path:
    """In the worker: make, close, and let the window open it on its own thread."""
    from rubricapp.operations import demo

    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    demo.make_demo(part, progress).close()
    part.replace(folder)
    return folder
