"""rubric check, rubric list, rubric show, rubric publish."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.core.model import RubricVersion
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _


def find(ws, text: str, language: str = "") -> RubricVersion:
    """The rubric meant. Raises UserError naming those there are."""
    from rubricapp.store.rubrics import find_rubric, list_rubrics

    found = find_rubric(ws, text, language)
    if found is None:
        raise UserError(
            "E_NO_RUBRIC",
            _("There is no rubric “{text}” in this workspace.").format(text=text),
            "",
            _("There are: {list}.").format(list=", ".join(dict.fromkeys(each.id for each in list_rubrics(ws)))),
            exit_code=Exit.USAGE,
        )
    return found


def as_json(rubric: RubricVersion) -> dict[str, object]:
    """The shape that scripts rely on."""
    return {
        "id": rubric.id,
        "version": rubric.version,
        "title": rubric.title,
        "language": rubric.language,
        "state": rubric.state.value,
        "needs_coverage": rubric.needs_coverage,
        "content_hash": rubric.content_hash,
        "structure_hash": rubric.structure_hash,
        "criteria": [
            {
                "id": each.id,
                "title": each.title,
                "about": each.about,
                "weight": each.weight,
                "gate": each.gate,
                "evidence": list(each.evidence),
                "levels": [
                    {"level": level.level, "title": level.title, "descriptor": level.descriptor}
                    for level in each.levels
                ],
            }
            for each in rubric.criteria
        ],
    }


def _lines(rubric: RubricVersion):
    yield f"{rubric.label} ({rubric.id}@{rubric.version})  {rubric.content_hash[:12]}"
    yield rubric.summary
    for each in rubric.criteria:
        gate = _(", gate: level {level} or higher").format(level=each.gate) if each.gate else ""
        yield ""
        yield _("{id} {title} (weight {weight}{gate})").format(
            id=each.id, title=each.title, weight=each.weight, gate=gate
        )
        for level in each.levels:
            yield f"  {level.level} {level.title}: {level.descriptor}"


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("rubric")
    def rubric() -> None:
        """Rubrics: check files, read what is in the workspace."""

    @output.verb(rubric, "check")
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
    @click.option("--strict", is_flag=True, help="Warnings count as problems.")
    def check(files: tuple[Path, ...], strict: bool) -> None:
        """Check rubric files: every rule of form, and of wording as far as a machine can."""
        from rubricapp.operations.rubrics import check_file

        problems: list[dict[str, object]] = []
        lines: list[str] = []
        checked: list[dict[str, object]] = []
        unread = Exit.DONE
        for path in files:
            try:
                found = check_file(path)
            except UserError as error:  # the other files are still worth checking
                unread = error.exit_code
                checked.append({"file": str(path), "content_hash": None, "structure_hash": None})
                problems.append(
                    {"file": str(path), "line": None, "column": None, "code": error.code, "message": error.what}
                    | {"do": error.do, "severity": "error"}
                )
                lines.append(f"{path}: {error.message}")
                continue
            checked.append(
                {"file": str(path), "content_hash": found.content_hash, "structure_hash": found.structure_hash}
            )
            for each in found.findings:
                problems.append(
                    {
                        "file": str(path),
                        "line": each.line,
                        "column": each.column,
                        "code": each.code,
                        "message": each.message,
                        "do": each.do,
                        "severity": each.severity,
                    }
                )
                mark = _("warning: ") if each.severity == "warning" else ""
                lines.append(f"{path}:{each.line}:{each.column}: {mark}{each.message} {each.do}".rstrip())
            if not found.findings:
                lines.append(_("{file}: good.").format(file=path))
        bad = [each for each in problems if strict or each["severity"] == "error"]
        output.result(
            "rubric check",
            {"files": checked, "problems": problems},
            lines,
            unread or (Exit.PROBLEMS if bad else Exit.DONE),
        )

    @output.verb(rubric, "list")
    def list_() -> None:
        """The rubric versions in the workspace."""
        from rubricapp.store.rubrics import list_rubrics

        with output.opened() as ws:
            found = list_rubrics(ws, output.options().language)
        output.result(
            "rubric list",
            {
                "rubrics": [
                    {
                        "id": each.id,
                        "version": each.version,
                        "title": each.title,
                        "state": each.state.value,
                        "criteria": len(each.criteria),
                        "languages": list(each.languages),
                        "content_hash": each.content_hash,
                        "structure_hash": each.structure_hash,
                    }
                    for each in found
                ]
            },
            [
                _("{id}@{version}  {title}, {n} criteria").format(
                    id=each.id, version=each.version, title=each.title, n=len(each.criteria)
                )
                for each in found
            ],
        )

    @output.verb(rubric, "show")
    @click.argument("rubric_id", metavar="ID")
    def show(rubric_id: str) -> None:
        """A rubric with all its levels. ID may name a version: camera@1.0."""
        with output.opened() as ws:
            found = find(ws, rubric_id, output.options().language)
        output.result("rubric show", as_json(found), _lines(found))

    @output.verb(rubric, "publish")
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
    def publish(files: tuple[Path, ...]) -> None:
        """Bring checked rubric files into the workspace. A published version never changes."""
        from rubricapp.operations.rubrics import adopt_files

        with output.opened() as ws:
            changes = adopt_files(ws, list(files))
        output.result(
            "rubric publish",
            {"changes": changes.count},
            [_("Published.") if changes else _("These versions are here already.")],
        )
