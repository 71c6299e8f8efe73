"""The form of livegrad's JSON, as JSON Schema: made from the records themselves, so that it cannot be out of date.

python -m livegrad.report.json_schema docs/schema     # writes diagnosis.json and report.json
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.observation.evidence import SCHEMA_VERSION
from livegrad.report.facts import Report
from livegrad.report.outcome import HEADLINES
from livegrad.text import Text

__all__ = ["SCHEMAS", "diagnosis_schema", "report_schema", "write"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"$ref": "#/$defs/number"},
}
_NUMBER = {
    "description": "A number. JSON has no infinities and no NaN, so they are strings.",
    "anyOf": [{"type": "number"}, {"enum": ["inf", "-inf", "nan"]}],
}
_ATTRIBUTE = re.compile(r"^ {4}(\w+(?:, \w+)*): (.*)$")


class Forms:
    """Collects the forms of records under their names."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"number": _NUMBER}

    def of(self, kind: Any) -> dict[str, Any]:
        """Return the form of a type; records are described once, under ``$defs``."""
        if kind in _SIMPLE:
            return dict(_SIMPLE[kind])
        if kind in (Any, object):
            return {}
        if dataclasses.is_dataclass(kind):
            return self._record(typing.cast("type", kind))
        return self._composed(get_origin(kind), get_args(kind))

    def _composed(self, origin: Any, inner: tuple[Any, ...]) -> dict[str, Any]:
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in (typing.Union, types.UnionType):
            return {"anyOf": [{"type": "null"} if k is type(None) else self.of(k) for k in inner]}
        if origin is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if inner[-1] is ...:
            return {"type": "array", "items": self.of(inner[0])}
        items = [self.of(kind) for kind in inner]
        return {
            "type": "array",
            "prefixItems": items,
            "minItems": len(items),
            "maxItems": len(items),
        }

    def _record(self, kind: type) -> dict[str, Any]:
        name = kind.__name__
        if name not in self.known:
            self.known[name] = {}  # a record may hold others of its kind
            self.known[name] = self.described(kind)
        return {"$ref": f"#/$defs/{name}"}

    def described(self, kind: type) -> dict[str, Any]:
        """Return a record as an object whose fields are all there, with what its docstring says of them."""
        told, said = _told(kind), inspect.getdoc(kind) or ""
        properties = {name: self.of(hint) for name, hint in _hints(kind).items()}
        for name, form in properties.items():
            if name in told:
                form["description"] = told[name]
        return {
            "type": "object",
            "description": _plain(said.split("\n\n")[0]),
            "properties": properties,
            "required": list(properties),
        }


def diagnosis_schema() -> dict[str, Any]:
    """Return the form of what `livegrad.Diagnosis.to_json` gives.

    Example:
        >>> diagnosis_schema()["required"][:2]
        ['schema_version', 'findings']
    """
    forms = Forms()
    return _whole("Diagnosis of one training", forms, forms.described(Diagnosis), {})


def report_schema() -> dict[str, Any]:
    """Return the form of what ``livegrad run --json`` and ``livegrad check --json`` give.

    Example:
        >>> "outcome" in report_schema()["required"]
        True
    """
    forms = Forms()
    number = {"anyOf": [{"type": "null"}, forms.of(float)]}
    flat = {
        "training": {"type": "integer", "description": "Which of `diagnoses`, from 0."},
        "explained_by": {
            "anyOf": [{"type": "null"}, {"type": "integer"}],
            "description": "Place of its cause in this list; null for a root cause.",
        },
    }
    finding = forms.described(Finding)
    finding["properties"] = {
        **flat,
        **{n: form for n, form in finding["properties"].items() if n != "consequences"},
    }
    finding["required"] = list(finding["properties"])
    more = {
        "outcome": {"enum": list(HEADLINES), "description": "The whole report in one word."},
        "headline": {**forms.of(Text), "description": "The same in one sentence."},
        "score": {
            "type": "object",
            "description": "The score of the training as it is, and with the cure.",
            "properties": {"before": number, "after": number},
            "required": ["before", "after"],
        },
        "findings": {
            "type": "array",
            "items": finding,
            "description": "All findings in one list, causes before what they explain.",
        },
    }
    return _whole("Report of one livegrad run or check", forms, forms.described(Report), more)


SCHEMAS = {"diagnosis.json": diagnosis_schema, "report.json": report_schema}


def write(folder: Path) -> None:
    """Write every schema into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in SCHEMAS.items():
        written = json.dumps(make(), ensure_ascii=False, indent=1)
        (folder / name).write_text(written + "\n", encoding="utf-8")


def _whole(title: str, forms: Forms, record: dict[str, Any], more: Mapping[str, Any]) -> Any:
    version = {
        "const": SCHEMA_VERSION,
        "description": "Of this form; it grows when a field changes its sense.",
    }
    properties = {"schema_version": version, **more, **record["properties"]}
    properties["schema_version"] = version
    return {
        "$schema": DIALECT,
        "title": title,
        "description": record["description"],
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "$defs": {name: forms.known[name] for name in sorted(forms.known)},
    }


def _hints(kind: type) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(kind)]
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in names}


def _told(kind: type) -> dict[str, str]:
    """What the docstring's section Attributes says of each field."""
    told: dict[str, str] = {}
    names: list[str] = []
    lines = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2].splitlines()
    for line in lines:
        found = _ATTRIBUTE.match(line)
        if found:
            names = found[1].split(", ")
            told |= dict.fromkeys(names, found[2])
        elif line.startswith("        "):
            told |= {name: f"{told[name]} {line.strip()}" for name in names}
        else:
            break
    return {name: _plain(text) for name, text in told.items()}


def _plain(docstring: str) -> str:
    """A docstring's words for readers of JSON."""
    return docstring.replace("``None``", "null").replace("``", "`").replace("\n", " ")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
