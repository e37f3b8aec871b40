"""people import, people add, people list."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.core.languages import split_languages
from rubricapp.core.model import Person, Role
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _


def _mapping(pairs: tuple[str, ...]) -> dict[str, str] | None:
    mapping = {}
    for pair in pairs:
        # More than one pair may come in one argument: id=ID,name=Name
        for part in pair.split(",") if pair.count("=") > 1 else [pair]:
            field, equals, column = part.partition("=")
            if not equals or not field.strip() or not column.strip():
                raise UserError(
                    "E_MAP",
                    _("“{text}” does not say which column holds which field.").format(text=part),
                    "",
                    _("Write it as --map email=Courriel."),
                    exit_code=Exit.USAGE,
                )
            mapping[field.strip()] = column.strip()
    return mapping or None


def _as_json(person: Person) -> dict[str, object]:
    return {
        "id": person.code,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "country": person.country,
        "department": person.department,
        "joined_on": person.joined_on,
        "pronouns": person.pronouns,
        "languages": list(split_languages(person.languages)),
        "roles": sorted(person.roles),
        "record": person.id,
    }


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("people")
    def people() -> None:
        """Participants, assessors, mentors, leads."""

    @output.verb(people, "import")
    @click.argument("file", type=click.Path(path_type=Path, readable=False))
    @click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field.")
    @click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
    @click.option("--dry-run", is_flag=True, help="Compare only.")
    @click.option("--update", is_flag=True, help="Take the roster's values where they differ from ours.")
    def import_(file: Path, pairs: tuple[str, ...], sheet: str | None, dry_run: bool, update: bool) -> None:
        """Import participants from CSV or XLSX. Importing again compares; nothing is overwritten silently."""
        from rubricapp.operations.people import compare_roster, import_roster

        mapping = _mapping(pairs)
        with output.opened() as ws:
            found = (
                compare_roster(ws, file, mapping, sheet) if dry_run else import_roster(ws, file, mapping, sheet, update)
            )
        undecided = found.differing and not update
        code = Exit.PROBLEMS if found.errors or undecided else Exit.DONE
        differences = [
            {
                "row": each.row,
                "column": each.column,
                "code": "ROSTER_DIFFERS",
                "message": _("{name}: {field} is “{ours}” here, “{theirs}” in the roster.").format(
                    name=each.name, field=each.field, ours=each.ours, theirs=each.theirs
                ),
                "do": "" if update else _("Import with --update to take the roster's value."),
                "severity": "warning",
            }
            for each in (() if found.errors else found.differing)  # first things first
        ]
        summary = _("{imported} imported, {updated} updated, {same} the same, {errors} with errors.").format(
            imported=found.imported, updated=found.updated, same=len(found.same), errors=len(found.errors)
        )
        if dry_run:
            summary = _(
                "{new} new, {differ} differ, {same} the same, {errors} with errors. Nothing was written."
            ).format(
                new=len(found.new),
                differ=len({each.person for each in found.differing}),
                same=len(found.same),
                errors=len(found.errors),
            )
        elif found.errors:
            summary = _("Nobody was imported: {errors} problems to settle first.").format(errors=len(found.errors))
        output.result(
            "people import",
            {
                "imported": found.imported,
                "updated": found.updated,
                "same": len(found.same),
                "new": len(found.new),
                "dry_run": dry_run,
                "mapping": dict(found.roster.mapping),
                "problems": [output.problem_as_json(each) for each in found.errors] + differences,
                "warnings": [output.problem_as_json(each) for each in found.problems if each.severity == "warning"],
            },
            [
                *output.problem_lines(found.problems),
                *(
                    _("row {row}").format(row=each["row"]) + f", {each['column']}: {each['message']}"
                    for each in differences
                ),
                summary,
            ],
            code,
        )

    @output.verb(people, "add")
    @click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
    @click.option("--name", required=True, help="Given and family name, or “Family, Given”.")
    @click.option("--id", "code", default="", help="The office's id; else the next free one.")
    @click.option("--email", default="")
    @click.option("--languages", default="", metavar="LIST", help="That they read, separated by commas.")
    def add(role: str, name: str, code: str, email: str, languages: str) -> None:
        """Add one person."""
        from rubricapp.operations.people import add_person

        with output.opened() as ws:
            person, _changes = add_person(ws, Role(role), name, code, email, languages=languages)
        output.result("people add", {"person": _as_json(person)}, [f"{person.code}  {person.name}"])

    @output.verb(people, "list")
    @click.option("--role", type=click.Choice([role.value for role in Role]))
    def list_(role: str | None) -> None:
        """Everyone in this edition."""
        from rubricapp.store.people import list_people

        with output.opened() as ws:
            found = list_people(ws, Role(role) if role else None)
        output.result(
            "people list",
            {"people": [_as_json(each) for each in found]},
            [
                f"{each.code:8} {each.name}  {each.country} {each.department} {', '.join(sorted(each.roles))}".rstrip()
                for each in found
            ],
        )
