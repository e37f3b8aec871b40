"""What law gives a person: everything that is held about them, in one file; and to be erased.

Erasing is in two parts, because a window must not wait for the second: `erase` writes the mark, deletes files and
puts backups in order; `prove` searches every file for what may be left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.erasing import same_name
from rubricapp.core.model import Changes, Person, PersonId
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.jobs import Progress
from rubricapp.store import erasing, searching
from rubricapp.store.erasing import Finished, Gone, Mark, list_marks, list_old
from rubricapp.store.given_feedback import keep_given
from rubricapp.store.kits import load_home
from rubricapp.store.people import list_people, load_person
from rubricapp.store.same_people import load_kept
from rubricapp.store.searching import Proof, Search, search_files
from rubricapp.store.workspace import Workspace

LONGEST_REASON = 200


def erased_person(mark: Mark) -> Person:
    """Stands where somebody who was erased is still spoken of: as witness of what they said about others."""
    return Person(PersonId(mark.person), "", _("erased person"), "")


class Everyone(dict[PersonId, Person]):
    """People by id. Whoever is not known here, as their package has not come yet, has a stand-in."""

    def __missing__(self, person: PersonId) -> Person:
        return Person(person, "", _("somebody not known here"), "")


def everyone(ws: Workspace) -> Everyone:
    """Whoever may be spoken of, by each id of theirs: the people here, a nameless stand-in for each who was erased."""
    found = Everyone({PersonId(mark.person): erased_person(mark) for mark in list_marks(ws)})
    found.update({each.id: each for each in list_people(ws)})
    found.update({PersonId(one): found[PersonId(kept)] for one, kept in load_kept(ws).items() if kept in found})
    return found


def find_mark(ws: Workspace, text: str) -> Mark | None:
    """The mark of an erased person, by id."""
    return next((mark for mark in list_marks(ws) if mark.person == text.strip().casefold()), None)


def say_mark(ws: Workspace, mark: Mark) -> str:
    """That somebody was erased, when, why, by whom."""
    by = everyone(ws).get(PersonId(mark.by))
    words = _("This person was erased on {day}").format(day=mark.erased_on)
    if by is not None:
        words += " " + _("by {name}").format(name=by.name)
    return words + (f": {mark.reason}" if mark.reason else ".")


def erased_already(ws: Workspace, mark: Mark) -> UserError:
    """There is nobody left to erase."""
    return UserError(
        "E_ERASED", say_mark(ws, mark), _("Nothing of them is kept but that."), _("Nothing is left to do.")
    )


@dataclass(frozen=True)
class Outlook:
    """What erasing somebody would take away. records: how many. works: with their files. by_others: said by them of
    others; it stays, nameless. old: backups and copies set aside that would be replaced by a new backup."""

    person: Person
    records: int
    works: int
    by_others: int
    old: tuple[Path, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """In words, most important first."""
        return (
            _("Everything said about {name} goes for good, and so do the files of their works.").format(
                name=self.person.name
            )
            + " "
            + ngettext("Here: {n} record,", "Here: {n} records,", self.records).format(n=self.records)
            + " "
            + ngettext("{n} of them a work.", "{n} of them works.", self.works).format(n=self.works),
            ngettext(
                "What they said about others stays, without their name: {n} assessment or remark.",
                "What they said about others stays, without their name: {n} assessments and remarks.",
                self.by_others,
            ).format(n=self.by_others)
            if self.by_others
            else _("They said nothing about others here."),
            _("Their place in the number of participants and of finished assessments stays, without a name."),
            ngettext(
                "{n} backup beside this workspace holds them: a new one is made, and it is deleted.",
                "{n} backups beside this workspace hold them: a new one is made, and they are deleted.",
                len(self.old),
            ).format(n=len(self.old))
            if self.old
            else _("A new backup is made."),
            outside(),
        )


def outside() -> str:
    """What this app cannot reach."""
    return _(
        "Not reached from here: backups on other disks, packages, reports and portfolio files that were handed out."
        " Delete them by hand. Other laptops erase the person when they take in the next package."
    )


def look_ahead(ws: Workspace, person: str) -> Outlook:
    """What erasing would do. Changes nothing. Raises LookupError."""
    covered = erasing.load_covered(ws, person)
    return Outlook(
        load_person(ws, person),
        len(covered.records),
        sum(1 for kind, _record in covered.records if kind == "artefact"),
        erasing.count_testimony(ws, person),
        tuple(list_old(ws)),
    )


@dataclass(frozen=True)
class Erased:
    """What was done. finished: None where files and backups are still to be put in order; `unfinished` says why."""

    person: PersonId
    gone: Gone
    finished: Finished | None
    unfinished: UserError | None
    changes: Changes


def demand_name(person: Person, typed: str) -> None:
    """Raises UserError unless somebody typed this person's whole name."""
    name = person.name or person.id  # a strange package may bring somebody without any
    if not same_name(typed, name):
        raise UserError(
            "E_CONFIRM",
            _("“{typed}” is not the name of the person to erase.").format(typed=clean(typed, lines=False)[:100]),
            _("Nothing was changed."),
            _("Type the whole name as it is shown: {name}.").format(name=name),
            exit_code=Exit.USAGE,
        )


