"""The programme's recovery key: made onto a sheet, trusted only once it was typed back, kept nowhere else.

Question: when is a recovery key in force? Decision: when somebody proved that they can read it from the sheet. Reason:
a key that was never tested is found to be misprinted, cut off or lost on the day it is needed. 2026-11-29.
"""

from __future__ import annotations

import hmac
import io
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rubricapp.core.model import Changes
from rubricapp.core.recovery_key import GROUP, LENGTH, LETTERS, PREFIX, Fault, find_fault, letters_in
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import sealing, signing
from rubricapp.exchange.sealing import Identity
from rubricapp.i18n import _
from rubricapp.operations.protection import let_recovery_open, opens_by
from rubricapp.operations.report_files import not_written, write_beside
from rubricapp.store import kits as store
from rubricapp.store import places
from rubricapp.store.people import load_programme
from rubricapp.store.workspace import Workspace

ASKED = 3
"""Groups that are typed back to prove that the sheet can be read."""
_WAITS = "recovery_waits"
_LARGEST = 1 << 20


@dataclass(frozen=True)
class MadeSheet:
    """A sheet that was written. identity: the key, in memory only, until it was proved. fingerprint: of its public
    half. void: of the one before it, which was never proved and cannot be any more, or ""."""

    path: Path
    identity: Identity
    fingerprint: str
    void: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        return groups_of(self.identity)


@dataclass(frozen=True)
class State:
    """Where the recovery key stands. tested: fingerprint of the one in force, or "". waits: of one that was made and
    not tested yet, or ""; since when."""

    tested: str
    waits: str
    waits_since: datetime | None


def groups_of(identity: Identity) -> tuple[str, ...]:
    """The secret behind its prefix, in groups as they stand on the sheet."""
    rest = identity.secret.removeprefix(PREFIX)
    return tuple(rest[at : at + GROUP] for at in range(0, len(rest), GROUP))


def fingerprint_of(public: str) -> str:
    """A public half ("age1…") as two people can compare it by phone."""
    return signing.fingerprint(public.encode("ascii"))


def load_state(ws: Workspace) -> State:
    """What is known of the programme's recovery key here."""
    public = store.load_recovery_key(ws)
    waits = _waiting(ws)
    return State(
        fingerprint_of(public) if public else "",
        fingerprint_of(waits[0]) if waits else "",
        waits[1] if waits else None,
    )


def _waiting(ws: Workspace) -> tuple[str, datetime] | None:
    kept = ws.meta(_WAITS)
    if not kept:
        return None
    with ws.reading():
        public, made_at = json.loads(kept)
        return public, datetime.fromisoformat(made_at)


def make_sheet(ws: Workspace, path: Path) -> MadeSheet:
    """Make a recovery key and write its sheet: PDF or plain text, as the name ends. It is not in force before it was
    proved; the one before it stays in force until then. The workspace keeps only its public half.

    Raises UserError E_NOT_LEAD, E_SHEET_KIND, E_SHEET_PLACE, E_EXISTS, E_CANNOT_WRITE.
    """
    ws.demand_writable()
    _demand_lead(ws)
    _demand_place(ws, path)
    from rubricapp.reports.recovery_sheet import RecoverySheet, as_text

    identity, void = sealing.new_identity(), load_state(ws).waits
    fingerprint = fingerprint_of(identity.public)
    now = ws.sources.now()
    said = RecoverySheet(load_programme(ws).name, now, fingerprint, PREFIX, groups_of(identity))
    if path.suffix.casefold() == ".pdf":
        from rubricapp.reports.pdf.recovery import draw

        data = draw(said).data
    else:
        data = as_text(said).encode()
    try:
        places.make_folder(path.parent)
        write_beside(path, data)
    except OSError as error:
        raise not_written(path, error) from error
    _note(ws, path, json.dumps([identity.public, now.isoformat(timespec="seconds")]))
    return MadeSheet(path, identity, fingerprint, void)


def say_void(made: MadeSheet) -> str:
    """That an earlier sheet is of no use any more, where there is one; else ""."""
    if not made.void:
        return ""
    return _("The sheet before it was never tested and is void now, tear it up: {fingerprint}").format(
        fingerprint=made.void
    )


def _note(ws: Workspace, path: Path, waits: str) -> None:
    """Let the key on this sheet wait for its proof. Raises UserError; then the sheet, which proves nothing, goes."""
    before = ws.meta(_WAITS)
    try:
        ws.set_meta(_WAITS, waits)
    except UserError:
        try:
            path.unlink()
            if ws.meta(_WAITS) != before:  # it was refused, and is there
                ws.set_meta(_WAITS, before or "")
        except (OSError, UserError) as error:
            raise UserError(
                "E_CANNOT_WRITE",
                _("The sheet {file} was written, but its key could not be noted here.").format(file=path),
                _("The key on it opens nothing, and never will."),
                _("Free some space, delete it, and make another one."),
                str(error),
            ) from error
        raise


def _demand_lead(ws: Workspace) -> None:
    if store.load_home(ws) is not None:
        raise UserError(
            "E_NOT_LEAD",
            _("This workspace came as a kit; the recovery key belongs to whoever leads the programme."),
            _("Nothing was made."),
            _("Make it on the lead's laptop; kits bring its public half along."),
            exit_code=Exit.USAGE,
        )


