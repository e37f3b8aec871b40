"""Rubrics: every word can be read, a file is checked by line and column, publishing is one deliberate act."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog

from rubricapp import paths
from rubricapp.store.rubrics import find_rubric, list_rubrics
from rubricapp.ui.rubrics.reading import LevelStrip, rule_in_words
from tests.ui.driving import find_button, press, texts

CAMERA = paths.RUBRICS / "camera" / "1.0.yaml"


@pytest.fixture
def page(window):
    window.go("rubrics")
    return window.page


def test_all_that_a_rubric_says_can_be_read(page, residency) -> None:
    said = texts(page)
    for criterion in find_rubric(residency, "small").criteria:
        assert criterion.title in said
        assert criterion.about in said
        for level in criterion.levels:
            assert level.descriptor in said
    for words in ("offload log", "For assessors only: TST-1.", "Gate: level 3 or higher", "weight 3 of 11"):
        assert words in said
    for sentence in rule_in_words(find_rubric(residency, "small")):
        assert sentence in said
    assert "at least 80 % of the weight" in said


def test_guidance_for_assessors_can_be_put_away(page, qtbot) -> None:
    press(qtbot, page, "Guidance for assessors")
    assert "For assessors only" not in texts(page)


def test_levels_stand_side_by_side_or_below_each_other(window, page) -> None:
    window.resize(1400, 800)
    strip = page.findChild(LevelStrip)
    assert strip.layout().direction() == strip.layout().Direction.LeftToRight
    window.set_settings(text_percent=200)
    window.resize(1024, 640)
    strip = page.findChild(LevelStrip)
    assert strip.layout().direction() == strip.layout().Direction.TopToBottom
    window.set_settings(text_percent=100)


def test_a_whole_file_is_checked_read_and_published(window, page, qtbot) -> None:
    before = len(list_rubrics(page.session.ws))
    page.check_file(CAMERA)
    assert "It can be published" in texts(page)
    press(qtbot, page, "Publish…")
    dialog = page.findChild(QDialog, "confirm")
    qtbot.waitUntil(find_button(dialog, "Cancel").hasFocus)
    press(qtbot, dialog, "Cancel")
    assert len(list_rubrics(page.session.ws)) == before
    press(qtbot, page, "Publish…")
    press(qtbot, page.findChildren(QDialog, "confirm")[-1], "Publish Camera 1.0")
    assert len(list_rubrics(page.session.ws)) == before + 1
    assert page.rubric.currentText() == "Camera 1.0"
    assert "Published Camera 1.0" in texts(window.toast)


def test_publishing_twice_changes_nothing(window, page, qtbot) -> None:
    for expected in ("Published Camera 1.0", "Camera 1.0 was here already; nothing changed"):
        page.check_file(CAMERA)
        press(qtbot, page, "Publish…")
        press(qtbot, page.findChildren(QDialog, "confirm")[-1], "Publish Camera 1.0")
        assert expected in texts(window.toast)


def test_what_is_wrong_in_a_file_is_named_by_line_and_stops_it(page, tmp_path: Path, qtbot) -> None:
    path = tmp_path / "broken.yaml"
    text = CAMERA.read_text(encoding="utf-8")
    path.write_text(text.replace("weight: 3", "weight: heavy", 1), encoding="utf-8")
    line = next(n for n, each in enumerate(path.read_text("utf-8").splitlines(), 1) if "heavy" in each)
    page.check_file(path)
    assert "It cannot be published" in texts(page)
    assert line in [each.line for each in page.publish_view.findings.model().shown]
    assert not page.publish_view.publish.isVisible()
    path.write_text(text, encoding="utf-8")
    press(qtbot, page, "Check it again")
    assert "It can be published" in texts(page)
    qtbot.keyClick(page.publish_view, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.scroll


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff", b"a: &a [*a, *a]\n", b"- " * 5000])
def test_hostile_files_get_an_answer(page, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_bytes(content)
    page.check_file(path)
    said = texts(page)
    assert "cannot be published" in said or page.publish_view.error.isVisible()


def test_a_file_that_is_not_there_is_said(page, tmp_path: Path) -> None:
    page.check_file(tmp_path / "nothing.yaml")
    assert page.publish_view.error.isVisible()
    assert not page.publish_view.verdict_card.isVisible()


def test_the_file_is_asked_for_without_stopping_the_window(page, qtbot) -> None:
    press(qtbot, page, "Check a file and publish it")
    dialog = page.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(CAMERA))
    dialog.close()
    assert page.publish_view.path == CAMERA
