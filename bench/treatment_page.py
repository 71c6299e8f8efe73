"""The tables of the treatment bench, as Markdown."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict

from treatment_rows import Row

__all__ = ["line", "page"]


def line(row: Row) -> str:
    """One training in one line."""
    tried = ", ".join(f"{t.remedy} {t.outcome} {_figure(t.skill)}" for t in row.tried)
    verdict = "harmed" if row.harmed else _verdict(row)
    return (
        f"{verdict:12s} {row.case} [{', '.join(row.labels) or 'healthy'}] told {', '.join(row.told) or 'nothing'}: "
        f"{_figure(row.before)} → {_figure(row.after)} (twin {_figure(row.twin)}) by {row.won or 'nothing'}; "
        f"{row.seconds / max(row.bare, 1e-9):.1f} trainings; {tried}{row.error}"
    )


def _verdict(row: Row) -> str:
    if not row.labels:
        return "left alone" if not row.tried else "treated"
    if not row.hurt:
        return "nothing lost"
    if row.is_repaired(row.first):
        return "by the first"
    return "by the race" if row.is_repaired(row.after) else "NOT REPAIRED"


def page(rows: list[Row]) -> str:
    """All tables."""
    return "\n\n".join(
        [
            _summary(rows),
            "## By finding",
            _by_finding(rows),
            "## By remedy",
            _by_remedy(rows),
            "## Not repaired",
            _left(rows),
        ]
    )


def _summary(rows: list[Row]) -> str:
    hurt = [row for row in rows if row.labels and row.hurt]
    healthy = [row for row in rows if not row.labels]
    price = sorted(row.seconds / row.bare for row in rows if row.bare and row.tried)
    first = sum(row.is_repaired(row.first) for row in hurt)
    race = sum(row.is_repaired(row.after) for row in hurt)
    lines = [
        "| what | asked | measured |",
        "| --- | --- | --- |",
        f"| sick trainings that hurt | | {len(hurt)} of {sum(bool(r.labels) for r in rows)} |",
        f"| repaired by the first prescription | ≥ 90 % | {_of(first, len(hurt))} |",
        f"| repaired within the race | ≥ 95 % | {_of(race, len(hurt))} |",
        f"| healthy given a prescription | 0 | {sum(bool(r.tried) for r in healthy)} of {len(healthy)} |",
        f"| healthy harmed | 0 | {sum(r.harmed for r in healthy)} of {len(healthy)} |",
        f"| sick made worse | 0 | {sum(r.harmed for r in rows if r.labels)} |",
        f"| checks that failed | 0 | {sum(bool(r.error) for r in rows)} |",
    ]
    if price:
        lines.append(
            f"| cost of the whole check, in bare trainings, median (greatest) | ≤ 10 | "
            f"{statistics.median(price):.1f} ({price[-1]:.1f}) |"
        )
    return "\n".join(lines)


def _by_finding(rows: list[Row]) -> str:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for code in row.labels if row.hurt else ():
            groups[code].append(row)
    lines = [
        "| finding | hurt | first prescription | within the race | won by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for key, group in sorted(groups.items()):
        won = Counter(row.won or "nothing" for row in group).most_common()
        lines.append(
            f"| {key} | {len(group)} | {sum(r.is_repaired(r.first) for r in group)} | "
            f"{sum(r.is_repaired(r.after) for r in group)} | "
            f"{', '.join(f'{name} {count}' for name, count in won)} |"
        )
    return "\n".join(lines)


def _by_remedy(rows: list[Row]) -> str:
    tried: Counter[str] = Counter()
    helped: Counter[str] = Counter()
    won: Counter[str] = Counter()
    gains: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for t in row.tried:
            tried[t.remedy] += 1
            helped[t.remedy] += t.outcome == "helped"
            if t.skill is not None and row.before is not None:
                gains[t.remedy].append(t.skill - row.before)
        won[row.won] += bool(row.won)
    lines = [
        "| remedy | tried | helped | won | median gain in skill |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, count in tried.most_common():
        gain = f"{statistics.median(gains[name]):+.2f}" if gains[name] else ""
        lines.append(f"| {name} | {count} | {helped[name]} | {won[name]} | {gain} |")
    return "\n".join(lines)


def _left(rows: list[Row]) -> str:
    lines = ["| training | truth | told | before → after (twin) |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{row.case}` | {', '.join(row.labels)} | {', '.join(row.told) or 'nothing'} | "
        f"{_figure(row.before)} → {_figure(row.after)} ({_figure(row.twin)}) {row.error} |"
        for row in rows
        if row.labels and row.hurt and not row.is_repaired(row.after)
    ]
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "–"
