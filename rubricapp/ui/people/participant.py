"""A participant's page: who it is, what to do next, and a tab for each thing that is known of them.

A tab is a line in `tabs()`. Its panel is a QWidget with `show_person(person)`, made when the tab is first shown.
What it has of the signals and methods of `Page` (notice, done, wanted; panes, find, copy_table, flush) is used, and
`left`: there is nothing to show any more, back to the people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rubricapp.core.model import AssessmentKind, Person
from rubricapp.core.viewing import kind_for
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.background import Background
from rubricapp.ui.messages import button
from rubricapp.ui.page import Header, Page
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import on_button, set_tip
from rubricapp.ui.widgets.layouts import row
from rubricapp.ui.words import say_role

Factory = Callable[[Session, Background, QWidget], QWidget]


@dataclass(frozen=True)
class Tab:
    """key: as `wanted("people", ("person", id, key))` names it."""

    key: str
    title: str
    make: Factory


def tabs() -> tuple[Tab, ...]:
    """The tabs from left to right; the first is shown first."""
    return (
        Tab("timeline", _("Timeline"), _timeline),
        Tab("portfolio", _("Portfolio"), _portfolio),
        Tab("scores", _("Scores"), _scores),
        Tab("plan", _("Plan"), _plan),
        Tab("details", _("Details"), _details),
    )


def _timeline(session: Session, background: Background, parent: QWidget) -> QWidget:
    from rubricapp.ui.people.timeline import TimelinePanel

    return TimelinePanel(session, background, parent)


def _scores(session: Session, background: Background, parent: QWidget) -> QWidget:
    from rubricapp.ui.people.scores import ScoresPanel

    return ScoresPanel(session, background, parent)


def _plan(session: Session, background: Background, parent: QWidget) -> QWidget:
    from rubricapp.ui.people.plan import PlanPanel

    return PlanPanel(session, background, parent)


def _details(session: Session, _background: Background, parent: QWidget) -> QWidget:
    from rubricapp.ui.people.person import PersonView

    return PersonView(session, parent, in_tab=True)


def _portfolio(session: Session, background: Background, parent: QWidget) -> QWidget:
    from rubricapp.ui.portfolio.panel import PortfolioPanel

    return PortfolioPanel(session, background, parent)


class ParticipantView(QWidget):
    """left(): back to the people. notice, done, wanted: as in `Page`."""

    left = Signal()
    notice = Signal(str)
    done = Signal(str)
    wanted = Signal(str, object)

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.background = session, background
        self.person: Person | None = None
        self.tabs = tabs()
        self.panels: dict[str, QWidget] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._top = top = QVBoxLayout()
        top.setSpacing(8)
        outer.addLayout(top)
        theme.look().changed.connect(self._dress)
        self._dress()
        self.back = button(_("All people"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.left)
        top.addLayout(row(self.back, 1))
        self.header = Header("")
        self.report = button(_("Make report"), "", "printer")
        self.report.clicked.connect(lambda: self.wanted.emit("reports", ("person", self.person.id)))
        self.score = button(_("Score this person"), "primary", "clipboard-check")
        self.score.clicked.connect(lambda: self.wanted.emit("score", ("", "", self.person.id)))
        self.header.set_acts(self.report, self.score)
        top.addWidget(self.header)
        self.bar = QTabBar()
        self.bar.setAccessibleName(_("What to see of this person"))
        set_tip(self.bar, _("Ctrl+Tab and Ctrl+Shift+Tab turn them from anywhere on the page."))
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for each in self.tabs:
            self.bar.addTab(on_button(each.title))
        self.bar.currentChanged.connect(self._on_tab)
        top.addWidget(self.bar)
        self.stack = QStackedWidget()
        outer.addWidget(self.stack, 1)
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1), ("Ctrl+Shift+Backtab", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._turn(step))

    def _dress(self) -> None:
        """As far from the edges as what is below: see `Scroll`."""
        side = 32 if theme.look().percent <= 125 else 20
        self._top.setContentsMargins(side, 16, side, 0)

    # Whom, and which tab

    def show_person(self, person: Person, tab: str = "") -> None:
        """Show this participant at a tab, or at the one that was open last."""
        self.person = person
        self.header.title.setText(person.name)
        # Where the page begins, whichever way the name is written.
        start = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        self.header.title.setAlignment(start | Qt.AlignmentFlag.AlignAbsolute)
        roles = ", ".join(say_role(each) for each in sorted(person.roles))
        self.header.say("  ·  ".join(part for part in (person.code, roles, person.department) if part))
        me = self.session.me
        kind = kind_for(me, person.id)
        own = kind is AssessmentKind.SELF
        self.score.setText("\N{THIN SPACE}" + (_("Assess yourself") if own else _("Score this person")))
        self.score.setAccessibleName(self.score.text().strip())
        self.score.setVisible(me is None or kind is not None)
        self.header.fit()
        place = next((n for n, each in enumerate(self.tabs) if each.key == tab), max(0, self.bar.currentIndex()))
        if place == self.bar.currentIndex():
            self._on_tab(place)
        else:
            self.bar.setCurrentIndex(place)

    @property
    def panel(self) -> QWidget | None:
        """What is shown below the tabs."""
        return self.stack.currentWidget()

    def _on_tab(self, place: int) -> None:
        if self.person is None or place < 0:
            return
        tab = self.tabs[place]
        panel = self.panels.get(tab.key)
        if panel is None:
            panel = self.panels[tab.key] = tab.make(self.session, self.background, self.stack)
            panel.setObjectName(tab.key)
            self.stack.addWidget(panel)
            for name in ("notice", "done", "wanted", "left"):
                if hasattr(panel, name):
                    getattr(panel, name).connect(getattr(self, name))
        panel.show_person(self.person)
        self.stack.setCurrentWidget(panel)

    def _turn(self, step: int) -> None:
        self.bar.setCurrentIndex((self.bar.currentIndex() + step) % self.bar.count())
        self.bar.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # What the window asks of the page

    def panes(self) -> list[QWidget]:
        """The tabs, then the parts of the panel."""
        panel = self.panel
        return [self.bar, *(panel.panes() if hasattr(panel, "panes") else [panel])]

    def find_in_panel(self) -> bool:
        """The panel's own search box takes the keyboard; False where it has none."""
        if not isinstance(self.panel, Page) or type(self.panel).find is Page.find:
            return False
        self.panel.find()
        return True

    def copy_table(self) -> bool:
        return hasattr(self.panel, "copy_table") and self.panel.copy_table()

    def flush(self) -> bool:
        """Whether nothing typed waits on any of the tabs."""
        saved = [each.flush() is not False for each in self.panels.values() if hasattr(each, "flush")]
        return all(saved)
