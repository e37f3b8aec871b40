"""P13 in the window: on every page, every label, table, list, field and tooltip shows words as words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTextEdit, QWidget
from PySide6.QtWidgets import QAbstractItemView as View

from rubricapp.core.model import Role
from rubricapp.operations import programmes
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace
from rubricapp.ui import actions
from tests import payloads
from tests.data import make_workspace
from tests.payloads import CANARY, TOKEN

KEYS = [entry.key for entry in actions.page_entries()]


@pytest.fixture
def poured(tmp_path: Path) -> Iterator[Workspace]:
    """A programme with a little of everything, and such a text in every field for words but the names of staff."""
    (tmp_path / CANARY).write_bytes(b"nobody may read this")
    texts = payloads.corpus(tmp_path / CANARY)
    clock = make_workspace.Clockwork()
    sources = make_workspace.Sources(clock.now, clock.random)
    with programmes.start(tmp_path / "w", "P", "E", "2026-09-01", sources=sources, rubrics=[]) as ws:
        payloads.adopt(ws, make_workspace.RUBRIC, texts)
        make_workspace.fill(ws, tmp_path / "w")
        payloads.pour(ws, texts)
        lead = list_people(ws, Role.LEAD)[0]
        with ws.writing("somebody") as log:
            log.set_all("person", lead.id, {"given_name": "Lena", "family_name": "Lead", "code": "L-1"})
        yield ws


def is_markup(text: str) -> bool:
    return QtGui.Qt.mightBeRichText(text)


def wrong_in(window: QWidget) -> tuple[list[str], int]:
    """(what would take words for markup, how often such words were shown)."""
    found, seen = [], 0
    for each in window.findChildren(QWidget):
        tip = each.toolTip()
        seen += TOKEN in tip
        if (
            TOKEN in tip
            and is_markup(tip)
            and (f"<{TOKEN}" in tip or "<img" in tip or (CANARY in tip and 'src="' in tip))
        ):
            found.append(f"tooltip of {type(each).__name__}: {tip[:60]}")
        if isinstance(each, QLabel):
            seen += TOKEN in each.text()
            rich = each.textFormat() == Qt.TextFormat.RichText or (
                each.textFormat() == Qt.TextFormat.AutoText and is_markup(each.text())
            )
            if TOKEN in each.text() and rich and not is_escaped(each.text()):
                found.append(f"label: {each.text()[:60]}")
            if each.openExternalLinks() and TOKEN in each.text() and "href" in each.text() and rich:
                found.append(f"link: {each.text()[:60]}")
        elif isinstance(each, QTextEdit):
            html = each.toHtml()
            seen += TOKEN in html
            if "<img" in html:
                found.append(f"picture in {type(each).__name__}")
        elif isinstance(each, QAbstractItemView) and each.model() is not None:
            for text, role in cells(each):
                seen += TOKEN in text
                if role == Qt.ItemDataRole.ToolTipRole and TOKEN in text and is_markup(text) and not is_escaped(text):
                    found.append(f"tooltip in a table: {text[:60]}")
    return found, seen


def is_escaped(text: str) -> bool:
    """Whether no tag of a stranger is left in rich text."""
    return not any(
        each in text for each in (f"<{TOKEN}", "<img", "<script", "<a href='java", "<svg", "<iframe", "<base")
    )


def cells(view: View) -> Iterator[tuple[str, Qt.ItemDataRole]]:
    model = view.model()
    for row in range(min(model.rowCount(QModelIndex()), 40)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                text = model.index(row, column).data(role)
                if isinstance(text, str):
                    yield text, role


def test_every_page_shows_words_as_words(make_window, poured, qtbot) -> None:
    window = make_window(poured, name="Lena Lead")
    assert window.session.me.name == "Lena Lead"
    wrong, seen, silent = [], 0, []
    people = list_people(poured, Role.PARTICIPANT)
    rubric, baseline = find_rubric(poured, "witness") or poured, find_occasion(poured, "baseline")
    visits = [(key, None) for key in KEYS] + [("people", ("person", each.id)) for each in people[:3]]
    for key, what in visits:
        window.go(key, what)
        qtbot.waitUntil(lambda: window.page is not None)
        assert not window.grab().isNull()  # whatever draws words by hand has drawn them
        found, shown = wrong_in(window)
        wrong += [f"{key}: {each}" for each in found]
        seen += shown
        silent += [] if shown else [key]
    assert wrong == []
    assert seen > 60, seen
    assert len(silent) < len(visits) / 2, silent
    assert rubric is not None and baseline is not None


def test_the_test_sees(qtbot) -> None:
    bad = QWidget()
    qtbot.addWidget(bad)
    QLabel(f"<b>{TOKEN}</b><img src='x'>", bad)
    QLabel("plain", bad).setToolTip(f"<b>{TOKEN}</b><img src='x'>")
    assert len(wrong_in(bad)[0]) == 2
