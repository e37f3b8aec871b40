"""What a person can do from anywhere, as data: one table makes the menus, the shortcuts, the command box and F1.

A plain letter or digit is never a key here: those belong to the scoring pane alone, where they can be turned off.
"""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.i18n import _


@dataclass(frozen=True)
class Action:
    """id: also the name of the window's method that does it. menu: file, edit, view, programme, help or "" (none).

    keys: the first is shown. needs: "workspace", "protected" (such a workspace), "portfolio", "page" (a workspace
    or a portfolio) or "" (always there). group: a line
    is drawn between groups.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: str = ""
    group: int = 0


@dataclass(frozen=True)
class PageEntry:
    """A place in the rail. key: as pages name each other."""

    key: str
    text: str
    icon: str


def page_entries() -> tuple[PageEntry, ...]:
    """The rail from top to bottom; Ctrl+1 is the first. Only what works is here."""
    return (
        PageEntry("home", _("Home"), "house"),
        PageEntry("score", _("Score"), "clipboard-check"),
        PageEntry("people", _("People"), "users"),
        PageEntry("log", _("Log"), "notebook-pen"),
        PageEntry("peer", _("Peer"), "message-square"),
        PageEntry("cohort", _("Cohort"), "layout-grid"),
        PageEntry("reports", _("Reports"), "file-text"),
        PageEntry("rubrics", _("Rubrics"), "book-open"),
        PageEntry("merge", _("Merge"), "merge"),
        PageEntry("settings", _("Settings"), "settings"),
    )


def menus() -> tuple[tuple[str, str], ...]:
    """(key, title) of the menus, from left to right."""
    return (
        ("file", _("&File")),
        ("edit", _("&Edit")),
        ("view", _("&View")),
        ("programme", _("&Programme")),
        ("help", _("&Help")),
    )


def all_actions() -> tuple[Action, ...]:
    """Every action of the window, in the order of the menus."""
    ws = "workspace"
    pages = tuple(
        Action(f"go_{entry.key}", entry.text, "view", (f"Ctrl+{number}",) if number < 10 else (), entry.icon, ws)
        for number, entry in enumerate(page_entries(), 1)
    )
    return (
        Action("start_programme", _("New programme…"), "file", ("Ctrl+Shift+N",), "plus"),
        Action("open_workspace", _("Open a workspace…"), "file", ("Ctrl+O",), "folder-open"),
        Action("open_portfolio", _("Open a portfolio…"), "file", ("Ctrl+Shift+O",), "file-text"),
        Action("join_programme", _("Join a programme…"), "file", ("Ctrl+J",), "package-open"),
        Action("open_demo", _("Open the demo programme"), "file", (), "film"),
        Action("import_roster", _("Import a roster…"), "file", ("Ctrl+I",), "download", ws, 1),
        Action("import_log", _("Import a production log…"), "file", (), "download", ws, 1),
        Action("make_reports", _("Make reports and workbook…"), "file", ("Ctrl+E", "Ctrl+Shift+P"), "printer", ws, 1),
        Action("hand_in", _("Hand in…"), "file", ("Ctrl+Shift+H",), "upload", ws, 1),
        Action("back_up", _("Back up now"), "file", ("Ctrl+B",), "hard-drive", ws, 2),
        Action("restore", _("Restore a backup…"), "file", (), "history", ws, 2),
        Action("lock", _("Lock"), "file", ("Ctrl+L",), "lock", "protected", 3),
        Action("close_workspace", _("Close this workspace"), "file", ("Ctrl+W",), "x", ws, 3),
        Action("close_portfolio", _("Close the portfolio"), "file", ("Ctrl+Shift+W",), "x", "portfolio", 3),
        Action("quit", _("Quit"), "file", ("Ctrl+Q",), "", "", 3),
        Action("undo", _("Undo"), "edit", ("Ctrl+Z",), "undo-2", ws),
        Action("redo", _("Redo"), "edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2", ws),
        Action("find", _("Find on this page"), "edit", ("Ctrl+F",), "search", ws, 1),
        Action("copy_table", _("Copy as table"), "edit", ("Ctrl+Shift+C",), "copy", "page", 1),
        *pages,
        Action("command_box", _("Go to or do anything…"), "view", ("Ctrl+K",), "search", "", 1),
        Action("next_pane", _("Next pane"), "view", ("F6",), "columns-2", "", 1),
        Action("larger_text", _("Larger text"), "view", ("Ctrl++", "Ctrl+="), "zoom-in", "", 2),
        Action("smaller_text", _("Smaller text"), "view", ("Ctrl+-",), "zoom-out", "", 2),
        Action("usual_text", _("Usual text size"), "view", ("Ctrl+0",), "", "", 2),
        Action("next_theme", _("Next theme"), "view", ("Ctrl+Shift+D",), "sun", "", 3),
        Action("full_screen", _("Full screen"), "view", ("F11",), "maximize", "", 3),
        Action("add_person", _("Add a person…"), "programme", ("Ctrl+N",), "user-plus", ws),
        Action("publish_rubric", _("Check a rubric file and publish it…"), "programme", (), "book-open", ws),
        Action("moderation", _("Moderation…"), "programme", (), "scale", ws),
        Action("committee", _("Committee…"), "programme", (), "users", ws),
        Action("release_results", _("Release results…"), "programme", (), "lock-open", ws),
        Action("make_portfolio", _("Make a portfolio file…"), "programme", (), "package", ws),
        Action("open_settings", _("Settings"), "programme", ("Ctrl+,",), "settings", ws, 1),
        Action("show_keys", _("All keys"), "help", ("F1", "Ctrl+/"), "keyboard"),
        Action("check_data", _("Check my data"), "help", (), "shield-check", ws),
        Action("show_log", _("Show the log"), "help", (), "file-text", "", 1),
        Action("show_about", _("About and licences"), "help", (), "info", ws, 1),
    )


def conflicts(tables: dict[str, list[tuple[str, tuple[str, ...]]]]) -> list[str]:
    """Keys that two acts of one pane claim, or that a pane shares with the window. {pane: [(act, keys), …]}."""
    window = {key: act for act, keys in tables.get("window", []) for key in keys}
    found = []
    for pane, acts in tables.items():
        seen: dict[str, str] = {}
        for act, keys in acts:
            for key in keys:
                other = seen.get(key) or (window.get(key) if pane != "window" else None)
                if other:
                    found.append(f"{key}: {other} and {act} ({pane})")
                seen[key] = act
    return found
