"""The author's answer: what they changed and what they refused, and why. Saved while it is being typed."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Person
from rubricapp.core.text import clean
from rubricapp.i18n import _
from rubricapp.operations import peer_feedback
from rubricapp.store.peer_reviews import list_responses
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.peer.reading import Held
from rubricapp.ui.score.writer import LATEST_MS, QUIET_MS
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Card


class AnswerCard(Card):
    """Nothing typed is forgotten before it is on the disk: what is refused stays, is said, and is tried again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.held: Held | None = None
        self.me: Person | None = None
        self.waiting: dict[str, str] = {}
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._latest = QTimer(self, singleShot=True, interval=LATEST_MS)
        self._quiet.timeout.connect(self.flush)
        self._latest.timeout.connect(self.flush)
        self.body.addWidget(PlainLabel(_("Your answer"), "section"))
        self.about = PlainLabel("", "muted")
        self.body.addWidget(self.about)
        self.texts: dict[str, GrowingText] = {}
        names = {"changed": _("What I changed"), "refused": _("What I refused, and why")}
        for name, words in names.items():
            label = PlainLabel(words, "strong")
            text = GrowingText(words)
            label.setBuddy(text)
            text.typed.connect(lambda name=name, text=text: self._on_typed(name, text.text))
            text.left.connect(self.flush)
            self.body.addWidget(label)
            self.body.addWidget(text)
            self.texts[name] = text
        self.state = PlainLabel("", "small muted")
        self.body.addWidget(self.state)

    def show_answer(self, held: Held, me: Person) -> None:
        """What is on the disk, with what waits."""
        if (held.round.id, me.id) != (self.held.round.id if self.held else "", self.me.id if self.me else ""):
            self.flush()
            self.waiting.clear()
            self.state.setText("")
        self.held, self.me = held, me
        found = list_responses(self.session.ws, held.round, me.id)
        kept = {"changed": found[0].changed, "refused": found[0].refused} if found else {}
        ended = bool(held.round.ended_on)
        for name, text in self.texts.items():
            said = self.waiting.get(name, kept.get(name, ""))
            if name in self.waiting or not (text.hasFocus() and text.text.strip() == said):
                text.set_text(said)
            text.setReadOnly(ended or self.session.ws.read_only)
        if ended:
            self.about.setText(_("The round ended on {day}.").format(day=say_day(held.round.ended_on)))
        else:
            self.about.setText(
                _("A few sentences are enough. You and the programme lead read them; your reviewers do not.")
            )

    def flush(self) -> bool:
        """Write what waits. False: it was refused and still waits."""
        self._quiet.stop()
        self._latest.stop()
        if not self.waiting:
            return True
        if self.held is None or self.me is None:
            return False
        waiting = dict(self.waiting)
        kept = list_responses(self.session.ws, self.held.round, self.me.id)
        said = (kept[0].changed, kept[0].refused) if kept else ("", "")
        before = dict(zip(("changed", "refused"), said, strict=True))
        news = {name: text for name, text in waiting.items() if clean(text) != before[name]}
        self.waiting.clear()  # what it changes is shown again before this returns
        if news and self._write(news) is None:
            self.waiting = waiting
            self.state.setText(_("Not saved. What you typed stays here; it is tried again."))
            return False
        now = self.session.ws.sources.now().astimezone()
        self.state.setText(_("Saved on this laptop {time}").format(time=f"{now:%H:%M}"))
        return True

    def _write(self, news: dict[str, str]) -> object:
        return self.session.run(
            peer_feedback.answer, self.held.round, self.me, news.get("changed"), news.get("refused")
        )

    def _on_typed(self, name: str, text: str) -> None:
        self.waiting[name] = text
        self._quiet.start()
        if not self._latest.isActive():
            self._latest.start()
        self.state.setText(_("Saving…"))
