"""Which page is behind which word of the rail; each is imported when it is first shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rubricapp.ui.background import Background
from rubricapp.ui.session import Session


def make(key: str, session: Session, background: Background, parent: QWidget) -> QWidget:
    """The page of this key. Raises KeyError."""
    if key == "home":
        from rubricapp.ui.home.page import HomePage

        return HomePage(session, background, parent)
    if key == "score":
        from rubricapp.ui.score.page import ScorePage

        return ScorePage(session, parent)
    if key == "people":
        from rubricapp.ui.people.page import PeoplePage

        return PeoplePage(session, background, parent)
    if key == "log":
        from rubricapp.ui.log.page import LogPage

        return LogPage(session, parent)
    if key == "peer":
        from rubricapp.ui.peer.page import PeerPage

        return PeerPage(session, parent)
    if key == "cohort":
        from rubricapp.ui.cohort.page import CohortPage

        return CohortPage(session, parent)
    if key == "reports":
        from rubricapp.ui.reports.page import ReportsPage

        return ReportsPage(session, background, parent)
    if key == "rubrics":
        from rubricapp.ui.rubrics.page import RubricsPage

        return RubricsPage(session, parent)
    if key == "portfolios":
        from rubricapp.ui.folio.handing import HandingPage

        return HandingPage(session, background, parent)
    if key == "merge":
        from rubricapp.ui.merge.page import MergePage

        return MergePage(session, background, parent)
    if key == "moderation":
        from rubricapp.ui.moderation.page import ModerationPage

        return ModerationPage(session, parent)
    if key == "committee":
        from rubricapp.ui.committee.page import CommitteePage

        return CommitteePage(session, parent)
    if key == "settings":
        from rubricapp.ui.settings.page import SettingsPage

        return SettingsPage(session, background, parent)
    raise KeyError(key)
