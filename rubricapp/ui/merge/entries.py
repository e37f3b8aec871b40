"""What the inbox says of each file: from whom, whether it is whole, what it would change, what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from rubricapp.core.merging import Ahead
from rubricapp.core.model import Problem
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.workspace import Workspace
from rubricapp.ui import theme
from rubricapp.ui.messages import say_problem
from rubricapp.ui.widgets.rows import Column, Index, RowsModel

if TYPE_CHECKING:
    from rubricapp.operations.packages import Looked
    from rubricapp.operations.recovery import Identity
    from rubricapp.operations.returns import Brought, Signer
    from rubricapp.operations.same_people import Stranger


@dataclass(frozen=True)
class Entry:
    """One file of the inbox. looked: what is in it, once it was opened. brought: what it would change, or did.

    refused: why nothing can be taken from it as it is. failed: why merging it did not work just now.
    trusted: somebody compared its key. copy_of: another file with the same package. merged: the id of its merge, "same"
    where it held nothing new. recovery: the programme's recovery key, where somebody typed it to open this file.
    """

    path: Path
    looked: Looked | None = None
    brought: Brought | None = None
    signer: Signer | None = None
    refused: UserError | None = None
    failed: UserError | None = None
    trusted: bool = False
    copy_of: str = ""
    merged: str = ""
    recovery: tuple[Identity, ...] = field(default=(), repr=False)

    @property
    def asks_trust(self) -> bool:
        """Whether somebody must compare the key first."""
        return self.signer is not None and self.signer.value == "nobody" and not self.trusted

    @property
    def can_merge(self) -> bool:
        return self.brought is not None and self.refused is None and not self.merged and not self.asks_trust

    @property
    def errors(self) -> int:
        """How many remarks say that something of it cannot be right, or is not taken in."""
        return sum(each.severity == "error" for each in self.problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be said of merging it."""
        return self.brought.problems if self.brought is not None else ()

    @property
    def erases(self) -> tuple[str, ...]:
        """Whom merging it would erase here, a sentence for each."""
        return tuple(say_problem(each) for each in self.problems if each.code == "MERGE_ERASES" and not self.merged)

    @property
    def count(self) -> dict[str, int]:
        planned = self.brought.planned if self.brought is not None else None
        return planned.counts if planned is not None else {}

    @property
    def people(self) -> tuple[Stranger, ...]:
        """Whom it brings that nobody here knows."""
        planned = self.brought.planned if self.brought is not None else None
        return planned.people if planned is not None else ()


def planned(ws: Workspace, entry: Entry, entries: Sequence[Entry], ahead: Ahead) -> Entry:
    """An entry that was looked at, with what merging it would do. entries: all of the list.

    ahead: as if those that were planned with it before, and can be merged, were; this one is added where it can be.
    """
    from rubricapp.operations.returns import check_return, find_signer

    manifest = entry.looked.manifest
    same = [
        each.path.name
        for each in entries
        if each.looked is not None and each.path != entry.path and each.looked.manifest.id == manifest.id
    ]
    entry = replace(entry, copy_of=same[0] if same else "", signer=find_signer(ws, manifest))
    try:
        entry = replace(entry, brought=check_return(ws, entry.looked, True, ahead), refused=None)
    except UserError as error:
        return replace(entry, brought=None, refused=error)
    if entry.can_merge:
        ahead.add(entry.brought.planned.plan)
    return entry


def waiting_of(entries: Sequence[Entry]) -> dict[str, int]:
    """Device → changes of its packages that are new and were not merged yet."""
    counted: dict[str, int] = {}
    alone: dict[str, int] = {}  # what cannot be merged now is planned as if only the others were
    for each in entries:
        if each.looked is not None and not each.merged:
            device, new = each.looked.manifest.sender, each.count.get("new", 0)
            if each.can_merge:
                counted[device] = counted.get(device, 0) + new
            else:
                alone[device] = max(alone.get(device, 0), new)
    return {device: counted.get(device, 0) + alone.get(device, 0) for device in counted | alone}


def say_sender(entry: Entry) -> str:
    """Whose it is, and from which laptop."""
    if entry.looked is None:
        return "–"
    manifest = entry.looked.manifest
    return "  ·  ".join(part for part in (manifest.sender_name, manifest.laptop) if part)


def say_key(entry: Entry) -> str:
    """How the key stands, in words."""
    if entry.signer is None:
        return "–"
    if entry.trusted:
        return _("compared")
    return {
        "known": _("known"),
        "answers": _("new, answers our kit"),
        "nobody": _("unknown: compare it"),
        "another": _("CHANGED"),
    }[entry.signer.value]


def say_whole(entry: Entry) -> str:
    """Whether the file is whole."""
    if entry.looked is not None:
        return _("whole")
    if entry.refused is None:
        return _("looking…")
    return {
        "E_FILE_DAMAGED": _("cut short or damaged"),
        "E_SEALED": _("sealed for others"),
        "E_NEWER": _("from a newer version"),
        "E_OTHER_KIND": _("another kind"),
        "E_NOT_A_PACKAGE": _("no package"),
    }.get(entry.refused.code, _("not readable"))


