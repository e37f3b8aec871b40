"""Returns: handing in what was written on a laptop, and bringing many laptops' returns together."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from rubricapp.core.merging import Ahead, Field
from rubricapp.core.model import Changes, Problem
from rubricapp.errors import Cancelled, Exit, UserError
from rubricapp.exchange import package_file, sealing
from rubricapp.exchange.package_file import RETURN, Manifest
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import merging, packages
from rubricapp.operations.beyond import said_beyond
from rubricapp.operations.changing_released import said_released
from rubricapp.operations.merging_people import Pick, demand_meant
from rubricapp.operations.packages import MadePackage, manifest_of
from rubricapp.operations.people import who
from rubricapp.operations.receipts import write_receipts
from rubricapp.operations.return_rules import (
    demand_leads_say,
    demand_no_erasing,
    demand_no_key,
    erasings,
    find_held,
    said_held,
    sender_of,
)
from rubricapp.operations.same_people import NEW
from rubricapp.store import erasing
from rubricapp.store import kits as store
from rubricapp.store import merging as logs
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.people import list_people, load_programme
from rubricapp.store.same_people import find_kept
from rubricapp.store.snapshots import find_moment
from rubricapp.store.workspace import Workspace


def make_return(ws: Workspace, folder: Path, progress: Progress | None = None) -> MadePackage:
    """Hand in: everything that was written on this laptop, sealed for whoever made its kit.

    The whole of it each time: bringing it in again changes nothing, and no earlier return must be found.
    Raises UserError E_NO_HOME, E_CANNOT_WRITE, Cancelled.
    """
    ordered = order_return(ws, folder)
    return note_return(ws, ordered, packages.write(ordered, progress))


def order_return(ws: Workspace, folder: Path) -> packages.Order:
    """All that handing in takes from the workspace; `packages.write` writes it, `note_return` notes that it was."""
    home = store.load_home(ws)
    if home is None:
        raise UserError(
            "E_NO_HOME",
            _("This workspace did not come as a kit, so there is nobody to hand in to."),
            _("Nothing was made."),
            _("Open the kit that your programme lead sent, or be the lead and merge others' returns here."),
            exit_code=Exit.USAGE,
        )
    ws.demand_writable()
    changes = [each for each in logs.list_since(ws, {}) if each.change.device not in ws.in_parts]
    me = next((each for each in list_people(ws) if each.id == home.me), None)
    written = {each.change.record for each in changes if each.change.kind == "artefact"}
    files = {
        each.sha256: file
        for each in list_artefacts(ws)
        if each.id in written and each.sha256 and (file := find_file(ws, each)) is not None
    }
    manifest = replace(
        manifest_of(ws, RETURN, ws.new_id(), changes, None),
        sender_person=home.me,
        sender_name=me.name if me else "",
        number=home.returns + 1,
        ticket=home.ticket,
    )
    path = packages.free_place(folder, manifest.sender_name or "laptop", manifest)
    recipients = [home.lead_sealing_key, sealing.identity_of(ws).public]
    return packages.order(ws, path, manifest, changes, files, recipients, "")


def note_return(ws: Workspace, ordered: packages.Order, manifest: Manifest) -> MadePackage:
    """Note that a return was written, and up to when it holds everything."""
    home = store.load_home(ws)
    if home is not None:
        at = ordered.at.isoformat(timespec="milliseconds")
        store.keep_home(ws, replace(home, returns=manifest.number, handed_in_at=at))
    return MadePackage(ordered.path, manifest, "", Changes())


# Bringing returns in


@dataclass(frozen=True)
class Brought:
    """What became of one file. error: why nothing was taken from it. receipt: where the signed receipt lies.

    planned: what it would change; after merging without the changes themselves; None where it could not be opened.
    choices: who its unknown people are; held: fields that it may not change; see `merging.merge`.
    """

    path: Path
    manifest: Manifest | None = None
    planned: merging.Planned | None = None
    problems: tuple[Problem, ...] = ()
    merge: str = ""
    receipt: Path | None = None
    changes: Changes = field(default_factory=Changes)
    error: UserError | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[Field, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """On what terms a return is brought in. author: who does. trust: also from a laptop that nobody knows yet. erase:
    also where it erases people here. keep_backup: a backup first. choices: who its unknown people are, see
    `merging.merge`.
    """

    author: str = ""
    trust: bool = False
    erase: bool = False
    keep_backup: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)


def bring_in(
    ws: Workspace,
    paths: Sequence[Path],
    dry_run: bool = False,
    trust: bool = False,
    passphrase: str = "",
    author: str = "",
    progress: Progress | None = None,
    recovery: Sequence[sealing.Identity] = (),
    erase: bool = False,
    same: Sequence[tuple[str, str]] = (),
    same_likely: bool = False,
) -> list[Brought]:
    """Merge packages, one transaction each, a backup before the first. One that is refused does not stop the others.

    trust: also take those of laptops that nobody knows yet. dry_run: say what would happen if all were merged in this
    order, and write nothing. recovery: the programme's recovery key, for what this laptop's own key does not open.
    erase: also take those that erase people here; no merge is taken back that far.
    same: (a person of a package who is not known here, who of us that is, or `same_people.NEW`), as somebody typed
    them. same_likely: the likely match of everybody else is who they are.
    Raises UserError where this workspace itself cannot be written, where `same` speaks of nobody; Cancelled, also where
    Ctrl+C stops it, whose first argument is the list of what was finished: it stays.
    """
    ws.demand_writable()
    if same and not dry_run:
        looked = bring_in(ws, paths, True, trust, passphrase, author, progress, recovery, same=same)
        demand_meant([one for each in looked if each.planned is not None for one in each.planned.people], same)
    pick = Pick(tuple((theirs, ours if ours == NEW else who(ws, ours).id) for theirs, ours in same), same_likely)
    found: list[Brought] = []
    backed_up = False
    ahead = Ahead() if dry_run else None
    try:
        for number, path in enumerate(paths, 1):
            if progress is not None:
                progress.step(number - 1, len(paths), path.name)
            try:
                terms = Terms(author, trust, erase, not backed_up)
                one = _bring_one(ws, path, ahead, terms, passphrase, recovery, pick)
                backed_up = backed_up or bool(one.merge)
            except UserError as error:
                one = Brought(path, error=not_ours(ws, path, error))
            found.append(one)
        if progress is not None:
            progress.step(len(paths), len(paths), "")
    except (Cancelled, KeyboardInterrupt):
        raise Cancelled(found) from None
    return found


def not_ours(ws: Workspace, path: Path, error: UserError) -> UserError:
    """Whose it may be, where none of our keys opens it: what stands outside a package is not proven, but helps."""
    if error.code != "E_SEALED":
        return error
    try:
        head, ours = package_file.read_head(path), load_programme(ws).name
    except UserError:  # gone meanwhile
        return error
    if head.kind != RETURN:
        return packages.other_kind(path, _("It is a kit: whoever it is for opens it."))
    if head.programme == ours:
        return UserError(
            error.code,
            _("{file} was sealed for another laptop of this programme.").format(file=path.name),
            error.safe,
            _(
                "Merge it there, or with the recovery key. If that laptop is gone: make {name} a new kit here; once it"
                " is opened, what they hand in opens here, with all they wrote."
            ).format(name=head.sender),
            error.details,
            error.exit_code,
        )
    return UserError(
        error.code,
        _("{file} is sealed for somebody else: it says that it belongs to the programme “{name}”.").format(
            file=path.name, name=head.programme
        ),
        error.safe,
        _("Merge it in the workspace of that programme."),
        error.details,
        error.exit_code,
    )


def _bring_one(
    ws: Workspace,
    path: Path,
    ahead: Ahead | None,
    terms: Terms,
    passphrase: str,
    recovery: Sequence[sealing.Identity],
    pick: Pick,
) -> Brought:
    with package_file.opened(path, [*packages.own_keys(ws), *recovery], ws.folder, passphrase) as package:
        found = packages.looked(package, ws)
        planned = check_return(ws, found, terms.trust, ahead)
        choices = pick.choose(planned.planned.people)
        if ahead is not None:
            if terms.erase or not erasings(planned.problems):
                ahead.add(planned.planned.plan)
            return replace(planned, choices=choices)
        taken = packages.take_files(ws.vault, package)
        return run(taking(ws, found, replace(terms, choices=choices), taken, planned))


def check_return(ws: Workspace, found: packages.Looked, trust: bool = False, ahead: Ahead | None = None) -> Brought:
    """What bringing in a return would change. Writes nothing. Raises UserError where it is refused.

    ahead: as if the plans that were added to it were carried out; whoever would merge this one adds its plan.
    """
    path, manifest = found.path, found.manifest
    if manifest.kind != RETURN:
        raise packages.other_kind(path, _("It is a kit: open it with “kit open”."))
    if manifest.programme != load_programme(ws).id:
        raise UserError(
            "E_OTHER_PROGRAMME",
            _("This package belongs to another programme: {name}.").format(name=manifest.programme_name),
            _("Nothing was merged."),
            _("Merge it in the workspace of that programme."),
            exit_code=Exit.REFUSED,
        )
    remarks = list(_demand_known(ws, manifest, trust))
    demand_no_key(found.parcel)
    planned = merging.plan_merge(ws, found.parcel, ahead)
    demand_leads_say(ws, manifest, planned)
    remarks += planned.problems
    held = find_held(ws, manifest, planned)
    remarks += said_held(ws, planned, held)
    remarks += said_released(ws, planned)
    remarks += said_beyond(ws, sender_of(ws, manifest), planned, {kind for kind, _record, _name in held} & {"release"})
    return Brought(path, manifest, planned, tuple(remarks), held=held)


def taking(
    ws: Workspace,
    found: packages.Looked,
    terms: Terms,
    taken: Sequence[str] = (),
    checked: Brought | None = None,
) -> Generator[None, None, Brought]:
    """Bring in a return that was looked at, and whose files are here, in three steps between which a window may draw:
    planned, merged, its receipt written. `run` runs through them.

    Closed before the second, nothing was merged; after it everything was, and only the receipt is missing. taken: those
    files that were not here before; what nothing speaks of in the end is dropped again. checked: what `check_return`
    just said of it, where nothing was written since. Raises UserError where it is refused.
    """
    try:
        checked, moment = checked or check_return(ws, found, terms.trust), find_moment(ws)
        yield
        if find_moment(ws) != moment:  # somebody wrote meanwhile
            checked = check_return(ws, found, terms.trust)
        if not terms.erase:
            demand_no_erasing(checked.problems)
        on = terms.author, terms.keep_backup, checked.planned, terms.choices, checked.held
        done = merging.merge(ws, found.parcel, *on)
    finally:
        erasing.drop_unspoken(ws, taken)
    changes = done.changes | _confirm(ws, found.manifest, terms.author)
    yield
    problems, receipt = list(checked.problems), None
    try:
        receipt = write_receipts(ws, found.manifest)
    except OSError as error:
        problems.append(
            Problem(
                "MERGE_NO_RECEIPT",
                _("It was merged, but its receipt could not be written: {why}.").format(why=error.strerror),
                _("Merge it once more when there is space: only the receipt is missing."),
                severity="warning",
            )
        )
    return replace(
        checked,
        planned=checked.planned.told,
        problems=tuple(problems),
        merge=done.merge,
        receipt=receipt,
        changes=changes,
        choices=terms.choices,
    )


def run(steps: Generator[None, None, Brought]) -> Brought:
    """Run through the steps of `taking` at once. Raises UserError where the return is refused."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return ended.value


