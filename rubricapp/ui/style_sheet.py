"""The style sheet on Fusion: flat, quiet, film-paper neutrals; a focus ring of two pixels that is never removed."""

from __future__ import annotations

from collections.abc import Mapping

_SHEET = """
QWidget { outline: none; }
QToolTip { background: @raised; color: @ink; border: 1px solid @border; padding: {4}px; }

QLabel, QCheckBox, QRadioButton { background: transparent; }
QLabel[look~="title"] { font-size: {title}pt; font-weight: 700; }
QLabel[look~="section"] { font-size: {section}pt; font-weight: 700; }
QLabel[look~="label"] { font-size: {label}pt; font-weight: 700; }
QLabel[look~="small"] { font-size: {small}pt; }
QLabel[look~="note"] { font-size: {note}pt; }
QLabel[look~="strong"] { font-weight: 700; }
QLabel[look~="muted"] { color: @ink2; }
QLabel[look~="warning"] { color: @warning; }
QLabel[look~="danger"] { color: @danger; }
QLabel[look~="ok"] { color: @ok; }
QLabel[look~="tag"] { background: @warning_ground; color: @warning; border: 1px solid @warning; border-radius: {4}px;
    padding: 0 {6}px; font-weight: 700; font-size: {small}pt; }
QLabel[look~="tight"] { padding: 0; font-size: {note}pt; }
QLabel[look~="key"] { background: @raised; border: 1px solid @border; border-radius: {4}px; padding: {1}px {6}px;
    font-size: {small}pt; }

QFrame[look~="card"] { background: @base; border: 1px solid @hairline; border-radius: {8}px; }
QFrame[look~="raised"] { background: @raised; border: none; border-radius: {8}px; }
QFrame[look~="rail"] { background: @raised; border: none; border-right: 1px solid @hairline; }
QFrame[look~="bar"] { background: @window; border: none; border-bottom: 1px solid @hairline; }
QFrame[look~="line"] { background: @hairline; border: none; max-height: 1px; min-height: 1px; }
QFrame[look~="warning_box"] { background: @warning_ground; border: 1px solid @warning; border-radius: {8}px; }
QFrame[look~="danger_box"] { background: @danger_ground; border: 1px solid @danger; border-radius: {8}px; }
QFrame[look~="ok_box"] { background: @ok_ground; border: 1px solid @ok; border-radius: {8}px; }
QFrame[look~="notices"] { background: @warning; border: none; }
QFrame[look~="notice"] { background: @warning_ground; border: none; }
QFrame[look~="floating"] { background: @base; border: 1px solid @border; border-radius: {8}px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[look~="page"] { background: @window; }
QScrollArea[look~="scroll"] { border: 2px solid transparent; }
QScrollArea[look~="scroll"]:focus { border: 2px solid @accent; border-radius: {6}px; }

QPushButton, QToolButton { background: @base; color: @ink; border: 1px solid @border; border-radius: {6}px;
    padding: {7}px {14}px; margin: 1px; }
QToolButton { padding: {7}px {9}px; }
QPushButton:hover, QToolButton:hover { background: @raised; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: @selection; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; margin: 0; }
QPushButton:disabled, QToolButton:disabled { color: @border; border-color: @hairline; background: @window; }
QPushButton[look~="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent; font-weight: 700; }
QPushButton[look~="primary"]:hover { border-color: @ink; }
QPushButton[look~="primary"]:pressed { background: @ink; color: @base; border-color: @ink; }
QPushButton[look~="primary"]:focus { border: 2px solid @ink; }
QPushButton[look~="primary"]:disabled { background: @raised; color: @ink2; border-color: @hairline; }
QPushButton[look~="danger"] { color: @danger; border-color: @danger; }
QPushButton[look~="danger"]:hover { background: @danger_ground; }
QPushButton[look~="danger"]:focus { border: 2px solid @danger; }
QPushButton[look~="danger"]:disabled { color: @border; border-color: @hairline; background: @window; }
QPushButton[look~="quiet"], QToolButton[look~="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[look~="quiet"]:hover, QToolButton[look~="quiet"]:hover { background: @raised; border-color: @hairline; }
QPushButton[look~="quiet"]:focus, QToolButton[look~="quiet"]:focus { border: 2px solid @accent; }
QPushButton[look~="quiet"]:checked, QToolButton[look~="quiet"]:checked { background: @selection; }
QPushButton[look~="back"] { padding-left: {4}px; }
QPushButton[look~="choice"] { text-align: left; background: @base; border: 1px solid @border; padding: {12}px {14}px; }
QPushButton[look~="choice"]:focus { border: 2px solid @accent; }
QPushButton[look~="link"] { background: transparent; border: 1px solid transparent; color: @accent;
    padding: {4}px {6}px; }
QPushButton[look~="link"]:hover { border-color: @accent; }
QPushButton[look~="link"]:focus { border: 2px solid @accent; }
QToolButton[look~="rail"] { background: transparent; border: 1px solid transparent; border-radius: {6}px;
    padding: {7}px {12}px; text-align: left; }
QToolButton[look~="rail"]:hover { background: @window; }
QToolButton[look~="rail"]:checked { background: @base; border: 1px solid @hairline; border-left: {4}px solid @accent;
    border-top-left-radius: 0; border-bottom-left-radius: 0; font-weight: 700; }
QToolButton[look~="tight"] { padding: {4}px {12}px; }
QToolButton[look~="rail"]:focus { border: 2px solid @accent; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit, QAbstractSpinBox { background: @base; color: @ink;
    border: 1px solid @border; border-radius: {6}px; padding: {6}px {9}px; margin: 1px;
    selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: 2px solid @accent; margin: 0; }
QLineEdit:read-only { background: @window; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: @border; border-color: @hairline; }
QComboBox { padding-right: {28}px; }
QComboBox::drop-down { border: none; width: {26}px; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox::down-arrow { image: url("$chevron-down"); width: {14}px; height: {14}px; }
QComboBox QAbstractItemView { background: @base; border: 1px solid @border; padding: {4}px;
    selection-background-color: @selection; selection-color: @ink; }
QSpinBox::up-button, QSpinBox::down-button { border: none; width: {22}px; background: transparent; }
QSpinBox::up-arrow { image: url("$chevron-up"); width: {12}px; height: {12}px; }
QSpinBox::down-arrow { image: url("$chevron-down"); width: {12}px; height: {12}px; }

QCheckBox, QRadioButton { spacing: {8}px; padding: {4}px; border: 2px solid transparent; border-radius: {6}px; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox:disabled, QRadioButton:disabled { color: @border; }
QCheckBox::indicator, QTableView::indicator, QListView::indicator { width: {16}px; height: {16}px;
    border: 1px solid @border; border-radius: {4}px; background: @base; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked { background: @accent;
    border-color: @accent; image: url("$check"); }
QCheckBox::indicator:indeterminate { background: @accent; border-color: @accent; image: url("$minus"); }
QRadioButton::indicator { width: {14}px; height: {14}px; border: 1px solid @border; border-radius: {7}px;
    background: @base; }
QRadioButton::indicator:checked { width: {dot}px; height: {dot}px; border: {5}px solid @accent; background: @base; }

QTableView, QListView, QTreeView { background: @base; border: 1px solid @hairline; border-radius: {8}px;
    gridline-color: @hairline; selection-background-color: @selection; selection-color: @ink; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 2px solid @accent; }
QTableView::item { padding: {4}px {10}px; border: none; border-bottom: 1px solid @hairline; }
QTableView::item:selected, QListView::item:selected { background: @selection; color: @ink; }
QListView::item { padding: {6}px {10}px; border-radius: {4}px; }
QListView::item:hover:!selected { background: @raised; }
QHeaderView { background: @base; border: none; }
QHeaderView::section { background: @base; color: @ink2; border: none; border-bottom: 1px solid @border;
    padding: {7}px {10}px {7}px {13}px; font-size: {small}pt; font-weight: 700; }
QHeaderView::section:hover { color: @ink; }
QTableCornerButton::section { background: @base; border: none; border-bottom: 1px solid @border; }

QMenuBar { background: @window; border-bottom: 1px solid @hairline; padding: {1}px {4}px; }
QMenuBar::item { padding: {5}px {10}px; border-radius: {4}px; background: transparent; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @base; border: 1px solid @border; padding: {5}px; }
QMenu::item { padding: {6}px {28}px {6}px {14}px; border-radius: {4}px; }
QMenu::item:selected { background: @selection; color: @ink; }
QMenu::item:disabled { color: @border; }
QMenu::separator { height: 1px; background: @hairline; margin: {5}px {8}px; }
QMenu::indicator { width: {12}px; height: {12}px; left: {2}px; }
QMenu::indicator:checked { background: @accent; image: url("$check"); border-radius: {3}px; }

QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @ink2; padding: {8}px {14}px; border: 2px solid transparent;
    border-bottom: {3}px solid transparent; }
QTabBar::tab:selected { color: @ink; font-weight: 700; border-bottom: {3}px solid @accent; }
QTabBar::tab:hover { color: @ink; }
QTabBar::tab:focus { border: 2px solid @accent; border-bottom: {3}px solid @accent; }
QTabBar::scroller { width: {30}px; }
QTabBar QToolButton { padding: 0; margin: 0; border-radius: 0; }
QTabBar QToolButton::left-arrow { image: url("$chevron-left"); width: {14}px; height: {14}px; }
QTabBar QToolButton::right-arrow { image: url("$chevron-right"); width: {14}px; height: {14}px; }
QTabWidget::pane { border: none; border-top: 1px solid @hairline; }

QProgressBar { background: @raised; border: 1px solid @border; border-radius: {4}px; text-align: center; color: @ink;
    min-height: {8}px; max-height: {8}px; }
QProgressBar::chunk { background: @accent; border-radius: {3}px; }
QSlider::groove:horizontal { height: {4}px; background: @border; border-radius: {2}px; }
QSlider::handle:horizontal { background: @accent; width: {16}px; margin: -{6}px 0; border-radius: {8}px; }
QSlider:focus { border: 2px solid @accent; border-radius: {6}px; }
QSplitter::handle { background: @hairline; }
QSplitter::handle:focus { background: @accent; }

QScrollBar:vertical { background: transparent; width: {12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: {12}px; margin: 0; }
QScrollBar::handle { background: @border; border: {3}px solid @window; border-radius: {6}px; }
QScrollBar::handle:vertical { min-height: {32}px; }
QScrollBar::handle:horizontal { min-width: {32}px; }
QScrollBar::handle:hover { background: @ink2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: @window; }
QAbstractScrollArea::corner { background: @base; border: none; }
"""


def style_sheet(
    colours: Mapping[str, str], scale: float, points: Mapping[str, float], drawings: Mapping[str, str]
) -> str:
    """The sheet for these colour tokens. @token is a colour, {n} a length in pixels and {role} a size in points that
    both grow with the text, $name the path of a drawing."""
    sheet = _SHEET
    for token in sorted(colours, key=len, reverse=True):  # ink2 before ink
        sheet = sheet.replace(f"@{token}", colours[token])
    # A chosen radio button is as large as the others: its thick border takes the room from inside.
    sheet = sheet.replace("{dot}", str(round(14 * scale) + 2 - 2 * round(5 * scale)))
    for role, size in points.items():
        sheet = sheet.replace(f"{{{role}}}", f"{size * scale:.2f}")
    for name, path in drawings.items():
        sheet = sheet.replace(f"${name}", path)
    for pixels in range(1, 40):
        sheet = sheet.replace(f"{{{pixels}}}", str(max(1, round(pixels * scale))))
    return sheet
