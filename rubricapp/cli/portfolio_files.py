"""portfolio make, keys, open, verify, export, add-showing, add-note. All but make and keys need no workspace.

With --json:

- portfolio make: {"file": PATH, "size": BYTES, "signature": SIGNATURE, "works": N, "files": N, "assessments": N,
  "left_out": [WORDS…], "remarks": [WORDS…]}
- portfolio keys: {"now": FINGERPRINT, "before": [FINGERPRINT…]}
- portfolio open: {"portfolio": the whole portfolio.json, "signature": SIGNATURE, "additions": [ADDED…],
  "remarks": [WORDS…]}
- portfolio verify: {"signature": SIGNATURE}
- portfolio export: {"folder": DIR, "files": [PATH…], "signature": SIGNATURE, "problems": [PROBLEM…]}
- portfolio add-showing, add-note: {"added": ADDED, "kept_in": PATH}

`rubricapp portfolio open FILE` alone opens the window from a terminal on a screen; with --print, --json or any other
option it prints.

SIGNATURE: signer, fingerprint, signed_on, whole (every byte is as it was signed), problems [WORDS…].
ADDED: kind (showing, note), on, words, work, place, result. Exit codes: 5 where something is not as it was signed or
the file is damaged, 3 where it is no portfolio file or cannot be read, 4 where it is from a newer version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.core.folio import Added, Folio, FolioPeers, Signature
from rubricapp.core.portfolio import SHOWING_KINDS
from rubricapp.core.production import hours_text
from rubricapp.core.scoring import round_half_up
from rubricapp.errors import Exit
from rubricapp.i18n import _, ngettext

FILE = click.Path(path_type=Path, readable=False)


def signature_lines(signature: Signature) -> Iterator[str]:
    """Who signed, and whether it holds; in capitals what does not."""
    if signature.whole:
        yield _("Whole: every byte is as it was signed.")
    else:
        yield _("NOT WHOLE: this file is not as it was signed.")
    yield from (f"  ! {each}" for each in signature.problems)
    if signature.fingerprint:
        yield _("Signed by {signer} on {day}, key {fingerprint}").format(
            signer=signature.signer, day=signature.signed_on, fingerprint=signature.fingerprint
        )
        yield _("Whose key that is only the programme can say: compare it with them.")


def _code(signature: Signature) -> Exit:
    return Exit.DONE if signature.whole else Exit.DAMAGED


def folio_lines(folio: Folio) -> Iterator[str]:
    """What is in a portfolio, as somebody in a hurry reads it."""
    yield f"{folio.name}  {folio.code}".rstrip()
    yield "  ".join(
        part for part in (folio.programme, folio.edition, "–".join(filter(None, folio.edition_dates))) if part
    )
    if folio.audience:
        yield _("Made for: {audience}").format(audience=folio.audience)
    for each in folio.assessments:
        rubric = folio.rubric(each.rubric)
        yield ""
        yield f"{rubric.label}  {each.occasion}  {each.finished_on}  {each.by} ({each.kind})"
        for rating in each.ratings:
            yield from _rating_lines(rubric, rating)
        yield from (f"  {words}" for words in each.words)
        if each.note:
            yield _("  Note: {text}").format(text=_line(each.note))
    for peers in folio.peers:
        yield ""
        yield from _peer_lines(folio, peers)
    for work in folio.works:
        yield ""
        state = work.file.name if work.file.held else work.file.link or work.file.why_not
        yield f"[{work.key}] {work.title}  {state}"
        yield from (f"  {label}: {_line(words)}" for label, words in work.facts)
        for showing in work.showings:
            yield "  " + "  ".join(
                part for part in (showing.shown_on, showing.place, showing.kind, showing.result, showing.proof) if part
            )
        yield from (
            "  → " + "  ".join(part for part in (proof.criterion, proof.moment, _line(proof.note)) if part)
            for proof in work.proves
        )
    if folio.log_totals:
        yield ""
    for role, days, minutes in folio.log_totals:
        words = ngettext("{role}: {n} day, {hours} h", "{role}: {n} days, {hours} h", days)
        yield words.format(role=role or _("Without a role"), n=days, hours=hours_text(minutes))
    yield from folio.left_out


def _rating_lines(rubric, rating) -> Iterator[str]:
    titles = {each.id: each.title for each in rubric.criteria}
    named = {level: name for level, (name, _anchor) in enumerate(rubric.scale, 1)}
    if rating.level is not None:
        said = f"{rating.level} {named.get(rating.level, '')}".rstrip()
    else:
        said = rating.blank.replace("_", " ") or _("not rated")
    yield f"  {rating.criterion} {titles.get(rating.criterion, '')}: {said}"
    if rating.descriptor:
        yield f"      {_line(rating.descriptor)}"
    if rating.comment:
        yield f"      “{_line(rating.comment)}”"


def _peer_lines(folio: Folio, peers: FolioPeers) -> Iterator[str]:
    rubric = folio.rubric(peers.rubric)
    titles = {each.id: each.title for each in rubric.criteria}
    yield _("Peers: {rubric}, {occasion}").format(rubric=rubric.label, occasion=peers.occasion)
    if not peers.feedback.enough:
        yield _("  Fewer than four reviews: nothing is shown, so that nobody can be guessed.")
        return
    for each in peers.feedback.criteria:
        if each.median is not None:
            words = _("{median} ({low} to {high}, {n} reviews)").format(
                median=round_half_up(each.median, 1), low=each.low, high=each.high, n=each.count
            )
            yield f"  {each.criterion} {titles.get(each.criterion, '')}: {words}"
        yield from (f"      “{_line(text)}”" for text in each.comments)
    for texts in (peers.feedback.works, peers.feedback.change, peers.feedback.next_step):
        yield from (f"  “{_line(text)}”" for text in texts)


def _line(text: str) -> str:
    return " ".join(text.split())


def _flat(line: str) -> str:
    """One line, whatever a stranger wrote: else a name could say that the file is whole."""
    return " ".join(line.splitlines())


def added_line(added: Added) -> str:
    """Something added later: its day, what it is about, what it says."""
    parts = (added.on, f"[{added.work}]" if added.work else "", added.place, added.result, _line(added.words))
    return "  ".join(part for part in parts if part)


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("portfolio")
    def portfolio() -> None:
        """The file that a participant takes home: make, open, verify, export, add to it."""

    @output.verb(portfolio, "make")
    @click.argument("person")
    @click.option("--out", type=FILE, required=True, metavar="FILE", help="NAME.rubricfolio")
    @click.option("--audience", default="", metavar="TEXT", help="Whom it is for; else the participant.")
    def make(person: str, out: Path, audience: str) -> None:
        """Make a participant's portfolio file, signed by this copy of the workspace."""
        from rubricapp.operations import portfolio_files
        from rubricapp.operations.releases import find_participant

        with output.opened() as ws:
            found = find_participant(ws, person)
            made = portfolio_files.make(ws, found, out, audience, output.options().language, progress=output.progress())
        for remark in made.remarks:
            output.remark(remark)
        folio = made.folio
        data = {
            "file": str(made.path),
            "size": made.size,
            "signature": asdict(made.signature),
            "works": len(folio.works),
            "files": sum(work.file.held for work in folio.works),
            "assessments": len(folio.assessments),
            "left_out": list(folio.left_out),
            "remarks": list(made.remarks),
        }
        words = _("{name}: assessments {n}, works {m}. Signed with the key {fingerprint}").format(
            name=folio.name, n=len(folio.assessments), m=len(folio.works), fingerprint=made.signature.fingerprint
        )
        output.result("portfolio make", data, [str(made.path), words, *folio.left_out])

    @output.verb(portfolio, "keys")
    def keys() -> None:
        """The fingerprints of the keys that sign here, to compare by phone and to publish."""
        from rubricapp.operations.portfolio_files import fingerprints

        with output.opened() as ws:
            now, before = fingerprints(ws)
        lines = [_("{fingerprint}  signs now").format(fingerprint=now)]
        lines += [_("{fingerprint}  signed before").format(fingerprint=each) for each in before]
        output.result("portfolio keys", {"now": now, "before": list(before)}, lines)

    @output.verb(portfolio, "open")
    @click.argument("file", type=FILE)
    @click.option("--print", "_printed", is_flag=True, help="Print it, also where there is a screen.")
    def open_(file: Path, _printed: bool) -> None:
        """Show a portfolio file in the window; print it with --print, without a screen, and into a pipe."""
        import json

        from rubricapp.operations.portfolio_files import open_file

        with open_file(file, output.progress()) as found:
            folio, signature = found.folio, found.signature
            data = {
                "portfolio": json.loads(found.reader.portfolio),
                "signature": asdict(signature),
                "additions": [asdict(each) for each in found.additions.entries],
                "remarks": list(found.remarks),
            }
            added, remarks = found.additions.entries, found.remarks
        for remark in remarks:
            output.remark(remark)
        later = ["", _("Added later by its owner, not signed:"), *map(added_line, added)] if added else []
        lines = [*signature_lines(signature), "", *folio_lines(folio), *later]
        output.result("portfolio open", data, map(_flat, lines), _code(signature))

    @output.verb(portfolio, "verify")
    @click.argument("file", type=FILE)
    def verify(file: Path) -> None:
        """Check every byte of a portfolio file against its signature."""
        from rubricapp.operations.portfolio_files import verify

        signature = verify(file, output.progress())
        output.result(
            "portfolio verify",
            {"signature": asdict(signature)},
            map(_flat, signature_lines(signature)),
            _code(signature),
        )

    @output.verb(portfolio, "export")
    @click.argument("file", type=FILE)
    @click.option("--out", type=FILE, required=True, metavar="DIR")
    def export(file: Path, out: Path) -> None:
        """Lay a portfolio out as web pages, a PDF, the works and data: for whoever has no rubricapp."""
        from rubricapp.operations.portfolio_exports import export

        done = export(file, out, output.progress())
        data = {
            "folder": str(done.folder),
            "files": [str(path) for path in done.files],
            "signature": asdict(done.signature),
            "problems": [output.problem_as_json(each) for each in done.problems],
        }
        lines = [*map(str, done.files), *output.problem_lines(done.problems), *signature_lines(done.signature)]
        output.result("portfolio export", data, map(_flat, lines), _code(done.signature))

    @output.verb(portfolio, "add-showing")
    @click.argument("file", type=FILE)
    @click.option("--on", "day", required=True, metavar="DAY", help="2027-05-14, 2027-05 or 2027.")
    @click.option("--place", required=True, metavar="TEXT", help="Festival, channel or town.")
    @click.option("--work", default="", metavar="KEY", help="Which work, as “portfolio open” names it: w1.")
    @click.option("--kind", default="other", metavar="KIND", help=f"One of: {', '.join(SHOWING_KINDS)}.")
    @click.option("--result", default="", metavar="TEXT", help="Award or selection.")
    def add_showing(file: Path, day: str, place: str, work: str, kind: str, result: str) -> None:
        """Say that a work was shown since; kept beside the file, which stays as it was signed."""
        from rubricapp.operations.portfolio_files import add_showing

        _added("portfolio add-showing", *add_showing(file, day, place, work, kind, result))

    @output.verb(portfolio, "add-note")
    @click.argument("file", type=FILE)
    @click.option("--text", required=True, metavar="TEXT")
    @click.option("--work", default="", metavar="KEY", help="Which work it is about.")
    def add_note(file: Path, text: str, work: str) -> None:
        """Keep a note beside the file, which stays as it was signed."""
        from rubricapp.operations.portfolio_files import add_note

        _added("portfolio add-note", *add_note(file, text, work, date.today()))


def _added(command: str, added: Added, place: Path) -> None:
    words = _("Kept in {place}, unsigned; the portfolio itself was not touched.").format(place=place)
    output.result(command, {"added": asdict(added), "kept_in": str(place)}, [added_line(added), words])