def say_state(entry: Entry) -> str:
    """What can be done, or was."""
    if entry.merged:
        parts = [_("nothing new") if entry.merged == "same" else _("merged")]
        return "; ".join([*parts, *_say_numbers(entry)])
    if entry.failed is not None:
        return _("not merged: {why}").format(why=entry.failed.what)
    if entry.refused is not None:
        return _("refused: {why}").format(why=entry.refused.what)
    if entry.looked is None:
        return _("looking…")
    parts = []
    if entry.asks_trust:
        parts.append(_("compare the key first"))
    if entry.copy_of:
        parts.append(_("the same as {file}").format(file=entry.copy_of))
    return "; ".join([*parts, *_say_numbers(entry)]) or _("ready")


def _say_numbers(entry: Entry) -> list[str]:
    errors, warnings = entry.errors, len(entry.problems) - entry.errors
    said = (
        (errors, ngettext("{n} error", "{n} errors", errors)),
        (warnings, ngettext("{n} warning", "{n} warnings", warnings)),
    )
    return [words.format(n=number) for number, words in said if number]


@dataclass(frozen=True)
class Remark:
    """Something to know of a file, in words that say how grave it is. token, icon: of its sign."""

    words: str
    token: str = "warning"
    icon: str = "triangle-alert"


def list_remarks(entry: Entry) -> list[Remark]:
    """What stands in its way, then what is wrong with it, then what to look at."""

    def grave(words: str, text: str) -> Remark:
        return Remark(words.format(text=text), "danger", "circle-alert")

    found = []
    if entry.refused is not None:
        found.append(grave(_("Cannot be merged: {text}"), entry.refused.message))
    if entry.failed is not None:
        found.append(grave(_("Not merged: {text}"), entry.failed.message))
    found += [grave(_("Error: {text}"), say_problem(each)) for each in entry.problems if each.severity == "error"]
    if entry.asks_trust and entry.refused is None:
        words = _("This laptop answers no kit of ours. Call the person, compare the key above, and only then trust it.")
        found.append(Remark(_("Warning: {text}").format(text=words)))
    rest = [each for each in entry.problems if each.severity != "error"]
    return found + [Remark(_("Warning: {text}").format(text=say_problem(each))) for each in rest]


def say_about(entry: Entry) -> str:
    """From whom it is and what it brings, in lines."""
    lines = []
    if entry.looked is not None:
        manifest = entry.looked.manifest
        lines.append(
            _("From {name} on the laptop {laptop}; key {fingerprint}.").format(
                name=manifest.sender_name or _("somebody"),
                laptop=manifest.laptop or manifest.sender[:8],
                fingerprint=manifest.fingerprint,
            )
        )
        files = len(entry.looked.files)
        if files:
            lines.append(ngettext("It brings {n} file.", "It brings {n} files.", files).format(n=files))
    return "\n".join(lines)


def say_counts(entry: Entry) -> str:
    """What merging it changes: new and same count changes, parallel and conflicts fields; nothing is said of none."""
    count = entry.count
    if not count:
        return "–"
    parts = [_("{n} new").format(n=count["new"]), _("{n} same").format(n=count["same"])]
    if count["parallel"]:
        parts.append(_("{n} parallel").format(n=count["parallel"]))
    if count["conflict"]:
        parts.append(ngettext("{n} conflict", "{n} conflicts", count["conflict"]).format(n=count["conflict"]))
    return " · ".join(parts)


def columns() -> tuple[Column, ...]:
    """Of the inbox: what one decides by comes first."""
    return (
        Column(_("From"), say_sender),
        Column(_("Brings"), say_counts, lambda entry: entry.count.get("new", -1)),
        Column(_("State"), say_state, wide=True),
        Column(_("Key"), say_key),
        Column(_("Whole?"), say_whole),
        Column(_("File"), lambda entry: entry.path.name, wide=True),
    )


class EntriesModel(RowsModel):
    """What is refused, wrong or to be looked at, and a key that changed, also stand out by colour and sign."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role in (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.DecorationRole):
            entry = self.record(index.row())
            bad = entry.refused is not None or entry.failed is not None or entry.errors
            token = "danger" if bad else "warning" if entry.asks_trust or entry.problems else ""
            title = self.columns[index.column()].title
            if role == Qt.ItemDataRole.ForegroundRole:
                return theme.colour(token) if token and title in self._told_in(entry) else None
            if title != _("State"):
                return None
            name = "circle-alert" if bad else "triangle-alert" if token else "circle-check" if entry.merged else ""
            return theme.icon(name, token or "ok", 16) if name else None
        return super().data(index, role)

    @staticmethod
    def _told_in(entry: Entry) -> tuple[str, ...]:
        """The columns that say what is wrong: its state; its key and whether it is whole, where that is it."""
        key = entry.asks_trust or (entry.signer is not None and entry.signer.value == "another")
        return _("State"), *([_("Key")] if key else []), *([_("Whole?")] if entry.looked is None else [])
