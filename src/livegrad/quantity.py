"""How a number is written for a reader: sensible digits, the same in the terminal and on the page.

Gradients come as log10, because their range is that of float32 and more; `power` and `one_part_in`
never leave the logarithm before they have to, so a gradient of 1e-400 is still written rightly.
"""

from __future__ import annotations

import math

from livegrad.text import Text, same

UNSEEN = "–"
_PLAIN_DECADES = range(-3, 4)
_EN_UNITS = ((12, "trillion"), (9, "billion"), (6, "million"))
_KO_UNITS = ((12, "조"), (8, "억"), (4, "만"))
_LARGEST_WORD = 15

_PART = Text("1 part in {n}", "{n}분의 1")
_TIMES = Text("{n} times", "{n}배")
_SECONDS = Text("{n} s", "{n}초")
_MINUTES = Text("{minutes} min {seconds} s", "{minutes}분 {seconds}초")
_HOURS = Text("{hours} h {minutes} min", "{hours}시간 {minutes}분")
_MINUTE, _HOUR = 60, 3600


def special(value: float | None) -> str | None:
    """Return how an absent or non-finite number is written; ``None`` for an ordinary one."""
    if value is None:
        return UNSEEN
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return None


def number(value: float | None) -> str:
    """Return a number with about three digits.

    Example:
        >>> number(2.302585), number(0.00001234), number(1797)
        ('2.30', '1.2e-5', '1797')
    """
    written = special(value)
    if written is not None or value is None:
        return written or UNSEEN
    if value == int(value) and abs(value) < 1e5:
        return str(int(value)).replace("-", "−")
    if not 1e-3 <= abs(value) < 1e5:
        return _scientific(value)
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(digits, 4)}f}".replace("-", "−")


def score(value: float | None) -> str:
    """Return a score: two decimals, three where two would claim perfection.

    Example:
        >>> score(0.1133), score(0.9972)
        ('0.11', '0.997')
    """
    if value is None or not math.isfinite(value) or abs(value) >= 100:
        return number(value)
    return f"{value:.{3 if 0.99 <= value < 1 else 2}f}".replace("-", "−")


def gain(value: float | None) -> str:
    """Return a difference of scores, with its sign."""
    written = score(value)
    return f"+{written}" if value is not None and value >= 0 else written


def percent(value: float | None) -> str:
    """Return a share of 0 … 1 as a percentage.

    Example:
        >>> percent(0.0134), percent(0.5)
        ('1.3 %', '50 %')
    """
    written = special(value)
    if written is not None or value is None:
        return written or UNSEEN
    return f"{value * 100:.{0 if abs(value) >= 0.1 or value == 0 else 1}f} %".replace("-", "−")


def power(exponent: float | None) -> str:
    """Return ``10**exponent`` in few characters.

    Example:
        >>> power(-7.2), power(-0.85), power(0.0), power(float("-inf"))
        ('6e-8', '0.14', '1', '0')
    """
    written = special(exponent)
    if written is not None or exponent is None:
        return "0" if exponent == -math.inf else written or UNSEEN
    whole = math.floor(exponent)
    if whole in _PLAIN_DECADES:
        value = round(10**exponent, 1 - whole)
        return f"{value:.{1 - whole}f}" if value < 1 else f"{value:.1f}".removesuffix(".0")
    digit = round(10 ** (exponent - whole))
    return f"1e{whole + 1}" if digit == 10 else f"{digit}e{whole}"


def one_part_in(exponent: float) -> Text:
    """Return ``10**exponent``, a small fraction, in words.

    Example:
        >>> one_part_in(-6.9)
        Text(en='1 part in 8 million', ko='800만분의 1')
    """
    return _PART.fill(n=counted(-exponent))


def times(exponent: float) -> Text:
    """Return ``10**exponent``, a factor above 1, in words.

    Example:
        >>> times(3.4)
        Text(en='2,500 times', ko='2,500배')
    """
    return _TIMES.fill(n=counted(exponent))


def counted(exponent: float) -> Text:
    """Return the large number ``10**exponent`` with one or two digits and its word."""
    if not math.isfinite(exponent) or exponent > _LARGEST_WORD:
        return same(f"10^{exponent:.0f}" if math.isfinite(exponent) else "∞")
    value = _rounded(10**exponent)
    return Text(_with_unit(value, _EN_UNITS, " "), _with_unit(value, _KO_UNITS, ""))


def duration(seconds: float | None) -> Text:
    """Return a time span.

    Example:
        >>> duration(192).say("en"), duration(4.13).say("ko")
        ('3 min 12 s', '4.1초')
    """
    if seconds is None or not math.isfinite(seconds):
        return same(UNSEEN)
    if seconds < _MINUTE:
        return _SECONDS.fill(n=f"{seconds:.{2 if seconds < 1 else 1 if seconds < 10 else 0}f}")
    whole = round(seconds)
    if whole < _HOUR:
        return _MINUTES.fill(minutes=whole // _MINUTE, seconds=whole % _MINUTE)
    return _HOURS.fill(hours=whole // _HOUR, minutes=whole % _HOUR // _MINUTE)


def _rounded(value: float) -> float:
    if value < 10:
        return round(value, 1) if value < 3 else round(value)
    leading = 10 ** math.floor(math.log10(value))
    return round(value / leading, 1 if value / leading < 3 else 0) * leading


def _with_unit(value: float, units: tuple[tuple[int, str], ...], between: str) -> str:
    for exponent, word in units:
        if value >= 10**exponent:
            return f"{_trimmed(value / 10**exponent)}{between}{word}"
    return _trimmed(value)


def _trimmed(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _scientific(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
