"""One record from many processes that trained the same network together (DDP, FSDP).

Each process saw its own part of every batch, and under FSDP its own part of every weight too. All trained the mean of
their losses, so an error signal counts 1/ranks of what its own process saw; a unit is dead only if it slept on all of them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from livegrad.observation import pooling
from livegrad.observation.evidence import Clipping, Evidence, Layer, Optimizer, Series
from livegrad.observation.pooling import Numbers, known, log_rms, log_sum, mean, of_known, rms

__all__ = ["Share", "joined"]


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one process saw.

    Attributes:
        evidence: Its numbers.
        sharded: Whether it held only a part of each weight (FSDP), so that norms of weights are norms of parts.
        dead: For each layer by name, which of its units slept through this process's batches.
    """

    evidence: Evidence
    sharded: bool = False
    dead: dict[str, tuple[int, ...]] = field(default_factory=dict)


def joined(shares: Sequence[Share]) -> Evidence:
    """Return one record for the training that all processes made together.

    Args:
        shares: One for each process, the first rank first; at least one.

    Example:
        >>> from livegrad.observation.evidence import Loss
        >>> seen = [
        ...     Evidence(model="Net", steps=1, loss=Loss(steps=(0,), values=(v,)))
        ...     for v in (1.0, 3.0)
        ... ]
        >>> whole = joined([Share(evidence=e) for e in seen])
        >>> whole.ranks, whole.loss.values
        (2, (2.0,))
    """
    seen = [share.evidence for share in shares]
    if len(seen) == 1:
        return seen[0]
    sampled = tuple(sorted({step for e in seen for step in e.sampled}))
    return dataclasses.replace(
        seen[0],
        steps=max(e.steps for e in seen),
        sampled=sampled,
        layers=_layers(shares, sampled),
        loss=pooling.loss_of(known(e.loss for e in seen)),
        score=pooling.score_of(known(e.score for e in seen)),
        output=pooling.output_of(known(e.output for e in seen)),
        data=pooling.data_of(known(e.data for e in seen)),
        optimizer=_optimizer(seen, sampled),
        clipping=_clipping(shares, sampled),
        ranks=len(seen),
        compiled=any(e.compiled for e in seen),
        adversarial=any(e.adversarial for e in seen),
        interrupted=any(e.interrupted for e in seen),
        seconds=max(e.seconds for e in seen),
        watching_seconds=max(e.watching_seconds for e in seen),
    )


# ---- layers -----------------------------------------------------------------------------------------


def _layers(shares: Sequence[Share], sampled: tuple[int, ...]) -> tuple[Layer, ...]:
    """Layers of the same name, joined; in the order of the first process that met each."""
    by_name: dict[str, list[tuple[Share, Layer]]] = {}
    for share in shares:
        for layer in share.evidence.layers:
            by_name.setdefault(layer.name, []).append((share, layer))
    return tuple(_layer(met, len(shares), sampled) for met in by_name.values())


def _layer(met: list[tuple[Share, Layer]], ranks: int, sampled: tuple[int, ...]) -> Layer:
    """One layer. Local error signals are parts of one long vector; so are the norms of a sharded weight."""
    parts = [layer for _, layer in met]
    sharded = any(share.sharded for share, _ in met)

    def series(name: str, join: Callable[[Numbers], float]) -> Series:
        return _series([(share, getattr(layer, name)) for share, layer in met], sampled, join)

    def signal(values: Numbers) -> float:
        return log_rms(values) - 0.5 * math.log10(ranks)

    dead, since, samples = _dead(met, ranks)
    first = next((x for x in parts if x.time_gradient), parts[0])
    times = [x.time_gradient for x in parts if len(x.time_gradient) == len(first.time_gradient)]
    return dataclasses.replace(
        parts[0],
        is_output=all(x.is_output for x in parts),
        initial_gain=of_known(rms, (x.initial_gain for x in parts)),
        initial_mean=of_known(mean, (x.initial_mean for x in parts)),
        constant=all(x.constant for x in parts) and len({x.initial_mean for x in parts}) == 1,
        rows=sum(x.rows or 0 for x in parts) or None,
        gradient=series("gradient", signal),
        weight_gradient=series("weight_gradient", log_sum if sharded else log_rms),
        update=series("update", rms),
        moved=series("moved", rms),
        mean=series("mean", mean),
        spread=_spread(met, sampled),
        slope=series("slope", rms),
        saturated=series("saturated", mean),
        asleep=series("asleep", min),
        lost=series("lost", mean),
        one_signed=series("one_signed", mean),
        input_offset=series("input_offset", mean),
        correlation=series("correlation", mean),
        dead=dead,
        dead_since=since,
        dead_samples=samples,
        time_gradient=tuple(of_known(signal, step) for step in zip(*times, strict=True)),
    )


