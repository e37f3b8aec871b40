"""A portfolio file in the window, without a workspace: read only, checked beside the window, a tab for each part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, language
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, sentence, short
from rubricapp.ui import theme
from rubricapp.ui.background import Background, Job
from rubricapp.ui.folio.copies import Copies
from rubricapp.ui.folio.overview import LOOKS
from rubricapp.ui.folio.parts import Part
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Header
from rubricapp.ui.widgets.labels import on_button
from rubricapp.ui.widgets.layouts import Card, row
from rubricapp.ui.widgets.signs import Sign


class FolioView(QWidget):
    """left(): its owner has seen enough. said(text): worth a toast. named(name): whose portfolio it is.

    Call `start` once, and `close_file` before it goes away.
    """

    left = Signal()
    said = Signal(str)
    named = Signal(str)

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.shown: Shown | None = None
        self.checking: Job | None = None
        self._check = Background(self)
        self._export = Background(self)
        self.copies = Copies(self)
        self.parts: dict[str, Part] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._top = QVBoxLayout()
        self._top.setSpacing(8)
        outer.addLayout(self._top)
        self.back = button(_("Close the portfolio"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.left)
        self._top.addLayout(row(self.back, 1))
        self.header = Header(short(path.name))
        self.save = button(_("Save as PDF and web pages…"), "", "download")
        self.save.clicked.connect(lambda: self.go("export", "start"))
        self.header.set_acts(self.save)
        self._top.addWidget(self.header)
        self.error = ErrorCard()
        self.error.retry.connect(self.start)
        self._top.addWidget(self.error)
        self._make_verdict()
        self.bar = QTabBar()
        self.bar.setAccessibleName(_("Parts of the portfolio"))
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._titles = _titles()
        for _key, title in self._titles:
            self.bar.addTab(on_button(title))
        self.bar.currentChanged.connect(self._on_tab)
        self._top.addWidget(self.bar)
        self.stack = QStackedWidget()
        outer.addWidget(self.stack, 1)
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1), ("Ctrl+Shift+Backtab", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._turn(step))
        theme.look().changed.connect(self._dress)
        self._dress()
        for each in (self.verdict, self.bar, self.save):
            each.hide()

    def _make_verdict(self) -> None:
        """One line that says whether the file holds, on every tab."""
        self.verdict = Card(margin=12)
        inside = QHBoxLayout()
        inside.setSpacing(10)
        self._signs = {kind: Sign(icon, token, 20) for kind, (_look, icon, token) in LOOKS.items()}
        for each in self._signs.values():
            inside.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.verdict_words = PlainLabel("", "strong")
        self.verdict_more = PlainLabel()
        words.addWidget(self.verdict_words)
        words.addWidget(self.verdict_more)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Checking the file"))
        words.addWidget(self.progress)
        inside.addLayout(words, 1)
        self.verdict.body.addLayout(inside)
        self._top.addWidget(self.verdict)

    def _dress(self) -> None:
        """As far from the edges as what is below: see `Scroll`."""
        side = 32 if theme.look().percent <= 125 else 20
        self._top.setContentsMargins(side, 12, side, 0)

    # Reading and checking

    def start(self) -> None:
        """Show what the file says at once; check every byte of it after that."""
        self.error.hide()
        self.header.say(_("Opening…"))
        job = self._check.start(reading.look, self.path)
        job.done.connect(self._on_looked)
        job.failed.connect(self._on_failed)

    def _on_looked(self, shown: Shown) -> None:
        self._show(shown)
        for each in (self.bar, self.save):
            each.show()
        self.named.emit(short(shown.folio.name or shown.folio.code))
        self.bar.setCurrentIndex(0)
        self._on_tab(0)
        self.bar.setFocus(Qt.FocusReason.OtherFocusReason)
        self.checking = self._check.start(reading.check, self.path)
        self.checking.progressed.connect(self._on_progressed)
        self.checking.done.connect(self._on_checked)
        self.checking.failed.connect(self._on_failed)
        self.checking.ended.connect(self._on_check_ended)
        self.progress.setRange(0, 0)
        self.progress.show()

    def _for(self, shown: Shown) -> str:
        folio = shown.folio
        name = short(folio.name or folio.code)
        return (
            _("{audience}, about {name}").format(audience=short(folio.audience), name=name) if folio.audience else name
        )

    def _on_progressed(self, done: int, total: int, _label: str) -> None:
        self.progress.setRange(0, 1000)  # of bytes there are more than a bar counts
        self.progress.setValue(done * 1000 // max(1, total))

    def _on_checked(self, shown: Shown) -> None:
        if shown.manifest_hash == self.shown.manifest_hash:  # else another file was put in its place meanwhile
            shown = replace(shown, additions=self.shown.additions, remarks=self.shown.remarks)
        self._show(shown)

    def _on_check_ended(self) -> None:
        self.checking = None
        self.progress.hide()

    def _on_failed(self, error: UserError) -> None:
        """It cannot be read, or no longer: what is shown was read before and stays, and that is said."""
        if self.shown is None:
            self.header.say("")
        elif not self.shown.checked:
            self._say_verdict("waiting", _("The works could not be checked to the end: nothing is said of them."))
        self.error.show_error(error)

    def _show(self, shown: Shown) -> None:
        self.shown = shown
        self.header.title.setText(short(shown.folio.name or shown.folio.code) or self.path.name)
        # Where the page begins, whichever way the name is written.
        start = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        self.header.title.setAlignment(start | Qt.AlignmentFlag.AlignAbsolute)
        self.header.say(
            _("Made {day} for {name}. Nothing you do here changes it.").format(
                day=reading.day_words(shown.folio.made_on), name=self._for(shown)
            )
        )
        self._say_verdict(*reading.verdict(shown))
        # Named here, too: whoever reads results on another tab must not miss that they were altered.
        problems = [sentence(each, language()) for each in shown.signature.problems]
        more = problems[:3] + ([_("… and more; see the overview.")] if len(problems) > 3 else [])
        self.verdict_more.setText("\n".join(more))
        self.verdict_more.setVisible(bool(more))
        self.verdict.setAccessibleDescription(" ".join(more))
        self._place_verdict()
        for part in self.parts.values():
            part.show_folio(shown)

    def _say_verdict(self, kind: str, words: str) -> None:
        for name, sign in self._signs.items():
            sign.setVisible(name == kind)
        self.verdict_words.setText(words)
        self.verdict.setAccessibleName(words)
        theme.restyle(self.verdict, LOOKS[kind][0])

    def _place_verdict(self) -> None:
        """On every tab; where all is well, the overview says it larger."""
        kind, _words = reading.verdict(self.shown)
        self.verdict.setVisible(not (kind == "ok" and self.bar.currentIndex() == 0))

    def _on_added(self) -> None:
        additions, remarks = reading.read_added(self.shown)
        self._show(replace(self.shown, additions=additions, remarks=remarks))

    # Tabs

    def _make(self, key: str) -> Part:
        """Made when it is first shown."""
        from rubricapp.ui.folio.exporting import ExportPart
        from rubricapp.ui.folio.growth import GrowthPart
        from rubricapp.ui.folio.later import LaterPart
        from rubricapp.ui.folio.others import PeersPart, TimelinePart
        from rubricapp.ui.folio.overview import OverviewPart
        from rubricapp.ui.folio.results import ResultsPart
        from rubricapp.ui.folio.works import WorksPart

        makers: dict[str, Callable[[], Part]] = {
            "overview": OverviewPart,
            "results": ResultsPart,
            "growth": GrowthPart,
            "works": lambda: WorksPart(self.copies),
            "peers": PeersPart,
            "timeline": TimelinePart,
            "later": LaterPart,
            "export": lambda: ExportPart(self._export),
        }
        part = makers[key]()
        if key == "later":
            part.added.connect(self._on_added)
        part.setObjectName(key)
        part.said.connect(self.said)
        part.wanted.connect(self.go)
        return part

    def go(self, key: str, what: object = None) -> None:
        """Show a tab; `what` is for it."""
        place = next(number for number, (name, _title) in enumerate(self._titles) if name == key)
        self.bar.setCurrentIndex(place)
        if what is not None:
            self.part.open_with(what)
        else:
            self.panes()[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def part(self) -> Part | None:
        """The tab that is shown."""
        return self.stack.currentWidget()

    def _on_tab(self, place: int) -> None:
        if self.shown is None or place < 0:
            return
        key = self._titles[place][0]
        if key not in self.parts:
            self.parts[key] = self._make(key)
            self.stack.addWidget(self.parts[key])
            self.parts[key].show_folio(self.shown)
        self.stack.setCurrentWidget(self.parts[key])
        self._place_verdict()

    def _turn(self, step: int) -> None:
        self.bar.setCurrentIndex((self.bar.currentIndex() + step) % self.bar.count())
        self.bar.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # What the window asks

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.bar, *self.part.panes()] if self.part is not None else [self.back]

    def copy_table(self) -> bool:
        text = self.part.copy_table() if self.part is not None else ""
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)

    def flush(self) -> bool:
        """Whether nothing typed waits on any tab."""
        return all(each.flush() for each in self.parts.values())

    def close_file(self) -> None:
        """Stop what runs and remove the copies that were only looked at."""
        self._check.close()
        self._export.close()
        self.copies.close()


def _titles() -> tuple[tuple[str, str], ...]:
    """(key, title) of the tabs from left to right."""
    return (
        ("overview", _("Overview")),
        ("results", _("Results")),
        ("growth", _("Growth")),
        ("works", _("Works")),
        ("peers", _("What peers said")),
        ("timeline", _("Timeline")),
        ("later", _("Added later")),
        ("export", _("Save")),
    )
