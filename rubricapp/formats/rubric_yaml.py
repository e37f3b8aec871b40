"""Rubric files: one published version, in YAML, read with every problem's line, column and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from rubricapp.core import rubrics
from rubricapp.core.model import RubricHash
from rubricapp.core.rubric_checks import check
from rubricapp.core.rubric_findings import Finding, quoted
from rubricapp.errors import Exit, UserError
from rubricapp.formats.yaml_faults import Fault, Place
from rubricapp.formats.yaml_reading import Reading, read_file

# These speak of a name in the file, not of the value behind it.
_OF_NAMES = frozenset(("R_KEY_UNKNOWN", "R_LEVEL_UNKNOWN", "R_LEVEL_TWICE", "R_CRITERION_UNKNOWN", "R_TRANSLATION_OWN"))


@dataclass(frozen=True)
class RubricProblem:
    """One thing wrong in a rubric file. line and column count from 1, columns in characters.

    code: ``R_…`` for the rubric's rules, ``Y_…`` for what is no proper YAML. severity: "error" or "warning".
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    do: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """As printed: camera.yaml, line 31: criterion ‘CAM-3’ has 4 levels, but the rubric says 5. Add level 5 …"""
        return f"{self.file}, line {self.line}: {self.message} {self.do}".rstrip()


@dataclass(frozen=True)
class RubricFile:
    """What a rubric file says. document: plain dicts, lists, texts and numbers; None where nothing could be read.

    findings: in the order of the file. content_hash, structure_hash: None while there are errors.
    """

    path: FilePath
    document: dict[str, Any] | None
    findings: tuple[RubricProblem, ...] = ()
    content_hash: RubricHash | None = None
    structure_hash: str | None = None

    @property
    def errors(self) -> tuple[RubricProblem, ...]:
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[RubricProblem, ...]:
        return tuple(each for each in self.findings if each.severity != "error")


def read_rubric(path: FilePath) -> RubricFile:
    """Read and check a rubric file; whatever is in it comes back as findings.

    Raises UserError E_FILE_MISSING, E_FILE_KIND, E_FILE_DENIED or E_FILE_UNREADABLE where there is no file to read.
    """
    reading = read_file(path)
    name = _name(path)
    problems = [_problem(name, fault.place, fault) for fault in reading.faults]
    if reading.value is not None:
        refused = {fault.path for fault in reading.faults if fault.path is not None}
        for finding in check(reading.value):
            if finding.path not in refused:
                problems.append(_problem(name, _place(reading, finding), finding))
    problems.sort(key=lambda each: (each.line, each.column))
    document = reading.value if isinstance(reading.value, dict) else None
    if document is None or any(each.severity == "error" for each in problems):
        return RubricFile(path, document, tuple(problems))
    hashes = rubrics.content_hash(document), rubrics.structure_hash(document)
    return RubricFile(path, document, tuple(problems), *hashes)


def document_of(path: FilePath) -> dict[str, Any]:
    """The document of a rubric file without errors; warnings are let through.

    Raises UserError E_RUBRIC_INVALID with the first errors, and what `read_rubric` raises.
    """
    file = read_rubric(path)
    if file.document is not None and not file.errors:
        return file.document
    count = len(file.errors)
    what = f"The rubric file {_name(path)} has {count} {'error' if count == 1 else 'errors'}."
    first = "\n".join(str(each) for each in file.errors[:5])
    more = f"\n… and {count - 5} more." if count > 5 else ""
    do = f"Correct {'it' if count == 1 else 'them'}, then try again:\n{first}{more}"
    raise UserError("E_RUBRIC_INVALID", what, "Nothing was changed.", do, exit_code=Exit.PROBLEMS)


def _name(path: FilePath) -> str:
    """The file's name, with its folder where the name is only a version: camera.yaml, camera/1.0.yaml."""
    folder = f"{path.parent.name}/" if path.name[:1].isdigit() and path.parent.name else ""
    return quoted(folder + path.name, 120)[1:-1]


def _place(reading: Reading, finding: Finding) -> Place:
    """Where a finding is: at a name where it speaks of the name, else at the value."""
    return reading.place(finding.path, name=finding.code in _OF_NAMES)


def _problem(file: str, place: Place, what: Fault | Finding) -> RubricProblem:
    severity = what.severity if isinstance(what, Finding) else "error"
    return RubricProblem(file, place[0], place[1], what.code, what.message, what.do, severity)