class Signer(StrEnum):
    """Whose key a package was signed with: KNOWN; of a new laptop that ANSWERS a kit of ours; of one that NOBODY
    knows; or ANOTHER than the laptop of this name had before."""

    KNOWN = "known"
    ANSWERS = "answers"
    NOBODY = "nobody"
    ANOTHER = "another"


def find_signer(ws: Workspace, manifest: Manifest) -> Signer:
    """Whether the key of a return is known here."""
    known = {each.device: each for each in store.list_device_keys(ws)}
    signer = known.get(manifest.sender)
    if signer is not None:
        return Signer.KNOWN if signer.public_key == manifest.public_key else Signer.ANOTHER
    answers = (
        manifest.ticket and each.ticket == manifest.ticket and each.person == find_kept(ws, manifest.sender_person)
        for each in store.list_kits(ws)
    )
    return Signer.ANSWERS if any(answers) else Signer.NOBODY


def _demand_known(ws: Workspace, manifest: Manifest, trust: bool) -> Iterator[Problem]:
    """Whose laptop it is: known, or new and answering a kit of ours. Raises UserError E_CHANGED_KEY, E_NEW_SIGNER."""
    signer = find_signer(ws, manifest)
    if signer is Signer.ANOTHER:
        raise packages.changed_key(manifest)
    if signer is Signer.KNOWN:
        return
    laptop = manifest.laptop or manifest.sender[:8]
    if signer is Signer.NOBODY and not trust:
        raise UserError(
            "E_NEW_SIGNER",
            _("{name} ({laptop}) was never seen here, and answers no kit of ours.").format(
                name=manifest.sender_name or _("Somebody"), laptop=laptop
            ),
            _("Nothing was merged."),
            _("Call them, compare the fingerprint {fingerprint}, then merge it with --trust.").format(
                fingerprint=manifest.fingerprint
            ),
            exit_code=Exit.REFUSED,
        )
    yield Problem(
        "MERGE_NEW_SIGNER",
        _("New laptop of {name}: {laptop}, key {fingerprint}.").format(
            name=manifest.sender_name, laptop=laptop, fingerprint=manifest.fingerprint
        ),
        _("Compare the key by phone once."),
        severity="warning",
    )


def _confirm(ws: Workspace, manifest: Manifest, author: str) -> Changes:
    """Know this laptop from now on: what is made for its person is sealed for its key.

    Whose it is stays what it was: a package cannot make a known laptop somebody else's.
    """
    known = next((each.person for each in store.list_device_keys(ws) if each.device == manifest.sender), "")
    kept = bool(known) and find_kept(ws, known) != find_kept(ws, manifest.sender_person)
    with ws.writing(author) as log:
        log.set_all(
            "device_key",
            manifest.sender,
            {
                "public_key": manifest.public_key,
                "sealing_key": manifest.sealing_key,
                "person": known if kept else manifest.sender_person or None,
            },
        )
    return log.changes
