"""peer feedback, useful, report, answer: for authors. Which round is meant, for all verbs of the group."""

from __future__ import annotations

import click

from rubricapp.cli import output
from rubricapp.cli.rubrics import find
from rubricapp.core.model import Person, PersonId, Role
from rubricapp.core.scoring import round_half_up
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext


def round_meant(ws, rubric_id: str, occasion_name: str):
    """(rubric, occasion, round) meant; without words the only round there is. Raises UserError."""
    from rubricapp.operations.peer_review import find_round
    from rubricapp.store.peer_reviews import list_rounds
    from rubricapp.store.people import find_occasion, list_occasions
    from rubricapp.store.rubrics import load_rubric

    rounds = list_rounds(ws)
    if rubric_id:
        rounds = [each for each in rounds if each.rubric == find(ws, rubric_id).content_hash]
    if occasion_name:
        wanted = find_occasion(ws, occasion_name)
        rounds = [each for each in rounds if wanted is not None and each.occasion == wanted.id]
    if len(rounds) != 1:
        raise UserError(
            "E_NO_ROUND",
            _("There is no round of peer review like that.") if not rounds else _("There is more than one round."),
            "",
            _("“peer allocate” makes one.") if not rounds else _("Name --rubric and --occasion."),
            exit_code=Exit.USAGE,
        )
    found = rounds[0]
    occasion = next(each for each in list_occasions(ws) if each.id == found.occasion)
    rubric = load_rubric(ws, found.rubric, output.options().language)
    return rubric, occasion, find_round(ws, rubric, occasion)


class _Everybody(dict[str, Person]):
    """People by id; whoever was erased, or comes with a package that is not here yet, has no name."""

    def __missing__(self, person: str) -> Person:
        return Person(PersonId(person), "", "", _("somebody who is not here"))


def everybody(ws) -> dict[str, Person]:
    """Everyone by id, and a nameless person for everyone else."""
    from rubricapp.operations.privacy import everyone

    return _Everybody(everyone(ws))


def _usefulness(texts: tuple[str, ...]) -> dict[str, int | None]:
    """PIECE=3 as a mapping; PIECE= takes a rating back. Raises UserError."""
    found: dict[str, int | None] = {}
    for text in texts:
        piece, equals, value = (part.strip() for part in text.partition("="))
        if not piece or not equals or (value and not (value.isascii() and value.isdigit() and len(value) < 4)):
            raise UserError(
                "E_PAIR",
                _("“{text}” does not say both a piece and a number.").format(text=text),
                _("Nothing was changed."),
                _("Write it as {form}.").format(form="0123456789ab=3"),
                exit_code=Exit.USAGE,
            )
        found[piece] = int(value) if value else None
    return found


def of_round(command):
    """The two options that say which round; see `round_meant`."""
    for name, metavar in (("--occasion", "NAME"), ("--rubric", "ID")):
        command = click.option(name, name[2:] + "_name", default="", metavar=metavar)(command)
    return command


