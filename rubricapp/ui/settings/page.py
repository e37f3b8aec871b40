"""Settings: you, scoring, look, backup, recovery sheet, your data, about. All takes effect at once and is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.workspaces import is_demo
from rubricapp.settings import Settings
from rubricapp.ui import opening, theme
from rubricapp.ui.background import Background
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm, say_problem
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.settings.about import about_lines
from rubricapp.ui.settings.backup import BackupCard
from rubricapp.ui.settings.protection import ProtectionCard
from rubricapp.ui.settings.recovery import RecoveryCard
from rubricapp.ui.widgets.layouts import Card, Field, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class SettingsPage(Page):
    """restore_wanted(Path): put this backup in the place of the workspace. close_wanted(): leave the workspace."""

    restore_wanted = Signal(object)
    close_wanted = Signal()
    removal_wanted = Signal()
    kinds = frozenset({"person", "enrolment", "assessment", "rating"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Settings"), measure=760)
        layout.addWidget(self.scroll)
        body = self.scroll.body
        body.addWidget(Header(_("Settings")))
        self.backup = BackupCard(session, background)
        self.backup.said.connect(self.notice)
        self.backup.restore_wanted.connect(self.restore_wanted)
        self.recovery = RecoveryCard(session)
        self.recovery.said.connect(self.notice)
        self.protection = ProtectionCard(session)
        self.protection.said.connect(self.notice)
        self.cards = {
            "you": self._make_you(),
            "scoring": self._make_scoring(),
            "look": self._make_look(),
            "backup": self.backup,
            "recovery": self.recovery,
            "protection": self.protection,
            "data": self._make_data(),
            "about": self._make_about(),
        }
        for card in self.cards.values():
            body.addWidget(card)
        body.addStretch(1)
        session.settings_changed.connect(self._show_settings)
        self._show_settings(session.settings)

    # You

    def _make_you(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("You"), "section"))
        self.me = QComboBox()
        self.me.activated.connect(self._on_me_chosen)
        self.me_field = Field(_("Who sits here"), self.me, _("Levels are kept under this person's name."))
        card.body.addWidget(self.me_field)
        self.name = QLineEdit()
        self.name.setMaxLength(200)
        add = button(_("Add as assessor"), "", "user-plus")
        add.clicked.connect(self._on_add)
        self.name.returnPressed.connect(self._on_add)
        card.body.addWidget(Field(_("Somebody who is missing"), self.name))
        card.body.addWidget(flow(add))
        return card

    def _on_me_chosen(self, _index: int) -> None:
        person = self.me.currentData()
        if person is not None and person != self.session.me:
            self.session.set_settings(name=person.name)
            self.session.set_me(person)
            self.notice.emit(_("{name} sits here now").format(name=person.name))

    def _on_add(self) -> None:
        from rubricapp.operations import people

        made = self.session.run(people.add_person, Role.ASSESSOR, self.name.text())
        if made is not None:
            self.name.clear()
            self.session.set_settings(name=made[0].name)
            self.session.set_me(made[0])
            self.refresh()

    # Scoring and look

    def _make_scoring(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Scoring"), "section"))
        self.number_keys = QCheckBox(_("Single keys score: 1 to 5, 0, X, C …"))
        self.auto_advance = QCheckBox(_("Go on to the next criterion after a level"))
        self.number_keys.toggled.connect(lambda on: self._set(number_keys=on))
        self.auto_advance.toggled.connect(lambda on: self._set(auto_advance=on))
        card.body.addWidget(self.number_keys)
        card.body.addWidget(self.auto_advance)
        return card

    def _make_look(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Look"), "section"))
        self.themes: dict[str, QRadioButton] = {}
        group = QButtonGroup(self)
        for key, text in (
            ("system", _("As the system")),
            ("light", _("Light")),
            ("dark", _("Dark")),
            ("night", _("Set night: little light, warm")),
        ):
            radio = QRadioButton(text)
            radio.clicked.connect(lambda _checked=False, key=key: self._set(theme=key))
            group.addButton(radio)
            self.themes[key] = radio
            card.body.addWidget(radio)
        self.text_size = QComboBox()
        for percent in theme.TEXT_SIZES:
            self.text_size.addItem(f"{percent} %", percent)
        self.text_size.activated.connect(lambda _index: self._set(text_percent=self.text_size.currentData()))
        card.body.addWidget(Field(_("Text size"), self.text_size, _("Also with Ctrl and + or −")))
        return card

    def _set(self, **values: object) -> None:
        if any(getattr(self.session.settings, name) != value for name, value in values.items()):
            self.session.set_settings(**values)

    def _show_settings(self, settings: Settings) -> None:
        self.number_keys.setChecked(settings.number_keys)
        self.auto_advance.setChecked(settings.auto_advance)
        self.themes[settings.theme if settings.theme in self.themes else "system"].setChecked(True)
        sizes = theme.TEXT_SIZES
        nearest = min(range(len(sizes)), key=lambda n: abs(sizes[n] - settings.text_percent))
        self.text_size.setCurrentIndex(nearest)

    # Data

    def _make_data(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Your data"), "section"))
        card.body.addWidget(PlainLabel(_("Workspace: {folder}").format(folder=self.session.ws.folder), "muted"))
        self.checked = PlainLabel(
            _("Checking recomputes everything from the change log and compares. It changes nothing.")
        )
        card.body.addWidget(self.checked)
        self.check_error = ErrorCard()
        card.body.addWidget(self.check_error)
        self.check = button(_("Check my data"), "", "shield-check")
        self.check.clicked.connect(self._on_check)
        close = button(_("Close this workspace"), "", "x")
        close.clicked.connect(self.close_wanted)
        acts = [self.check, close]
        if is_demo(self.session.ws):
            remove = button(_("Remove the demo…"), "danger", "trash-2")
            remove.clicked.connect(self._on_remove)
            acts.append(remove)
        card.body.addWidget(flow(*acts))
        self.faults = RowsTable(
            RowsModel((Column(_("Found"), say_problem, wide=True),), self), _("What the check found")
        )
        self.faults.setWordWrap(True)
        self.faults.grow_to(8)
        self.faults.hide()
        card.body.addWidget(self.faults)
        return card

    def _on_check(self) -> None:
        from rubricapp.operations import checking

        try:
            found = checking.check(self.session.ws)
        except UserError as error:
            self.check_error.show_error(error, can_retry=False)
            return
        n = len(found.problems)
        said = ngettext(
            "{n} change recomputed and compared: all is well.",
            "{n} changes recomputed and compared: all is well.",
            found.changes,
        )
        if n:
            said = ngettext("The check found {k} problem.", "The check found {k} problems.", n)
        self.checked.setText(said.format(n=found.changes, k=n))
        theme.restyle(self.checked, "danger" if n else "ok")
        self.faults.model().set_records(found.problems)
        self.faults.setVisible(n > 0)

    def _on_remove(self) -> None:
        confirm(
            self,
            _("Remove the demo?"),
            _("Its made-up people, levels and files are deleted from this laptop. You can make it again at any time."),
            _("Remove the demo"),
            self.removal_wanted.emit,
        )

    # About

    def _make_about(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("About and licences"), "section"))
        for text in about_lines():
            label = PlainLabel(text, "muted")
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            label.setAccessibleName(text)
            card.body.addWidget(label)
        return card

    # The page

    def refresh(self) -> None:
        self.me.clear()
        self.me.addItem(_("nobody yet"), None)
        for person in opening.list_sitting(self.session.ws):
            self.me.addItem(opening.say_sitting(person), person)
            if self.session.me is not None and person.id == self.session.me.id:
                self.me.setCurrentIndex(self.me.count() - 1)
        self.backup.refresh()
        self.recovery.refresh()
        self.protection.refresh()

    def open_with(self, what: object) -> None:
        card = {"restore": "backup", "check": "data", "about": "about"}.get(str(what), "you")
        self.scroll.ensureWidgetVisible(self.cards[card], 0, 0)
        if what == "check":
            self.check.setFocus()
            self._on_check()
        elif what == "restore":
            self.backup.table.setFocus()
        elif what == "about":
            self.scroll.setFocus()
        else:
            self.me.setFocus()

    def panes(self) -> list[QWidget]:
        return [self.me]
