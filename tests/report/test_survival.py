"""Whatever is missing, infinite or not a number: every drawing is made."""

import dataclasses
import io
import json
import math
import random
import typing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report import specimens
from rich.console import Console

from livegrad.records import from_jsonable, to_jsonable
from livegrad.report.as_json import to_json
from livegrad.report.facts import Report
from livegrad.report.html import to_html
from livegrad.report.terminal import print_report
from livegrad.text import LANGUAGES, Language, Text

KEPT = object()
FLOATS = (math.nan, math.inf, -math.inf, 0.0, -1e308, 1e308, 5e-324)


def blanked(value: object, hint: object, dice: random.Random, rate: float) -> object:
    """Return ``value`` with some of its fields made absent, empty or not a number."""
    if dice.random() < rate and (lost := blank(value, hint, dice)) is not KEPT:
        return lost
    if isinstance(value, tuple):
        inner = of_items(hint)
        return tuple(blanked(item, inner, dice, rate) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, Text | type):
        return value
    hints = typing.get_type_hints(type(value))
    fields = {
        f.name: blanked(getattr(value, f.name), hints[f.name], dice, rate)
        for f in dataclasses.fields(value)
    }
    return type(value)(**fields)


def blank(value: object, hint: object, dice: random.Random) -> object:
    """Return what may stand in a field in place of ``value``, or `KEPT`."""
    if type(None) in typing.get_args(hint):
        return None
    if typing.get_origin(hint) is typing.Literal or isinstance(value, bool):
        return KEPT
    if isinstance(value, tuple):
        return value[: dice.randrange(len(value) + 1)]
    blanks = {
        Text: Text("", ""),
        float: dice.choice(FLOATS),
        dict: {},
        str: "",
        int: 0,
    }
    return blanks.get(type(value), KEPT)


def of_items(hint: object) -> object:
    """Return the hint for the items of a tuple: of ``tuple[X, ...]`` or of ``tuple[X, ...] | None``."""
    for option in (hint, *typing.get_args(hint)):
        if typing.get_origin(option) is tuple:
            return typing.get_args(option)[0]
    return object


@given(
    name=st.sampled_from(sorted(specimens.ALL)),
    dice=st.randoms(use_true_random=True),
    rate=st.sampled_from([0.003, 0.02, 0.1, 0.4]),
    language=st.sampled_from(LANGUAGES),
    width=st.sampled_from([20, 60, 100]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_drawing_survives(
    name: str, dice: random.Random, rate: float, language: Language, width: int
) -> None:
    report = blanked(specimens.ALL[name](), Report, dice, rate)
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
