"""history.

With --json: {"changes": [{"id", "device", "laptop", "seq", "at", "author", "author_id", "kind", "record", "criterion",
"field", "value", "before": [VALUE…], "replaces": [ID…], "reason", "erased", "hidden"}…]}. Of a person oldest first,
under every id of theirs; of a laptop newest first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from rubricapp.cli import output
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _

if TYPE_CHECKING:
    from rubricapp.store.history import Entry


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "history")
    @click.argument("person", default="")
    @click.option("--laptop", default="", metavar="NAME|ID", help="What this laptop wrote; “this” for the one here.")
    @click.option("--criterion", default="", help="Only this criterion's ratings.")
    @click.option("--last", type=click.IntRange(min=0), default=0, metavar="N", help="Only the last N changes.")
    @click.option("--restricted", is_flag=True, help="With incidents, for who may see them.")
    def history(person: str, laptop: str, criterion: str, last: int, restricted: bool) -> None:
        """Who said what of a person, or on a laptop: when, what it replaced, and why."""
        from rubricapp.operations.laptops import laptop_meant
        from rubricapp.operations.people import who
        from rubricapp.operations.privacy import everyone, find_mark, say_mark
        from rubricapp.store.history import list_entries, list_history, list_of_laptop
        from rubricapp.store.merging import list_device_names
        from rubricapp.store.moderation import list_agreed_records

        if not person and not laptop:
            raise click.UsageError(_("Say of whom, or of which laptop: history PERSON, history --laptop NAME."))
        with output.opened() as ws:
            mark = find_mark(ws, person) if person else None
            about = (mark.person if mark else who(ws, person).id) if person else ""
            writer = laptop_meant(ws, laptop) if laptop else None
            if about:
                found = list_entries(ws, list_history(ws, about, criterion.upper(), restricted=restricted))
                found = [each for each in found if writer is None or each.change.device == writer.device]
                found = found[-last:] if last else found
            else:
                fits = 0 if criterion else last  # what is left out below is not counted
                found = [
                    each
                    for each in list_of_laptop(ws, writer.device, fits)
                    if restricted or (each.change.kind, each.change.field) != ("log_entry", "incident")
                ]
                if criterion:
                    found = [each for each in found if each.change.record.endswith("/" + criterion.upper())]
                    found = found[:last] if last else found
            if criterion and not found:
                _demand_criterion(ws, criterion)
            names = {one: each.name for one, each in everyone(ws).items()}
            laptops = list_device_names(ws)
            first = [say_mark(ws, mark)] if mark else []
            agreed = {record: part for record, (_slot, part) in list_agreed_records(ws, about).items()}
        concerns = {
            each.change.record: agreed.get(each.change.record) or each.change.record.partition("/")[2] for each in found
        }
        output.result(
            "history",
            {"changes": [_as_json(each, names, laptops, concerns) for each in found]},
            first
            + (
                [_line(each, names, laptops, concerns, bool(laptop)) for each in found]
                or [_("Nothing was said of it.")]
            ),
        )


def _demand_criterion(ws, text: str) -> None:
    """Raises UserError E_CRITERION where no rubric here has it: of a slip of the pen nothing was ever said."""
    from rubricapp.store.rubrics import list_rubrics

    known = sorted({each.id for rubric in list_rubrics(ws) for each in rubric.criteria})
    if text.strip().upper() not in map(str.upper, known):
        raise UserError(
            "E_CRITERION",
            _("No rubric here has a criterion “{text}”.").format(text=text[:100]),
            "",
            _("There are: {list}.").format(list=", ".join(known) or "–"),
            exit_code=Exit.USAGE,
        )


def _as_json(entry: Entry, names: dict, laptops: dict, concerns: dict) -> dict[str, object]:
    each = entry.change
    return {
        "id": each.id,
        "device": each.device,
        "laptop": laptops.get(each.device, each.device[:8]),
        "seq": each.seq,
        "at": each.at.isoformat(timespec="milliseconds"),
        "author": names.get(each.author, each.author),
        "author_id": each.author,
        "kind": each.kind,
        "record": each.record,
        "criterion": concerns[each.record] if each.kind in ("rating", "agreed_level") else None,
        "field": each.field,
        "value": each.value,
        "before": list(entry.before),
        "replaces": list(each.replaces),
        "reason": each.reason,
        "erased": entry.erased,
        "hidden": entry.hidden,
    }


def _line(entry: Entry, names: dict, laptops: dict, concerns: dict, of_laptop: bool) -> str:
    each = entry.change
    said = _("(erased)") if entry.erased else _("(hidden)") if entry.hidden else each.value
    words = f"{each.at:%Y-%m-%d %H:%M}  {names.get(each.author, _('this laptop')):20}  {each.kind}"
    words += f" {concerns[each.record]} {each.field} = {said}"
    if of_laptop and entry.before:
        olds = ", ".join(json.dumps(old, ensure_ascii=False) for old in entry.before)
        words += "  " + _("(before: {values})").format(values=olds)
    return words + (f"  ({each.reason})" if each.reason else "")
