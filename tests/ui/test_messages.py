"""Nothing that anybody typed is ever markup; faults are said whole; work beside the window is told on its thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from rubricapp.errors import Cancelled, Exit, UserError
from rubricapp.jobs import Progress
from rubricapp.ui.background import Background
from rubricapp.ui.messages import BugDialog, ElidedLabel, ErrorCard, PlainLabel, confirm, tip
from tests.ui.driving import press, texts

HOSTILE = '<img src="/etc/passwd"><b>Amara</b> & Kofi'


def test_labels_show_markup_as_it_was_typed(window) -> None:
    for label in window.findChildren(QLabel):
        if type(label).__module__.startswith("rubricapp"):
            assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
    for made in (PlainLabel(HOSTILE), ElidedLabel(HOSTILE)):
        assert made.textFormat() == Qt.TextFormat.PlainText
        assert made.text() == HOSTILE
        made.deleteLater()


def test_every_label_of_the_window_is_a_plain_one(window) -> None:
    from rubricapp.ui.actions import page_entries

    for entry in page_entries():
        window.go(entry.key)
    rich = [
        each.text()
        for each in window.findChildren(QLabel)
        if each.textFormat() != Qt.TextFormat.PlainText and each.text()
    ]
    assert rich == []


def test_a_tooltip_is_escaped() -> None:
    assert tip(HOSTILE) == ("<qt>&lt;img src=&quot;/etc/passwd&quot;&gt;&lt;b&gt;Amara&lt;/b&gt; &amp; Kofi</qt>")
    assert tip("one\ntwo") == "<qt>one<br>two</qt>"
    assert tip("") == ""


def test_an_elided_label_keeps_the_whole_text_for_the_ear(qtbot) -> None:
    label = ElidedLabel("A very long name that does not fit anywhere")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert label.text() == "A very long name that does not fit anywhere"
    assert "does not fit" in label.toolTip()


def test_an_error_card_offers_another_try_only_where_it_may_help(qtbot) -> None:
    card = ErrorCard()
    qtbot.addWidget(card)
    card.show_error(UserError("E_DISK", "Disk full.", "All is safe.", "Free some space."))
    assert "Disk full.\nAll is safe. Free some space." in texts(card)
    assert card.again.isVisible()
    assert card.accessibleDescription() == "Disk full. All is safe. Free some space."
    card.show_error(UserError("E_NAME", "No name.", exit_code=Exit.USAGE))
    assert not card.again.isVisible()
    with qtbot.waitSignal(card.closed):
        press(qtbot, card, "Close")
    assert not card.isVisible()


def test_a_question_does_nothing_unless_it_is_answered(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    done: list[int] = []
    dialog = confirm(parent, "Remove?", HOSTILE, "Remove it", lambda: done.append(1))
    assert HOSTILE in texts(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert done == []
    dialog = confirm(parent, "Remove?", "", "Remove it", lambda: done.append(1))
    press(qtbot, dialog, "Remove it")
    assert done == [1]


def test_a_fault_is_shown_with_its_report_ready_to_copy(qtbot, qapp) -> None:
    dialog = BugDialog("Traceback: here", "/somewhere/rubricapp.log")
    qtbot.addWidget(dialog)
    dialog.show()
    assert "/somewhere/rubricapp.log" in texts(dialog)
    press(qtbot, dialog, "Copy report")
    assert qapp.clipboard().text() == "Traceback: here"
    press(qtbot, dialog, "Close")


# Work beside the window


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


def test_a_job_runs_elsewhere_and_is_told_here(background, qtbot) -> None:
    threads: list[int] = []
    steps: list[tuple[int, int, str]] = []

    def work(number: int, progress: Progress) -> int:
        threads.append(threading.get_ident())
        progress.step(1, 2, "half")
        return number * 2

    job = background.start(work, 21)
    job.progressed.connect(lambda *step: steps.append(step))
    heard: list[int] = []
    job.done.connect(lambda _result: heard.append(threading.get_ident()))
    with qtbot.waitSignal(job.done) as done:
        pass
    assert done.args == [42]
    assert threads != [threading.get_ident()]
    assert heard == [threading.get_ident()]
    assert steps == [(1, 2, "half")]
    assert not background.busy


def test_a_refusal_and_a_stop_are_told_apart(background, qtbot) -> None:
    def refuse(progress: Progress) -> None:
        raise UserError("E_X", "No.")

    with qtbot.waitSignal(background.start(refuse).failed) as failed:
        pass
    assert failed.args[0].code == "E_X"
    started = threading.Event()

    def go_on(progress: Progress) -> None:
        started.set()
        while True:
            progress.step(0, 1)

    job = background.start(go_on)
    with qtbot.waitSignal(job.cancelled):
        assert started.wait(10)
        job.cancel()


def test_a_bug_in_a_job_is_raised_here(background, qtbot) -> None:
    def stumble(progress: Progress) -> None:
        raise ZeroDivisionError("in the worker")

    with qtbot.capture_exceptions() as caught:
        job = background.start(stumble)
        with qtbot.waitSignal(job.ended):
            pass
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError
    assert not background.busy


def test_closing_stops_what_runs(background) -> None:
    started = threading.Event()
    ended: list[bool] = []

    def go_on(progress: Progress) -> None:
        started.set()
        try:
            while True:
                progress.step(0, 1)
        except Cancelled:
            ended.append(True)
            raise

    background.start(go_on)
    assert started.wait(10)
    background.close()
    assert ended == [True]
