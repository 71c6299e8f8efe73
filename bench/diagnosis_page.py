"""The tables of the diagnosis bench, as Markdown."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import diagnosis_rows
from diagnosis_metrics import (
    NOTHING,
    Answer,
    Scores,
    Truth,
    confusion,
    is_placed,
    per_label,
    score,
)
from diagnosis_rows import Row

__all__ = ["errors", "page", "reasons", "summary"]

BARS = {
    "precision": "≥ 0.92",
    "recall, per label": "≥ 0.88",
    "exact sets, sick": "≥ 70 %",
    "right place, of the hits": "≥ 90 %",
    "healthy with a warning": "≤ 1 in 40",
}


def summary(rows: list[Row], tools: Iterable[str]) -> str:
    """One column for each tool, one row for each measure."""
    truths = [row.truth for row in rows]
    names = [tool for tool in tools if tool != "bare"]
    scored = [score(truths, diagnosis_rows.answers(rows, tool)) for tool in names]
    columns = [_measures(s) for s in scored]
    lines = [_line("what", "asked", *names), _line("---", *["---"] * (len(names) + 1))]
    lines += [
        _line(what, BARS.get(what, ""), *(column[what] for column in columns))
        for what in (columns[0] if columns else ())
    ]
    bare = diagnosis_rows.answers(rows, "bare")
    if bare:
        seconds = sum(a.seconds for a in bare) / len(bare)
        lines.append(
            _line(
                "the same over a bare training", "", *(f"{s.seconds / seconds:.2f}" for s in scored)
            )
        )
    return "\n".join(lines)


def _measures(s: Scores) -> dict[str, str]:
    return {
        "precision": _figure(s.counts.precision),
        "recall, per label": _figure(s.counts.recall),
        "hits, false alarms, misses": f"{s.counts.hits}, {s.counts.false_alarms}, {s.counts.misses}",
        "exact sets, sick": _of(s.exact_sick, s.sick),
        "exact sets, all": _of(s.exact, s.sick + s.healthy),
        "right place, of the hits": _of(s.placed, s.counts.hits),
        "healthy with a warning": f"{s.alarms} of {s.healthy}",
        "trainings on which it failed": str(s.crashed),
        "processor seconds of a training": f"{s.seconds:.2f}",
    }


def page(rows: list[Row], tools: Iterable[str], reasons: Mapping[str, str]) -> str:
    """All tables, livegrad's in full."""
    names = [tool for tool in tools if tool != "bare"]
    truths = [row.truth for row in rows]
    parts = ["## All tools", summary(rows, tools)]
    for tool in names:
        said = diagnosis_rows.answers(rows, tool)
        parts += [f"## {tool}: each label", _labels(truths, said)]
        parts += [f"## {tool}: what was told instead", _instead(truths, said)]
        failed = [a for a in said if a.error]
        if failed:
            parts += [f"## {tool}: trainings on which it failed", _failures(failed)]
    if "livegrad" in names:
        parts += ["## livegrad: false alarms and misses", errors(rows, reasons)]
    return "\n\n".join(parts) + "\n"


def reasons() -> dict[str, str]:
    """Why livegrad did not tell exactly the truth: the training, and a sentence."""
    path = Path(__file__).with_name("diagnosis_reasons.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def errors(rows: list[Row], reasons: Mapping[str, str]) -> str:
    """Every training of which livegrad did not tell exactly the truth, or not the place."""
    lines = [_line("training", "truth", "told", "reason"), _line(*["---"] * 4)]
    for row in rows:
        answer, truth = row.answer("livegrad"), row.truth
        if answer is None:
            continue
        misplaced = [
            c for c in answer.told if c in truth.labels and not is_placed(truth, answer, c)
        ]
        if set(answer.told) == truth.labels and not misplaced:
            continue
        told = [
            f"{c} (at {', '.join(answer.told[c])})" if c in misplaced else c for c in answer.told
        ]
        lines.append(
            _line(
                f"`{row.case}`",
                ", ".join(sorted(truth.labels)) or "healthy",
                ", ".join(told) or NOTHING,
                reasons.get(row.case, ""),
            )
        )
    return "\n".join(lines)


def _labels(truths: list[Truth], said: list[Answer]) -> str:
    lines = [
        _line("label", "hits", "false alarms", "misses", "precision", "recall"),
        _line(*["---"] * 6),
    ]
    for code, c in per_label(truths, said).items():
        counts = (c.hits, c.false_alarms, c.misses)
        lines.append(_line(code, *map(str, counts), _figure(c.precision), _figure(c.recall)))
    return "\n".join(lines)


def _instead(truths: list[Truth], said: list[Answer]) -> str:
    lines = [_line("missed label", "told instead"), _line("---", "---")]
    for code, instead in sorted(confusion(truths, said).items()):
        lines.append(_line(code, ", ".join(f"{name} {n}×" for name, n in instead.most_common())))
    return "\n".join(lines) if len(lines) > 2 else "Nothing was missed."


def _failures(failed: list[Answer]) -> str:
    lines = [_line("training", "error"), _line("---", "---")]
    short = ((a.case, (a.error or "").replace("|", "/").splitlines()[0][:160]) for a in failed)
    return "\n".join(lines + [_line(f"`{case}`", error) for case, error in short])


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "–"
