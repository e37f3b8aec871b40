"""Where things come to stand that stand side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPushButton

from rubricapp.ui.widgets.layouts import Field, flow


def test_names_of_fields_stand_on_one_line_whichever_has_a_hint(qtbot) -> None:
    one, other = Field("Participant", QLineEdit()), Field("Day", QLineEdit(), "Such as 2026-09-01")
    act = QPushButton("Open")
    shown = flow(one, other, act)
    qtbot.addWidget(shown)
    shown.resize(600, 200)
    with qtbot.waitExposed(shown):
        shown.show()
    assert one.y() == other.y() == 0
    assert one.height() < other.height()
    assert act.y() > 0, "what has no name stands in the middle of the line"
