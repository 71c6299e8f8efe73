"""Throws strings at the reader of formulas: none may hang, crash, or reach anything but arithmetic.

    python bench/fuzz_formulas.py 100000 [seed]      prints what became of them, and the slowest

Every string comes from a seed. Python itself is watched while they are read: an import, a
compilation, an opened file, a started process is a failure, whatever came of the string.
"""

from __future__ import annotations

import collections
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from livegrad.errors import LivegradError
from livegrad.functions import OwnActivation, activation
from livegrad.functions.formula import Call, walk
from livegrad.functions.formula.nodes import (
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from livegrad.functions.formula.pieces import Choice, Piecewise
from livegrad.functions.formula.powers import RealPower
from livegrad.functions.language.vocabulary import WORDS

PARAMETERS = {"beta": 1.5, "a": -0.25, "λ": 2.0}
WHITELIST = (Call, Choice, Negative, Number, Piecewise, Power, Product, Quotient, RealPower, Sum, Symbol)  # fmt: skip
BORROWED = ("elu", "hardsigmoid", "hardtanh", "leaky_relu", "softsign")  # of the catalogue
WATCHED = ("compile", "exec", "import", "open", "os.", "subprocess.", "socket.", "ctypes.", "code.")
LONGEST_SECONDS = 1.0

ATTACKS = (
    "__import__('os').system('true')",
    "x.__class__.__mro__[1].__subclasses__()",
    "lambda x: x",
    "(lambda: x)()",
    "[x for x in range(9)]",
    "{x: 1}",
    'f"{x}"',
    'f"{__import__("os")}"',
    "exec('1')",
    "eval('x')",
    "open('/etc/passwd').read()",
    "x if x else 0",
    "x := 3",
    "yield x",
    "await x",
    "x; import os",
    "x\nimport os",
    "globals()",
    "getattr(x, 'y')",
    "x[0]",
    "x @ x",
    "print(x)",
    "'a' * 10**9",
    "9**9**9**9",
    "x**9**9**9",
    "2**-2**-2**-2",
    "1e309 * x",
    "1e-309 + x",
    "0x10 + x",
    "1_000 * x",
    "1j * x",
    "x**1e308",
    "x**65",
    "(((x**64)**64)**64)**64",
    "exp(exp(exp(exp(exp(x)))))",
    "x/0",
    "0/0*x",
    "where(x, x, x)",
    "where(x > 0, 1/0, x)",
    "max()",
    "sigmoid()()",
    "x(x)(x)",
    "|||x|||",
    "not x",
    "x and x",
    "x == x",
    "x != 0",
    "x ? 1 : 0",
    "\\x78",
    "x\x00",
    "%s",
    "{0}",
    "{x:이/가} + x",
    "ｘ + １",
    "𝑥 + x",
    "x²",
    "∞ * x",
    "nan * x",
    "inf * x",
    "True * x",
    "None",
    "...",
    "x # 1",
    "x \\\n + 1",
)
UNICODE = "xπσΦ−×·÷≤≥λβ²½∞√∑´ſﬁ٣१\u200b\u202e\ufeff\u0301\x00\x7f\ud800\U0001f600한글"


def formulas(count: int, seed: int = 0) -> Iterator[str]:
    """Yield strings: right ones, nearly right ones, and wild ones, in turn.

    Args:
        count: How many.
        seed: Of the random numbers; the same seed gives the same strings.
    """
    generator = random.Random(seed)  # noqa: S311 - strings to try, no secrets
    kinds: tuple[Callable[[random.Random], str], ...] = (
        _grammatical,
        _grammatical,
        _mutated,
        _mutated,
        _mutated,
        _attack,
        _noise,
        _deep,
        _long,
        _numeric,
    )
    for index in range(count):
        yield kinds[index % len(kinds)](generator)


@dataclass
class Outcome:
    """What became of the strings.

    Attributes:
        kinds: How many were taken as activations, and how many refused by each error.
        failures: Strings that broke a promise, and which.
        slowest: Seconds and string of the one that took longest.
    """

    kinds: collections.Counter[str] = field(default_factory=collections.Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def fuzz(count: int, seed: int = 0) -> Outcome:
    """Read so many strings, and note what became of each.

    Args:
        count: How many strings.
        seed: Of the random numbers.
    """
    outcome, watch = Outcome(), _Watch()
    activation("x * beta + a * λ", **PARAMETERS)  # whatever is loaded late is loaded now
    for text in formulas(count, seed):
        start = time.process_time()  # of the processor: the machine may be busy with others
        with watch:
            kind, failure = _tried(text)
        seconds = time.process_time() - start
        outcome.kinds[kind] += 1
        outcome.slowest = max(outcome.slowest, (seconds, text))
        failure = failure or (f"took {seconds:.2f} s" if seconds > LONGEST_SECONDS else "")
        failure = failure or ", ".join(watch.events)
        if failure:
            outcome.failures.append((text, failure))
    return outcome


def _tried(text: str) -> tuple[str, str]:
    used = {name: value for name, value in PARAMETERS.items() if name in text}
    try:
        made = activation(text, **used)
    except LivegradError as error:
        silent = not (error.text.en.strip() and error.text.ko.strip())
        return type(error).__name__, "an error without words" if silent else ""
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return type(error).__name__, f"raised {error!r:.200}"
    if not isinstance(made, OwnActivation):
        return "catalogue", ""
    return "activation", _fault(made)


def _fault(f: OwnActivation) -> str:
    strange = {type(node).__name__ for node in walk(f.formula) if not isinstance(node, WHITELIST)}
    if strange:
        return f"holds {strange}"
    with np.errstate(all="ignore"):
        places = np.array([-30.0, -1.0, -0.5, 0.0, 0.25, 1.0, 30.0])
        values, slopes = f(places), f.derivative(places)
    if values.shape != places.shape or slopes.shape != places.shape:
        return "changes the shape"
    # Overflow is an end of float64 and allowed; a value that is none, near 0, is not.
    return "is NaN at 0" if math.isnan(values[3]) else ""


class _Watch:
    """Listens to what Python does, while it is entered."""

    def __init__(self) -> None:
        self.events, self._on = list[str](), False
        sys.addaudithook(self._heard)  # cannot be taken away again, so it has a switch

    def __enter__(self) -> None:
        self.events.clear()
        self._on = True

    def __exit__(self, *_: object) -> None:
        self._on = False

    def _heard(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self._on and event.startswith(WATCHED):
            self.events.append(event)


# ------------------------------------------------------------ kinds of strings


def _grammatical(generator: random.Random, depth: int = 0) -> str:
    def inner() -> str:
        return _grammatical(generator, depth + 1)

    if depth > 5 or generator.random() < 0.15 + 0.1 * depth:
        return generator.choice(("x", "x", "x", "beta", "a", "λ", "pi", "e", _number(generator)))
    name = generator.choice((*WORDS, *BORROWED))
    return generator.choice(
        (
            lambda: f"{inner()} {generator.choice('+-*/')} {inner()}",
            lambda: f"({inner()} {generator.choice('+-*/')} {inner()})",
            lambda: f"({inner()})**{generator.choice(('2', '3', '0.5', '-1', '1.5', inner()))}",
            lambda: f"-{inner()}",
            lambda: f"|{inner()}|",
            lambda: f"{name}({', '.join(inner() for _ in range(_arguments(name)))})",
            lambda: (
                f"where({inner()} {generator.choice(('>', '<', '>=', '<='))} {inner()}, "
                f"{inner()}, {inner()})"
            ),
        )
    )()


def _arguments(name: str) -> int:
    return WORDS[name].arguments if name in WORDS else 1


def _mutated(generator: random.Random) -> str:
    text = list(_grammatical(generator))
    for _ in range(generator.randint(1, 4)):
        place = generator.randrange(len(text) + 1)
        sign = generator.choice("x01.e+-*/^(),|<>=_[]{}'\"\\:;@#$%&!~? \t\n" + UNICODE)
        match generator.randrange(4):
            case 0:
                text.insert(place, sign)
            case 1:
                del text[place : place + generator.randint(1, 3)]
            case 2:
                text[place : place + 1] = [sign]
            case _:
                text[place:place] = text[place : place + generator.randint(1, 20)]
    return "".join(text)


def _attack(generator: random.Random) -> str:
    attack = generator.choice(ATTACKS)
    return generator.choice(
        (attack, f"x + {attack}", f"sigmoid({attack})", f"({attack})", f"where(x > 0, {attack}, x)")
    )


def _noise(generator: random.Random) -> str:
    length = generator.randrange(60)
    match generator.randrange(3):
        case 0:
            return "".join(chr(generator.randrange(32, 127)) for _ in range(length))
        case 1:
            return "".join(chr(generator.randrange(0x110000)) for _ in range(length))
        case _:
            return "".join(generator.choice(UNICODE + "+*(), ") for _ in range(length))


def _deep(generator: random.Random) -> str:
    depth = generator.choice((3, 5, 8, 20, 45, 49, 50, 51, 100, 300))
    opening, closing = generator.choice(
        (
            ("(", ")"),
            ("-", ""),
            ("|", "|"),
            ("tanh(", ")"),
            ("gelu(", ")"),
            ("mish(", ")"),
            ("1/(2+", "**2)"),
            ("x/(1+", "**2)"),
            ("x*sigmoid(", ")"),
            ("max(x,", "+1)"),
            ("where(x>1,", ",x)"),
            ("where(", ">0,x,1)"),
            ("2**", ""),
            ("x**", ""),
            ("sqrt(1+", "**2)"),
            ("sin(x+", ")"),
            ("exp(-", ")"),
            ("softplus(", "*x)"),
        )
    )
    return opening * depth + "x" + closing * generator.choice((depth, depth, depth, depth - 1))


def _long(generator: random.Random) -> str:
    part = generator.choice(
        ("+x", "*x", "-1", "/2", "**2", "+sin(x)", "*tanh(x)", "*(x+1)", "/(x*x+1)", "1", " ", "x")
    )
    return "x" + part * generator.choice((5, 20, 40, 55, 70, 150, 400, 3000))


def _number(generator: random.Random) -> str:
    return generator.choice(
        (
            str(generator.randrange(100)),
            f"{generator.random():.3f}",
            f"{generator.random():.30f}",
            f"{generator.uniform(1, 9):.2f}e{generator.randint(-320, 320)}",
            "9" * generator.choice((1, 20, 300, 400)),
        )
    )


def _numeric(generator: random.Random) -> str:
    operators = ("+", "-", "*", "/", "**", "**-", "e", ".", "^", "e+", "e-")
    parts = [_number(generator)]
    for _ in range(generator.randint(1, 6)):
        parts += [generator.choice(operators), generator.choice((_number(generator), "x"))]
    return "".join(parts)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    began = time.perf_counter()
    result = fuzz(number, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(f"{number} strings in {time.perf_counter() - began:.0f} s")
    for name, times in result.kinds.most_common():
        print(f"{times:8d} {name}")
    print(f"slowest: {result.slowest[0]:.3f} s of processor time: {result.slowest[1]!r}")
    print(f"{len(result.failures)} failures")
    for string, reason in result.failures[:20]:
        print(f"  {string!r}: {reason}")
    sys.exit(bool(result.failures))
