"""Scoring a sample before one reviews: rows and work as in scoring; then the agreed levels and their reasons."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.calibration import Gap, Practice, Sample, closeness
from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    Blank,
    Changes,
    LogEntry,
    OccasionId,
    PersonId,
    Rating,
)
from rubricapp.i18n import _, language
from rubricapp.operations import calibration
from rubricapp.operations.calibration import practice_id
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.calibrations import find_practice
from rubricapp.store.kits import load_home
from rubricapp.store.people import load_edition
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.peer.review import row_of, uncover
from rubricapp.ui.peer.writing import WritingView
from rubricapp.ui.score.desk import Desk, Standing
from rubricapp.ui.score.page import ScorePage
from rubricapp.ui.score.writer import Place, Slot, Value, Writer
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import clear, put


def say_gap(gap: Gap, title: str) -> str:
    """One criterion compared, in words."""
    steps = abs(gap.difference)
    if not steps:
        how = _("as agreed")
    elif steps == 1:
        how = _("one higher than agreed") if gap.difference > 0 else _("one lower than agreed")
    else:
        how = (_("{n} higher than agreed") if gap.difference > 0 else _("{n} lower than agreed")).format(n=steps)
    return _("{criterion}: you {given}, agreed {agreed} – {how}").format(
        criterion=f"{gap.criterion} {title}".strip(), given=gap.given, agreed=gap.agreed, how=how
    )


class SampleWriter(Writer):
    """Writes levels and comments of a practice; nothing here touches a rating of real work."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kind = AssessmentKind.PEER
        self.sample: Sample | None = None

    def practice(self) -> Practice | None:
        """One's own scoring of the sample, if it was begun."""
        ws = self.session.ws
        return find_practice(ws, practice_id(self.sample.id, self.assessor(), load_edition(ws).id))

    def assessment(self, slot: Slot) -> Assessment | None:
        """The practice in the form that rows show."""
        found = self.practice()
        if found is None:
            return None
        said = {*found.levels, *found.comments}
        return Assessment(
            AssessmentId(found.id),
            slot.participant,
            PersonId(self.assessor()),
            slot.rubric,
            slot.occasion,
            self.kind,
            AssessmentState.FINISHED if found.finished_on else AssessmentState.DRAFT,
            ratings={each: Rating(each, found.levels.get(each), None, found.comments.get(each, "")) for each in said},
        )

    def begin(self, slot: Slot) -> Assessment | None:
        found = self.assessment(slot)
        if found is None and self.session.me is not None:
            begun = self.session.run(calibration.score_sample, self.session.me, self.sample, {})
            return self.assessment(slot) if begun is not None else None
        return found

    def _put(self, found: Assessment, place: Place, value: Value) -> object:
        levels = {place.criterion: value} if place.field == "level" else {}
        comments = {place.criterion: str(value)} if place.field == "comment" else {}
        return self.session.run(calibration.score_sample, self.session.me, self.sample, levels, comments)


class SampleDesk(Desk):
    """The criteria of the sample that have an agreed level; nobody's work but the sample's."""

    writer: SampleWriter

    def read(self) -> None:
        sample, ws = self.writer.sample, self.writer.session.ws
        self.participants, self.occasions = [], []
        self.slot = None
        if sample is None or self.writer.session.me is None:
            return
        rubric = load_rubric(ws, sample.rubric, language())
        having = tuple(each for each in rubric.criteria if each.id in sample.criteria)
        self.rubrics = [replace(rubric, criteria=having)]
        # A work that was taken away or erased is shown no more; the sample can be scored without it.
        whose = next((each.participant for each in list_artefacts(ws) if each.id == sample.artefact), "")
        self.slot = Slot(rubric.content_hash, OccasionId(sample.id), PersonId(whose))

    def standings(self) -> dict[PersonId, Standing]:
        return {}

    def log_days(self, place: Place) -> tuple[LogEntry, ...]:
        return ()

    def neighbour(self, step: int) -> None:
        return None


