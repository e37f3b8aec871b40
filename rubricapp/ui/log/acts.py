"""What is done to days, each with its way back. Refused ones raise and never reach the undo stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rubricapp.core.model import Changes, LogEntry, Person
from rubricapp.i18n import _, ngettext
from rubricapp.ui.dates import say_day
from rubricapp.ui.page import keep_undo
from rubricapp.ui.session import Session

if TYPE_CHECKING:
    from rubricapp.operations.production_log import LogImport
    from rubricapp.ui.log.reading import Day


class Acts:
    """The writes of the log page. Each returns the words for a toast and raises UserError when refused."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me else ""

    def _did(self, text: str, changes: Changes, again: Callable[[], object], back: Callable[[], object]) -> str:
        return keep_undo(self.session, text, changes, again, back)

    def add(self, person: Person, given: Mapping[str, str]) -> tuple[str, LogEntry]:
        """Write a day; empty texts are left out."""
        from rubricapp.operations import production_log

        session = self.session
        entry, changes = production_log.add_day(session.ws, person, {k: v for k, v in given.items() if v}, self._me)
        text = _("Logged {day} for {name}").format(day=say_day(entry.worked_on), name=person.name)

        def removed(away: bool) -> Callable[[], object]:
            return lambda: session.run(production_log.remove_day, entry.id, self._me, away)

        return self._did(text, changes, removed(False), removed(True)), entry

    def edit(self, person: Person, entry: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
        """Correct a day; only what is different is written. "" where nothing is."""
        from rubricapp.operations import production_log

        session = self.session
        changed = {name for name, text in new.items() if text != old.get(name, "")}
        if not changed:
            return ""
        together = {"called_at", "wrapped_at", "hours"}  # hours that are not typed follow from call and wrap
        if changed & together:
            changed |= together
        after = {name: new.get(name, "") for name in changed}
        before = {name: old.get(name, "") for name in changed}
        changes = production_log.edit_day(session.ws, entry, after, self._me)
        text = _("Corrected {day} of {name}").format(
            day=say_day(new.get("worked_on", old.get("worked_on", ""))), name=person.name
        )
        return self._did(
            text,
            changes,
            lambda: session.run(production_log.edit_day, entry, after, self._me),
            lambda: session.run(production_log.edit_day, entry, before, self._me),
        )

    def remove(self, day: Day) -> str:
        """Take a day out of the log."""
        from rubricapp.operations import production_log

        session, entry = self.session, day.entry.id
        changes = production_log.remove_day(session.ws, entry, self._me)
        text = _("Deleted {day} of {name}").format(day=say_day(day.entry.worked_on), name=day.person.name)
        return self._did(
            text,
            changes,
            lambda: session.run(production_log.remove_day, entry, self._me),
            lambda: session.run(production_log.remove_day, entry, self._me, False),
        )

    def check(self, day: Day, state: str, hours: str = "", note: str = "") -> str:
        """Say something of another's day, as the person who sits here."""
        from rubricapp.operations import production_log

        session, entry, me = self.session, day.entry.id, self.session.me
        before = next((each for each in day.checks if each.mentor == me.id), None)
        changes = production_log.check_day(session.ws, entry, me, state, hours, note)
        words = {
            "confirmed": _("Confirmed {day} of {name}"),
            "corrected": _("Correction kept beside {day} of {name}"),
            "not_present": _("Noted for {day} of {name}: you were not there"),
        }[state]
        text = words.format(day=say_day(day.entry.worked_on), name=day.person.name)
        return self._did(
            text,
            changes,
            lambda: session.run(production_log.check_day, entry, me, state, hours, note),
            lambda: session.run(production_log.put_check_back, entry, me.id, before),
        )

    def bring(self, path: Path) -> tuple[str, LogImport]:
        """Import a table: all of it, or nothing where a row is wrong; then the words are ""."""
        from rubricapp.operations import production_log

        session = self.session
        done = production_log.import_log(session.ws, path, self._me)
        if done.errors:
            return "", done
        text = ngettext("Imported {n} day", "Imported {n} days", done.imported).format(n=done.imported)
        if done.same:
            text += "; " + ngettext("{n} is here already", "{n} are here already", done.same).format(n=done.same)
        if done.problems:  # nothing but warnings, here
            text += ". " + " ".join(each.message for each in done.problems)
        if done.imported:
            entries = sorted(done.changes.ids)

            def removed(away: bool) -> Callable[[], object]:
                return lambda: session.run(production_log.remove_days, entries, self._me, away)

            self._did(text, done.changes, removed(False), removed(True))
        return text, done

    def write_out(self, path: Path, people: Sequence[Person], restricted: bool) -> str:
        """Export the log of these people, or of all, by the name's ending."""
        from rubricapp.operations.production_log import export_log

        days = export_log(self.session.ws, path, people, restricted)
        words = ngettext("Exported {n} day to {file}", "Exported {n} days to {file}", days)
        return words.format(n=days, file=path.name)
