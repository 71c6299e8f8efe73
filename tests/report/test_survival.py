"""Whatever is missing, infinite or not a number: every drawing is made."""

import dataclasses
import io
import json
import math
import random
import typing

import specimens
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from livegrad.records import from_jsonable, to_jsonable
from livegrad.report.as_json import to_json
from livegrad.report.facts import Report
from livegrad.report.html import to_html
from livegrad.report.terminal import print_report
from livegrad.text import LANGUAGES, Language, Text

FLOATS = (math.nan, math.inf, -math.inf, 0.0, -1e308, 1e308, 5e-324)


def blanked(value: object, hint: object, dice: random.Random, rate: float) -> object:
    """Return ``value`` with some of its fields made absent, empty or not a number."""
    options = [h for h in typing.get_args(hint) if h is not type(None)]
    if dice.random() < rate:
        if type(None) in typing.get_args(hint):
            return None
        if isinstance(value, Text):
            return Text("", "")
        if isinstance(value, tuple):
            return value[: dice.randrange(len(value) + 1)]
        if isinstance(value, float):
            return dice.choice(FLOATS)
        if isinstance(value, dict):
            return {}
        if isinstance(value, str) and typing.get_origin(hint) is not typing.Literal:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            return 0
    if (
        dataclasses.is_dataclass(value)
        and not isinstance(value, type)
        and not isinstance(value, Text)
    ):
        hints = typing.get_type_hints(type(value))
        fields = {
            f.name: blanked(getattr(value, f.name), hints[f.name], dice, rate)
            for f in dataclasses.fields(value)
        }
        return type(value)(**fields)
    if isinstance(value, tuple) and value:
        inner = options[0] if options else object
        if typing.get_origin(hint) not in (tuple, None) and options:
            inner = (typing.get_args(options[0]) or (object,))[0]
        return tuple(blanked(item, inner, dice, rate) for item in value)
    return value


@given(
    name=st.sampled_from(sorted(specimens.ALL)),
    seed=st.integers(0, 10**6),
    rate=st.sampled_from([0.003, 0.02, 0.1, 0.4]),
    language=st.sampled_from(LANGUAGES),
    width=st.sampled_from([20, 60, 100]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_drawing_survives(
    name: str, seed: int, rate: float, language: Language, width: int
) -> None:
    report = blanked(specimens.ALL[name](), Report, random.Random(seed), rate)
    assert isinstance(report, Report)
    print_report(report, console=Console(file=io.StringIO(), width=width), language=language)
    page = to_html(report, language)
    assert page.startswith("<!doctype html>")
    assert not {"nan%", "inf%", "nan ", "NaN%"} & {
        part for part in page.split('"') if part.endswith("%")
    }
    text = json.dumps(to_json(report), allow_nan=False)
    again = from_jsonable(Report, json.loads(text))
    assert to_jsonable(again) == to_jsonable(report)
