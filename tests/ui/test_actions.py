"""The table of actions: no key twice, no plain letter outside the scoring pane, everything does something."""

from __future__ import annotations

import re

from PySide6.QtGui import QKeySequence

from rubricapp.ui import actions, menus, window_actions
from rubricapp.ui.score import keys as score_keys

WITH_MODIFIER = re.compile(r"(Ctrl|Alt|Meta)\+|F\d+$")
# The pane answers these itself, to save what is being typed first.
SHARED = {"Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"}


def tables() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    return {
        "window": [(each.id, each.keys) for each in actions.all_actions()],
        "score": [(each.act, tuple(key for key in each.keys if key not in SHARED)) for each in score_keys.ACTS],
    }


def test_no_key_is_claimed_twice() -> None:
    assert actions.conflicts(tables()) == []


def test_a_key_claimed_twice_is_found() -> None:
    found = actions.conflicts({"window": [("a", ("Ctrl+K",)), ("b", ("Ctrl+K",))], "score": [("c", ("Ctrl+K", "x"))]})
    assert found == ["Ctrl+K: a and b (window)", "Ctrl+K: b and c (score)"]


def test_outside_the_scoring_pane_no_key_is_a_plain_character() -> None:
    plain = [key for each in actions.all_actions() for key in each.keys if not WITH_MODIFIER.match(key)]
    assert plain == []


def test_brackets_are_never_used_for_they_need_altgr_in_france_and_germany() -> None:
    assert not [key for each in actions.all_actions() for key in each.keys if key[-1] in "[]{}\\|@"]


def test_every_key_is_one_that_the_system_knows() -> None:
    for each in actions.all_actions():
        for key in each.keys:
            assert QKeySequence(key).toString(), key


def test_every_action_can_be_done_and_is_in_a_menu() -> None:
    known = {key for key, _title in actions.menus()}
    for each in actions.all_actions():
        assert each.menu in known
        assert each.id.startswith("go_") or each.id in window_actions._TO or each.id in window_actions._ACTS, each.id
    assert len({each.id for each in actions.all_actions()}) == len(actions.all_actions())


def test_the_menu_bar_holds_every_action_with_its_keys(window) -> None:
    in_menus = {
        action.objectName(): action
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
        if action.objectName()
    }
    for each in actions.all_actions():
        assert [key.toString() for key in in_menus[each.id].shortcuts()] == [
            QKeySequence(key).toString() for key in each.keys
        ]
    assert menus.build.__doc__


def test_what_needs_a_workspace_is_grey_without_one(make_window) -> None:
    window = make_window()
    for each in actions.all_actions():
        assert window.actions_by_id[each.id].isEnabled() is (each.needs == "")
