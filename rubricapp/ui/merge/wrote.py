"""What one laptop wrote: who, when, what it replaced, and why. Values follow the rules of who may see what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Role
from rubricapp.core.viewing import may_see
from rubricapp.i18n import _, ngettext
from rubricapp.store.assessments import list_assessments
from rubricapp.store.history import count_of_laptop, list_of_laptop
from rubricapp.store.viewing import load_view
from rubricapp.ui.dates import say_when
from rubricapp.ui.merge.disputes import OPEN_KINDS
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable

if TYPE_CHECKING:
    from rubricapp.store.history import Entry

MOST = 500
"""So many of the newest changes are shown; “history --laptop” prints all."""
_SHOWN = 80


class WroteCard(Card):
    """The newest changes of one laptop, this one among them. Choosing a laptop in the list above chooses it here."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._names: Mapping[str, str] = {}
        self._seen: frozenset[str] = frozenset()
        self._lead = False
        self.body.addWidget(PlainLabel(_("What a laptop wrote"), "label"))
        self.laptop = choice(_("Laptop"))
        self.laptop.activated.connect(lambda _index: self._read())
        self.body.addWidget(Field(_("Laptop"), self.laptop))
        self.words = PlainLabel("", "muted")
        self.body.addWidget(self.words)
        self.box = FindBox(_("Find by person, record, value, reason"), _("Find in what it wrote"))
        now = session.ws.sources.now
        self.model = RowsModel(
            (
                Column(_("When"), lambda each: say_when(each.change.at, now()), lambda each: -each.change.seq),
                Column(_("Who"), lambda each: self._names.get(each.change.author, _("nobody in particular"))),
                Column(_("What"), self._say_what, wide=True),
                Column(_("Before"), self._say_before, wide=True),
                Column(_("Then"), self._say_value, wide=True),
                Column(_("Why"), lambda each: self._hides(each) or each.change.reason[:_SHOWN], wide=True),
            ),
            self,
        )
        self.box.textChanged.connect(self.model.look_for)
        self.body.addWidget(flow(self.box))
        self.table = RowsTable(self.model, _("What it wrote"))
        self.table.allow_sorting()
        self.table.grow_to(12)
        self.body.addWidget(self.table)
        self.hide()

    def refresh(self) -> None:
        """Read which laptops there are, and what the chosen one wrote."""
        from rubricapp.operations.laptops import list_writers

        kept = self.laptop.currentData()
        self.laptop.clear()
        for each in list_writers(self.session.ws):
            here = _("this laptop") if each.device == self.session.ws.device else ""
            owner = each.person.name if each.person is not None else ""
            words = "  ·  ".join(word for word in (each.name, owner, here, each.device[:8]) if word)
            self.laptop.addItem(words, each.device)
        self.laptop.setCurrentIndex(max(0, self.laptop.findData(kept)))
        self.setVisible(self.laptop.count() > 0)
        self._read()

    def show_laptop(self, device: str) -> None:
        """Show what this laptop wrote; nothing changes where it wrote nothing that is here."""
        at = self.laptop.findData(device) if device else -1
        if at >= 0 and at != self.laptop.currentIndex():
            self.laptop.setCurrentIndex(at)
            self._read()

    def _read(self) -> None:
        from rubricapp.operations.privacy import everyone

        device = self.laptop.currentData()
        if not device:
            return
        ws, me = self.session.ws, self.session.me
        view = load_view(ws, me)
        self._lead = me is not None and Role.LEAD in me.roles
        self._seen = frozenset(each.id for each in list_assessments(ws, doubles=True) if may_see(view, each))
        self._names = {one: each.name for one, each in everyone(ws).items()}
        found, count = list_of_laptop(ws, device, MOST), count_of_laptop(ws, device)
        words = ngettext("{n} change is here.", "{n} changes are here.", count).format(n=count)
        if count > len(found):
            words += " " + _("The newest {n} are shown.").format(n=len(found))
        self.words.setText(words)
        self.model.set_records(found)

    def _hides(self, entry: Entry) -> str:
        """Why the values of a change are not shown; "" where they are."""
        kind, record = entry.change.kind, entry.change.record
        if entry.erased:
            return _("(erased)")
        if kind in ("assessment", "rating"):
            open_ = record.partition("/")[0] in self._seen or entry.change.field in _HEADERS
        else:
            open_ = kind in OPEN_KINDS or (kind in ("log_entry", "log_check") and self._lead)
        return _("(hidden)") if entry.hidden or not open_ else ""

    def _say_what(self, entry: Entry) -> str:
        record, _slash, part = entry.change.record.partition("/")
        about = self._names.get(record, "")
        words = (entry.change.kind, about or part or record[-8:], entry.change.field)
        return " · ".join(word.replace("_", " ") if word != about else word for word in words if word)

    def _say_before(self, entry: Entry) -> str:
        return self._hides(entry) or " / ".join(self._say(each) for each in entry.before)

    def _say_value(self, entry: Entry) -> str:
        return self._hides(entry) or self._say(entry.change.value)

    def _say(self, value: object) -> str:
        if value is None:
            return _("(nothing)")
        if isinstance(value, str):
            return self._names.get(value, value[:_SHOWN])
        return json.dumps(value, ensure_ascii=False)[:_SHOWN]


_HEADERS = frozenset({"participant", "assessor", "rubric", "occasion", "kind", "state"})
"""Fields of an assessment that say what there is, and not what was said."""