def _demand_place(ws: Workspace, path: Path) -> None:
    if path.suffix.casefold() not in (".pdf", ".txt"):
        raise UserError(
            "E_SHEET_KIND",
            _("A recovery sheet is a .pdf or a .txt file."),
            _("Nothing was made."),
            _("Choose a name that ends so."),
            exit_code=Exit.USAGE,
        )
    if path.exists():
        raise UserError(
            "E_EXISTS",
            _("There is already a file {file}.").format(file=path),
            _("It was not changed; it may hold another key."),
            _("Choose another name."),
        )
    if ws.folder.resolve() in path.absolute().resolve().parents:
        raise UserError(
            "E_SHEET_PLACE",
            _("The sheet must not lie in the workspace that it is to open."),
            _("Nothing was made."),
            _("Choose a stick, or print it at once and delete the file."),
            exit_code=Exit.USAGE,
        )


# Proving that it can be read


def key_in(text: str) -> Identity:
    """The key in what somebody typed, or in the text of a sheet: any case, any spaces, with or without its first line.

    Raises UserError E_KEY, which says in which group the mistake is where that can be told.
    """
    letters = "".join(text.upper().split())
    found = re.search(re.escape(PREFIX) + f"([{LETTERS}]{{{LENGTH}}})", letters)
    rest = found[1] if found else letters_in(text[:_LARGEST])
    fault = find_fault(rest) if len(rest) <= 4 * LENGTH else Fault(len(rest))
    if fault is not None:
        raise UserError(
            "E_KEY",
            _say_fault(fault),
            _("Nothing was changed."),
            _("Read it from the sheet again. Groups are counted from left to right, line by line."),
            exit_code=Exit.USAGE,
        )
    return sealing.identity_from(PREFIX + rest)


def _say_fault(fault: Fault) -> str:
    if not fault.length:
        return _("This is not a whole recovery key.")
    if fault.strange and fault.length <= LENGTH + GROUP:
        group, letter = fault.strange[0]
        return _("Group {n} has “{letter}”, which no key has.").format(n=group, letter=letter)
    if fault.length != LENGTH:
        return _("This is not a whole recovery key: it has {n} letters and figures of {all}.").format(
            n=fault.length, all=LENGTH
        )
    if fault.group:
        return _("There is a mistake in group {n}.").format(n=fault.group)
    return _("There is more than one mistake in this key.")


def key_in_file(path: Path | None) -> tuple[Identity, ...]:
    """The recovery key in a file, as one to open with; none without a file. Raises UserError."""
    if path is None:
        return ()
    try:
        with path.open(encoding="utf-8-sig") as file:
            return (key_in(file.read(_LARGEST)),)
    except (OSError, ValueError) as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            _("{file} cannot be read.").format(file=path),
            "",
            _("Type the key into it, as plain text."),
            type(error).__name__,  # never what stands in it
            Exit.UNREADABLE,
        ) from None


def prove(ws: Workspace, key: Identity, author: str = "") -> Changes:
    """The whole key was typed back: from now on packages are sealed for it, too.

    Raises UserError E_NOT_LEAD, E_OTHER_KEY where it is neither the one that waits nor the one in force.
    """
    ws.demand_writable()
    _demand_lead(ws)
    waits, present = _waiting(ws), store.load_recovery_key(ws)
    waiting = waits is not None and hmac.compare_digest(key.public, waits[0])
    if key.public != present and not waiting:
        raise UserError(
            "E_OTHER_KEY",
            _("This is a whole key, but not the one that was made here last."),
            _("Nothing was changed."),
            _("Compare the fingerprint on the sheet, or make a new sheet."),
            exit_code=Exit.REFUSED,
        )
    _demand_opens(key)
    if ws.key and not opens_by(ws, key.public):
        let_recovery_open(ws, key.public)  # first: what is in force opens this workspace, whatever the disk does
    if not waiting:
        return Changes()
    with ws.writing(author) as log:
        log.set("programme", load_programme(ws).id, "recovery_key", key.public)
        ws.set_meta(_WAITS, "")
    return log.changes


def _demand_opens(key: Identity) -> None:
    """Seal something for its public half, and open it with the key that was typed."""
    probe, sealed, plain = secrets.token_bytes(32), io.BytesIO(), io.BytesIO()
    sealing.seal(io.BytesIO(probe), sealed, [key.public])
    sealed.seek(0)
    sealing.unseal(sealed, plain, [key])
    if plain.getvalue() != probe:
        raise AssertionError("what was sealed is not what was opened")


def draw_groups(made: MadeSheet) -> tuple[int, ...]:
    """Which groups to ask for, counted from 1."""
    return tuple(sorted(secrets.SystemRandom().sample(range(1, len(made.groups) + 1), ASKED)))


def prove_groups(ws: Workspace, made: MadeSheet, typed: Sequence[tuple[int, str]], author: str = "") -> Changes:
    """The same by some groups, right after the sheet was made, while the window still knows the key.

    typed: (number from 1, what was typed). Raises UserError E_GROUP naming the first that differs, E_OTHER_KEY.
    """
    if len({number for number, _text in typed}) < ASKED:
        raise ValueError("too few groups")
    for number, text in typed:
        if not hmac.compare_digest("".join(text.split()).upper().encode(), made.groups[number - 1].encode()):
            raise UserError(
                "E_GROUP",
                _("Group {n} is another one on the sheet.").format(n=number),
                _("Nothing was changed."),
                _("Read it from the paper again. Groups are counted from left to right, line by line."),
                exit_code=Exit.USAGE,
            )
    return prove(ws, made.identity, author)