class Result(QWidget):
    """Below the rows: what differed and why, once the sample is finished."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts: dict[str, GrowingText] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 12, 10, 16)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        outer.addLayout(self._column)

    def open_note(self) -> None:
        """There is no note."""

    def show_texts(self, found: Assessment | None, typed: dict[str, str], closed: bool, ws: Workspace) -> None:
        """found: the practice."""
        clear(self._column)
        if found is None or found.is_open:
            words = _("Give each criterion a level. The agreed ones are shown afterwards, with the reasons.")
            put(self._column, PlainLabel(words, "muted", self))
            return
        practice = find_practice(ws, found.id)
        if calibration.waits_for_answer(ws, practice):
            put(self._column, PlainLabel(_("Finished"), "section", self))
            words = _(
                "The agreed levels are with your programme lead, so that nobody can look before. Hand in: they come"
                " with the next kit, with the reasons."
            )
            put(self._column, PlainLabel(words, "", self))
            return
        gaps = calibration.gaps_of(ws, practice)
        titles = {each.id: each.title for each in load_rubric(ws, found.rubric, language()).criteria}
        near = closeness(gaps)
        put(self._column, PlainLabel(_("What differed"), "section", self))
        words = _("{exact} of {n} as agreed, {within} of {n} within one level.")
        said = words.format(exact=near.exact, within=near.within_one, n=near.count)
        put(self._column, PlainLabel(said, "strong", self))
        for gap in gaps:
            put(self._column, PlainLabel(say_gap(gap, titles.get(gap.criterion, "")), "label", self))
            put(self._column, PlainLabel(gap.reason, "", self))


class SampleSheet(ScorePage):
    """One sample. finished(): the agreed levels are shown."""

    finished = Signal()
    writer_type, desk_type, foot_type = SampleWriter, SampleDesk, Result
    row_of = staticmethod(row_of)
    only_looks = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._follows = False
        bar, header = self.sheet.verticalScrollBar(), self.header
        bar.rangeChanged.connect(self._show_result)
        bar.actionTriggered.connect(self._stop_following)
        header.name_finish(_("Finish sample"))
        for each in (header.rubrics, header.occasions, header.back_button, header.forward_button):
            each.hide()
        for each in (self.finish_panel.as_is_button, self.footer.progress):
            each.hide()

    def open_sample(self, sample: Sample) -> None:
        """Score this one, or look at what differed."""
        self.flush()
        self._stop_following()
        self.writer.sample, self.only_work = sample, sample.artefact
        self._rows_for = None
        self._read()
        self._start()

    def _show_around(self) -> None:
        super()._show_around()
        panel, header = self.locked_panel, self.header
        for each in (header.people, header.across_button, panel.reopen_button, panel.next_button, panel.home_button):
            each.hide()
        for row in self.sheet.rows:
            for blank in Blank:
                row.choices[blank].hide()

    def finish(self) -> None:
        """Finish; a sample wants a level for each criterion."""
        if self.desk.slot is None or self.desk.is_locked or not self.flush():
            return
        found = self.desk.assessment
        if found is not None and not found.is_open:
            return
        missing = [row.content.title for row in self.sheet.rows if row.value is None]
        if missing:
            self.finish_panel.ask(missing)
            return
        self.finish_panel.hide()
        run = self.writer.run
        if run(calibration.score_sample, self.session.me, self.writer.sample, {}, {}, True) is not None:
            uncover(self)
            self.finished.emit()
            self._follows = True
            self._show_result()

    def _show_result(self) -> None:
        """The result gets its place some turns of the loop later: the view follows until somebody scrolls."""
        if self._follows:
            self.sheet.verticalScrollBar().setValue(self.foot.y())

    def _stop_following(self) -> None:
        self._follows = False

    def rate(self, index: int, value: Value, by_mouse: bool = False) -> None:
        """Choose a level; a sample shows enough for one, so there are no blanks."""
        if not isinstance(value, Blank):
            super().rate(index, value, by_mouse)

    def _show_settings(self) -> None:
        super()._show_settings()
        self.footer.hints.setText(_("1–5 level · ⌫ clear · ↑↓ criterion · C comment · H hints · Ctrl+Enter finish"))

    def _on_across_toggled(self, across: bool) -> None:
        """There is one work only."""

    def _on_changed(self, changes: Changes) -> None:
        if self._is_read and self.desk.slot is not None and changes.concerns("calibration", "calibration_rating"):
            self.refresh()


class SampleView(WritingView):
    """Scoring a sample. left(): back to where one came from."""

    sheet: SampleSheet

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(SampleSheet(session), parent)
        self.sheet.finished.connect(self.back.setFocus)

    def open_sample(self, sample: Sample, back: str = "") -> None:
        """Score this one, or look at what differed. back: where one came from, else the reviews."""
        words = _("It counts in nobody’s results. You see the agreed levels when you have finished.")
        if load_home(self.sheet.session.ws) is not None and not sample.at_once:
            words = _("It counts in nobody’s results. The agreed levels come with the kit after you have handed in.")
        about = "\n".join(part for part in (sample.note, words) if part)
        self.head.say(about, _("Practice: {title}").format(title=sample.title), back)
        self.sheet.open_sample(sample)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.back, *self.sheet.side.panes(), self.sheet.sheet.row or self.sheet.sheet]