def register(peer: click.Group) -> None:
    """Add this module's verbs to the group."""

    @output.verb(peer, "feedback")
    @click.argument("author")
    @of_round
    def feedback(author: str, rubric_name: str, occasion_name: str) -> None:
        """What an author may see: medians with spread and count, and words, from four reviews up. The first reading
        settles it."""
        from rubricapp.operations.peer_feedback import list_pieces
        from rubricapp.operations.peer_review import feedback_for
        from rubricapp.operations.people import who

        with output.opened() as ws:
            rubric, _occasion, found = round_meant(ws, rubric_name, occasion_name)
            person = who(ws, author, Role.PARTICIPANT)
            given = feedback_for(ws, found, person)
            pieces = list_pieces(ws, found, person) if given.enough else []
        criteria = [
            {
                "criterion": each.criterion,
                "count": each.count,
                "median": float(each.median) if each.median is not None else None,
                "low": each.low,
                "high": each.high,
                "comments": list(each.comments),
            }
            for each in given.criteria
        ]
        boxes = {"works": list(given.works), "change": list(given.change), "next_step": list(given.next_step)}
        lines = [
            f"{each.criterion} {rubric.criterion(each.criterion).title}: "
            + (
                _("{median} ({low} to {high}, {n} reviews)").format(
                    median=round_half_up(each.median, 1), low=each.low, high=each.high, n=each.count
                )
                if each.median is not None
                else _("too few levels")
            )
            for each in given.criteria
        ]
        few = _("Not enough reviews yet: nothing is shown before there are four, so that nobody can be guessed.")
        output.result(
            "peer feedback",
            {
                "enough": given.enough,
                "criteria": criteria,
                **boxes,
                "pieces": [
                    {"piece": piece.id, "place": piece.place, "text": piece.text, "useful": useful}
                    for piece, useful in pieces
                ],
            },
            [*lines, *(f"[{piece.id}] {piece.place}: {piece.text}" for piece, _useful in pieces)]
            if given.enough
            else [few],
        )

    @output.verb(peer, "useful")
    @click.argument("author")
    @click.argument("ratings", nargs=-1, required=True, metavar="PIECE=1…4 …")
    @of_round
    def useful(author: str, ratings: tuple[str, ...], rubric_name: str, occasion_name: str) -> None:
        """The author says how useful pieces of their feedback were, 1 to 4; “PIECE=” takes it back."""
        from rubricapp.operations.peer_feedback import list_pieces, rate_piece
        from rubricapp.operations.people import who

        chosen = _usefulness(ratings)
        with output.opened() as ws:
            _rubric, _occasion, found = round_meant(ws, rubric_name, occasion_name)
            person = who(ws, author, Role.PARTICIPANT)
            for piece, value in chosen.items():
                rate_piece(ws, found, person, piece, value)
            rated = {piece.id: value for piece, value in list_pieces(ws, found, person) if value is not None}
        said = ngettext("{n} piece is rated.", "{n} pieces are rated.", len(rated)).format(n=len(rated))
        output.result("peer useful", {"useful": rated}, [said])

    @output.verb(peer, "report")
    @click.argument("author")
    @click.argument("piece")
    @click.option("--reason", default="", help="What is wrong with it.")
    @click.option("--take-back", is_flag=True, help="It was not harmful after all.")
    @of_round
    def report(author: str, piece: str, reason: str, take_back: bool, rubric_name: str, occasion_name: str) -> None:
        """Report a piece as harmful: it is gone from the author's feedback at once, and the lead sees whose it is."""
        from rubricapp.operations.peer_feedback import report_piece, take_back_report
        from rubricapp.operations.people import who

        with output.opened() as ws:
            _rubric, _occasion, found = round_meant(ws, rubric_name, occasion_name)
            person = who(ws, author, Role.PARTICIPANT)
            if take_back:
                take_back_report(ws, found, person, piece)
            else:
                report_piece(ws, found, person, piece, reason)
        said = _("The piece is shown again.") if take_back else _("Reported to the programme lead, and set aside.")
        output.result("peer report", {"piece": piece, "reported": not take_back}, [said])

    @output.verb(peer, "answer")
    @click.argument("author")
    @click.option("--changed", metavar="TEXT", help="What the author changed after the reviews.")
    @click.option("--refused", metavar="TEXT", help="What they refused, and why.")
    @of_round
    def answer_(author: str, changed: str | None, refused: str | None, rubric_name: str, occasion_name: str) -> None:
        """The author's answer, for the lead: what I changed, what I refused, and why. Open until the round ends."""
        from rubricapp.operations.peer_feedback import answer
        from rubricapp.operations.people import who
        from rubricapp.store.peer_reviews import list_responses

        if changed is None and refused is None:
            raise click.UsageError(_("Say --changed, --refused, or both."))
        with output.opened() as ws:
            _rubric, _occasion, found = round_meant(ws, rubric_name, occasion_name)
            person = who(ws, author, Role.PARTICIPANT)
            answer(ws, found, person, changed, refused)
            kept = list_responses(ws, found, person.id)
        texts = {"changed": kept[0].changed, "refused": kept[0].refused} if kept else {"changed": "", "refused": ""}
        output.result("peer answer", {"author": person.code, **texts}, [_("Kept.")])
