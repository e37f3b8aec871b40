"""Earlier ratings of this person, read only when somebody looks: what may be shown is the query's decision."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from rubricapp.core.model import Assessment, AssessmentKind, Rating
from rubricapp.core.viewing import View
from rubricapp.i18n import _, language
from rubricapp.operations.privacy import everyone
from rubricapp.store.assessments import list_earlier
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace
from rubricapp.ui.score.row import blank_words
from rubricapp.ui.widgets.labels import PlainLabel
from rubricapp.ui.widgets.layouts import clear


class PastView(QScrollArea):
    """Finished assessments of the same person and rubric, newest first, in grey."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Past ratings"))
        inside = QWidget(self)
        inside.setProperty("look", "page")
        self._column = QVBoxLayout(inside)
        self.setWidget(inside)

    def show_before(self, ws: Workspace, assessment: Assessment, view: View) -> None:
        """What may be seen beside this assessment now."""
        clear(self._column)
        earlier = list_earlier(ws, assessment, view)
        occasions = {each.id: each.name for each in list_occasions(ws)}
        people = {one: each.name for one, each in everyone(ws).items()}
        if not earlier:
            self._say(_("No finished ratings of this person with this rubric yet."))
        for each in earlier:
            when = f"{each.finished_at.astimezone():%Y-%m-%d}" if each.finished_at else ""
            who = _("self-assessment") if each.kind is AssessmentKind.SELF else people.get(each.assessor, "")
            parts = (occasions.get(each.occasion, ""), who, when)
            self._say(" · ".join(part for part in parts if part), "strong muted")
            rubric = load_rubric(ws, each.rubric, language())
            for criterion in rubric.criteria:
                rating = each.rating(criterion.id)
                names = {level.level: level.title for level in criterion.levels}
                self._say(f"{criterion.title}: {_said(rating, names)}")
            if each.note:
                self._say(each.note)
        if assessment.kind is AssessmentKind.SELF:
            self._say(
                _("What assessors say is shown once your own is finished and the results are released."), "small muted"
            )
        elif assessment.is_open:
            self._say(_("What others say on this occasion is shown once your own is finished."), "small muted")
        self._column.addStretch(1)

    def _say(self, text: str, look: str = "muted") -> None:
        self._column.addWidget(PlainLabel(text, look, self.widget()))


def _said(rating: Rating, names: dict[int, str]) -> str:
    if rating.blank is not None:
        said = blank_words(rating.blank)[0]
    elif rating.level is not None:
        said = f"{rating.level} {names[rating.level]}"
    else:
        said = _("no rating")
    return f"{said}. {rating.comment}" if rating.comment else said
