"""One work: to look at, what is said of it, what it proves, where it was shown and who is shown it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import Problem
from rubricapp.core.portfolio import Artefact, Evidence
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations import artefacts
from rubricapp.store.artefacts import find_file, load_artefact
from rubricapp.store.evidence import list_artefact_evidence
from rubricapp.ui import theme
from rubricapp.ui.background import Background
from rubricapp.ui.choosing import choose_file
from rubricapp.ui.linking import LinkActs, note_button, place_of, words_of
from rubricapp.ui.log.reading import read_criteria
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, say_problem
from rubricapp.ui.outside import open_outside
from rubricapp.ui.page import Scroll
from rubricapp.ui.portfolio.fields import DetailsForm
from rubricapp.ui.portfolio.link_form import LinkForm
from rubricapp.ui.portfolio.reading import say_media
from rubricapp.ui.portfolio.showings import AudiencesCard, ShowingsCard
from rubricapp.ui.portfolio.viewing import WorkViewer
from rubricapp.ui.score import keys
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import Card, clear, flow, put, row
from rubricapp.ui.widgets.signs import Sign

_VIEWER_HEIGHT = 320
_CLIP_KEYS = ("play", "back", "forward", "frame_back", "frame_forward")


class WorkView(QWidget):
    """left(). done(words): can be undone. notice(words). removal_wanted(Artefact). found_altered(id, bool)."""

    left = Signal()
    done = Signal(str)
    notice = Signal(str)
    removal_wanted = Signal(object)
    found_altered = Signal(str, bool)

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.background = session, background
        self.work: Artefact | None = None
        self._altered = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("One work"), measure=860)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.back = button(_("Back"), "quiet back", "arrow-left")
        self.back.setObjectName("back")
        self.back.clicked.connect(self.leave)
        body.addLayout(row(self.back, 1))
        self.title = PlainLabel("", "title")
        body.addWidget(self.title)
        self.facts = PlainLabel("", "muted")
        body.addWidget(self.facts)
        self.error = ErrorCard()
        body.addWidget(self.error)
        self.problems = Card(look="warning_box", margin=12, spacing=4)
        body.addWidget(self.problems)
        self.viewer = WorkViewer(session)
        self.viewer.setMinimumHeight(theme.look().px(120))
        body.addWidget(self.viewer)
        self.outside = button(_("Open in your player"), "", "external-link")
        self.outside.clicked.connect(self._on_outside)
        self.check = button(_("Check this file"), "", "shield-check")
        self.check.clicked.connect(lambda: self.verify(True))
        self.relink = button(_("Relink…"), "", "link")
        self.relink.clicked.connect(self.pick_again)
        self.remove = button(_("Remove"), "danger", "trash-2")
        self.remove.clicked.connect(lambda: self.removal_wanted.emit(self.work))
        body.addWidget(flow(self.outside, self.check, self.relink, self.remove))
        self.proves = Card()
        self.proves.body.addWidget(PlainLabel(_("What it proves"), "label"))
        holder = QWidget()
        self.links = QVBoxLayout(holder)
        self.links.setContentsMargins(0, 0, 0, 0)
        self.links.setSpacing(4)
        self.proves.body.addWidget(holder)
        self.nothing = PlainLabel(_("Nothing yet. Link it to a criterion below."), "muted")
        self.proves.body.addWidget(self.nothing)
        self.acts = LinkActs(session, self.done.emit)
        self.link_form = LinkForm(self.acts, self.viewer.place)
        self.proves.body.addWidget(self.link_form)
        body.addWidget(self.proves)
        self.form = DetailsForm(session)
        self.form.kept.connect(self.done)
        body.addWidget(self.form)
        self.showings = ShowingsCard(session)
        self.audiences = AudiencesCard(session)
        for each in (self.showings, self.audiences):
            each.done.connect(self.done)
            body.addWidget(each)
        body.addStretch(1)
        theme.look().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.viewer.setFixedHeight(theme.look().px(_VIEWER_HEIGHT))

    # Showing

    def show_work(self, artefact: str) -> None:
        """Open a work; its file is read, to say so if it was altered."""
        self.flush()
        work = load_artefact(self.session.ws, artefact)
        self.error.hide()
        self._altered = ""
        self.work = work
        self.refresh()
        self.viewer.show_work(work)
        self.viewer.setVisible(True)
        self.scroll.verticalScrollBar().setValue(0)
        self.verify(False)

    def refresh(self) -> None:
        """Read again what is said of the work; the viewer stays where it is."""
        if self.work is None:
            return
        ws = self.session.ws
        self.work = work = load_artefact(ws, self.work.id)
        self.title.setText(work.title)
        self.facts.setText("  ·  ".join(part for part in _facts(work) if part))
        found = artefacts.warnings(ws, work)
        if self._altered:
            found.insert(0, Problem("FILE_ALTERED", self._altered, "", severity="warning"))
        clear(self.problems.body)
        for each in found:
            put(self.problems.body, _problem_line(_say(each)))
        self.problems.setVisible(bool(found))
        can_write = not ws.read_only
        here = work.is_web or find_file(ws, work) is not None
        self.outside.setEnabled(here)
        self.check.setVisible(not work.is_web)
        self.check.setEnabled(here)
        self.relink.setEnabled(can_write)
        self.relink.setVisible(not work.is_web and (not here or bool(self._altered)))
        self.remove.setEnabled(can_write)
        self.link_form.setVisible(can_write)
        self.link_form.set_criteria(read_criteria(ws))
        self.link_form.show_source(work)
        clear(self.links)
        links = list_artefact_evidence(ws, work.id)
        for each in links:
            put(self.links, self._link_line(each))
        self.nothing.setVisible(not links)
        self.form.show_work(work)
        self.showings.show_work(work)
        self.audiences.show_work(work)

    def _link_line(self, link: Evidence) -> QWidget:
        words = WordsLabel(words_of(link))
        go = button(_("Go there"), "quiet", "arrow-right")
        go.setAccessibleName(_("Go to {link}").format(link=words_of(link)))
        go.clicked.connect(lambda: self.go_to(link))
        away = button(_("Unlink"), "quiet", "unlink")
        away.setAccessibleName(_("Unlink {link}").format(link=words_of(link)))
        away.setEnabled(not self.session.ws.read_only)
        away.clicked.connect(lambda: self.acts.remove(link))
        note = note_button(self.acts, self, link)
        return flow(words, go, note, away) if place_of(link) else flow(words, note, away)

    def go_to(self, link: Evidence) -> None:
        """Show the place in the work that a link speaks of."""
        self.viewer.go_to(link)
        self.scroll.ensureWidgetVisible(self.viewer)

    # The file

    def verify(self, say: bool) -> None:
        """Read every byte of the file beside the window. say: also where it is whole."""
        work = self.work
        if work is None or work.is_web:
            return
        place = find_file(self.session.ws, work)
        if place is None:
            return
        job = self.background.start(artefacts.check_files, [(work, place)])
        self.destroyed.connect(job.cancel)
        job.done.connect(lambda found: self._on_verified(work, found, say))

    def _on_verified(self, work: Artefact, found: list[tuple[Artefact, UserError]], say: bool) -> None:
        self.found_altered.emit(work.id, bool(found))
        if self.work is None or self.work.id != work.id:
            return
        altered = " ".join((found[0][1].what, found[0][1].safe, _("Relink it to the same file."))) if found else ""
        if altered != self._altered:
            self._altered = altered
            self.refresh()
        if say and not found:
            self.notice.emit(_("“{title}” is whole: every byte is as it was added.").format(title=work.title))

    def pick_again(self) -> None:
        """Let the person find the file."""
        choose_file(self, _("Where is {file}?").format(file=self.work.file_name), self.relink_to)

    def relink_to(self, path: Path) -> None:
        """Say where the file is; one that is another is refused."""
        me = self.session.me.id if self.session.me is not None else ""
        try:
            changes = artefacts.relink(self.session.ws, self.work.id, str(path), me)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.session.changed.emit(changes)
        self.notice.emit(_("“{title}” is on this laptop again.").format(title=self.work.title))
        self.found_altered.emit(self.work.id, False)
        self.show_work(self.work.id)

    def _on_outside(self) -> None:
        if not open_outside(self.session, self.work, self.background, self.notice.emit):
            self.notice.emit(_("There is nothing here that another program could show."))

    # Leaving

    def flush(self) -> bool:
        """Keep everything typed; False where something is refused."""
        return self.form.flush()

    def leave(self) -> None:
        """Back to all works, unless a field is refused: then it says why."""
        if not self.flush():
            self.error.show_error(
                UserError(
                    "E_UNSAVED", _("A field is not kept yet."), _("What is typed stays."), _("See below it why.")
                ),
                can_retry=False,
            )
            return
        self.viewer.stop()
        self.viewer.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; J, K, L and the frame keys work the clip as they do while scoring; M takes its moment."""
        act = keys.act_of(event, self.session.settings.number_keys)
        viewer = self.viewer.viewer
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif act == "time_code" and viewer is not None and viewer.time_code():
            viewer.do("pause")
            self.link_form.take_shown()
            self.link_form.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif act in _CLIP_KEYS and viewer is not None and viewer.do(act):
            event.accept()
        else:
            super().keyPressEvent(event)


def _say(problem: Problem) -> str:
    """A problem with what to do about it here, not on the command line."""
    if problem.code == "FILE_MISSING":
        return f"{problem.message} {_('Choose Relink and show where it is.')}"
    return say_problem(problem)


def _facts(work: Artefact) -> list[str]:
    where = work.link if work.link else work.file_name
    return [say_media(work), where, say_size(work.size) if work.size else ""]


def say_size(size: int) -> str:
    """1.2 GB."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def _problem_line(words: str) -> QWidget:
    holder = QWidget()
    line = row(Sign("triangle-alert", "warning", 16), PlainLabel(words))
    line.setStretch(1, 1)
    holder.setLayout(line)
    return holder