def erase(ws: Workspace, person: str, confirm: str, reason: str = "", author: str = "") -> Erased:
    """Erase a person: values, files, free pages, backups. It cannot be undone.

    confirm: the person's name as somebody typed it. reason: why, without the name. Raises UserError before anything
    was written; when the disk refuses later, the result says what is unfinished, and opening the workspace goes on.
    """
    ws.demand_writable()
    mark = find_mark(ws, person)
    if mark is not None:
        raise erased_already(ws, mark)
    known = load_person(ws, person)
    demand_name(known, confirm)
    reason = clean(reason, lines=False)
    if len(reason) > LONGEST_REASON:
        raise UserError(
            "E_TOO_LONG",
            _("The reason is too long."),
            _("Nothing was changed."),
            _("Say it in a few words."),
            exit_code=Exit.USAGE,
        )
    named = [each for each in (known.name, known.given_name, known.family_name, known.email, known.code) if each]
    if any(each.casefold() in reason.casefold() for each in named):
        raise UserError(
            "E_REASON",
            _("The reason names the person, and it stays."),
            _("Nothing was changed."),
            _("Say it without the name, such as “asked for it”."),
            exit_code=Exit.USAGE,
        )
    home = load_home(ws)
    if home is not None and home.me == known.id:
        keep_given(ws, ())
    gone = erasing.erase(ws, known.id, ws.sources.now().date().isoformat(), reason, author)
    finished, refused = None, None
    try:
        finished = erasing.finish(ws)
    except UserError as error:
        refused = error
    return Erased(known.id, gone, finished, refused, gone.changes)


def prove(ws: Workspace, done: Erased, progress: Progress | None = None) -> Proof:
    """Search every file of the workspace for what was erased. Raises UserError, Cancelled."""
    begun = begin_proof(ws, done)
    return conclude_proof(ws, search_files(begun, progress or Progress()))


def begin_proof(ws: Workspace, done: Erased) -> Search:
    """The first part of `prove`: the database. A window goes on with `search_files` beside itself. Raises UserError."""
    return searching.begin_search(ws, done.gone.words)


def conclude_proof(ws: Workspace, search: Search) -> Proof:
    """The last part: what is left, and what of others explains it."""
    return searching.conclude(ws, search)


def erase_person(
    ws: Workspace, person: str, confirm: str, reason: str = "", author: str = "", progress: Progress | None = None
) -> tuple[Erased, Proof | None]:
    """Both parts. The proof is None where the first is unfinished."""
    done = erase(ws, person, confirm, reason, author)
    return done, prove(ws, done, progress) if done.finished is not None else None


def say_done(done: Erased, proof: Proof | None) -> list[str]:
    """The result in words, one line each."""
    lines = [
        ngettext("{n} value was erased for good.", "{n} values were erased for good.", done.gone.values).format(
            n=done.gone.values
        )
    ]
    if done.finished is not None:
        lines.append(
            ngettext("{n} file was deleted.", "{n} files were deleted.", done.finished.files).format(
                n=done.finished.files
            )
        )
        if done.finished.kept:
            lines.append(
                ngettext(
                    "{n} file stays, because the same bytes are somebody else's work.",
                    "{n} files stay, because the same bytes are somebody else's work.",
                    done.finished.kept,
                ).format(n=done.finished.kept)
            )
        lines.append(
            (_("New backup: {file}.").format(file=done.finished.backup.name) + " " if done.finished.backup else "")
            + ngettext(
                "{n} older copy was deleted.", "{n} older copies were deleted.", len(done.finished.removed)
            ).format(n=len(done.finished.removed))
        )
    if done.unfinished is not None:
        lines.append(
            _("Not finished: {why} It goes on when the workspace is opened again.").format(
                why=done.unfinished.what + " " + done.unfinished.do
            )
        )
    if done.gone.disputed:
        lines.append(
            ngettext(
                "{n} record stays, because it was given to somebody else as well.",
                "{n} records stay, because they were given to somebody else as well.",
                len(done.gone.disputed),
            ).format(n=len(done.gone.disputed))
        )
    if proof is not None:
        lines += say_proof(proof)
    return [*lines, outside()]


def say_proof(proof: Proof) -> list[str]:
    """What the search found, in words."""
    files = ngettext("{n} file", "{n} files", len(proof.searched)).format(n=len(proof.searched))
    lines = []
    if proof.left:
        lines.append(
            _("Something is left in: {files}. Report this, and keep the workspace to yourself until then.").format(
                files=", ".join(proof.left)
            )
        )
    else:
        lines.append(
            _("Proof: {files} searched for {n} words of theirs; nothing is left.").format(files=files, n=proof.words)
        )
    if proof.mentions:
        lines.append(
            ngettext(
                "{n} remark about somebody else still holds a name of theirs; look at it: {list}.",
                "{n} remarks about others still hold a name of theirs; look at them: {list}.",
                len(proof.mentions),
            ).format(
                n=len(proof.mentions), list=", ".join(f"{kind} {record[-8:]}" for kind, record in proof.mentions[:8])
            )
        )
    return lines