def _dead(met: list[tuple[Share, Layer]], ranks: int) -> tuple[int | None, int | None, int | None]:
    """Units that slept in every process: those that all name, or at most the fewest that any counted."""
    if any(layer.dead is None for _, layer in met) or len(met) < ranks:
        return None, None, None
    named = [set(share.dead[layer.name]) for share, layer in met if layer.name in share.dead]
    fewest = min(layer.dead or 0 for _, layer in met)
    dead = len(set.intersection(*named)) if len(named) == len(met) else fewest
    if not dead:
        return 0, None, None
    since = max((layer.dead_since or 0 for _, layer in met), default=0)
    return dead, since, sum(layer.dead_samples or 0 for _, layer in met)


def _spread(met: list[tuple[Share, Layer]], sampled: tuple[int, ...]) -> Series:
    """Standard deviation over all processes: variances within, and of the means between."""

    def second_moments(share: Share, layer: Layer) -> tuple[Share, Series]:
        pairs = zip(layer.spread, layer.mean, strict=False)
        return share, tuple(None if s is None or m is None else s * s + m * m for s, m in pairs)

    moments = _series([second_moments(*pair) for pair in met], sampled, mean)
    means = _series([(share, layer.mean) for share, layer in met], sampled, mean)
    return tuple(
        None if second is None or middle is None else math.sqrt(max(second - middle**2, 0.0))
        for second, middle in zip(moments, means, strict=True)
    )


def _clipping(shares: Sequence[Share], sampled: tuple[int, ...]) -> Clipping | None:
    found = [(s, c) for s in shares if (c := s.evidence.clipping) is not None]
    if not found:
        return None
    join = log_sum if any(share.sharded for share in shares) else log_rms
    return Clipping(
        before=_series([(share, c.before) for share, c in found], sampled, join),
        after=_series([(share, c.after) for share, c in found], sampled, join),
    )


def _series(
    columns: Iterable[tuple[Share, Series]],
    sampled: tuple[int, ...],
    join: Callable[[Numbers], float],
) -> Series:
    """One value for each of the ``sampled`` steps, from the processes that measured it then."""
    found: dict[int, list[float]] = {}
    for share, values in columns:
        for step, value in zip(share.evidence.sampled, values, strict=False):
            if value is not None:
                found.setdefault(step, []).append(value)
    return tuple(join(found[step]) if step in found else None for step in sampled) if found else ()


def _optimizer(seen: list[Evidence], sampled: tuple[int, ...]) -> Optimizer | None:
    """The first process's; a parameter counts as untouched only if no process touched it."""
    made = known(e.optimizer for e in seen)
    if not made:
        return None
    untouched = set.intersection(*(set(o.untouched) for o in made))
    rates = [(Share(evidence=e), e.optimizer.rates) for e in seen if e.optimizer is not None]
    return dataclasses.replace(
        made[0],
        rates=_series(rates, sampled, lambda values: values[0]),
        left_out=tuple(dict.fromkeys(name for o in made for name in o.left_out)),
        left_out_share=max(o.left_out_share for o in made),
        untouched=tuple(name for name in made[0].untouched if name in untouched),
        carried=max(o.carried for o in made),
    )
