"""A remedy of a diagnosis as something a lane can have of its own: the only place where the two meet.

Remedies change PyTorch networks; a lane begins anew with other settings. What a remedy proposes (`Remedy.propose`, without
torch) is translated here; those that move numbers that no setting draws have no lane (``recentre-biases``, ``reset-dead-units``,
``sigmoid-to-tanh``, ``relu-to-prelu``, ``lsuv``, ``normalise-as-identity``), nor those for outputs and layers that lanes do not have
(``correct-output``, ``orthogonal-recurrence``), nor data with gaps (``fill-gaps``). Nor has a lane a schedule (``hold-rate``, ``warm-up``), a limit for its gradients
(``clip-gradients``), 16-bit numbers (``wider-numbers``, ``full-precision``, ``scale-loss``), or a loop in which parameters are left
out, gradients kept or shapes mixed up (``hold-all-parameters``, ``zero-gradients``, ``match-shapes``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from livegrad.diagnosis.finding import Finding
from livegrad.errors import LivegradError
from livegrad.flow import gain, shape
from livegrad.flow.initialisation import Initialisation
from livegrad.lab.nets import elementwise_in
from livegrad.lab.race.setup import LanePlan, init_written
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.remedy import Remedy, Settings

__all__ = ["Cure", "cures_of", "lower_rate"]

Own: TypeAlias = dict[str, Any]
MOST = 3
"""More buttons than this under one finding are no help."""


@dataclass(frozen=True, kw_only=True)
class Cure:
    """A lane that may do better.

    Attributes:
        label: What is done, in a few words.
        own: What the lane has of its own, as `race.lane` takes it.
        remedy: Which remedy it stands for.
    """

    label: Text
    own: Mapping[str, Any]
    remedy: str = ""

    def written(self) -> dict[str, object]:
        """Return it as the page gets it."""
        return {"label": self.label, "with": dict(self.own)}


def lower_rate(rate: float, factor: float = 0.1) -> Cure:
    """Return the cure of steps that are too large: a tenth of the rate, or another part of it.

    Example:
        >>> lower_rate(3.0).own
        {'lr': 0.3}
    """
    new = float(f"{rate * factor:.3g}")
    label = REMEDIES["lower-rate"].title.fill(new=f"{new:g}")
    return Cure(label=label, own={"lr": new}, remedy="lower-rate")


def cures_of(finding: Finding, evidence: Evidence, plan: LanePlan) -> tuple[Cure, ...]:
    """Return lanes that may do better, the best first.

    Args:
        finding: What ails a lane.
        evidence: What it was found in.
        plan: The lane's, for what it has already.

    Example:
        >>> from livegrad.lab.race.findings import examined
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "identity"},)))
        >>> track.advance(2)
        >>> found = examined(track.lanes[0]).diagnosis
        >>> plan = track.lanes[0].plan
        >>> [c.own["activation"] for c in cures_of(found.findings[0], found.evidence, plan)]
        ['relu', 'tanh']
    """
    by_remedy = list[list[Cure]]()
    for name in finding.remedies:
        remedy, translate = REMEDIES.get(name), _LANES.get(name)
        if remedy is None or translate is None:
            continue
        found = [translate(settings, plan) for settings in remedy.propose(finding, evidence)]
        by_remedy.append([_cure(remedy, s, o) for s, o in found if _changes(o, plan)])
    # One of each remedy before the second of any: other ideas before more of the same.
    ordered = [cures[k] for k in range(MOST) for cures in by_remedy if k < len(cures)]
    return tuple(ordered[:MOST])


def _cure(remedy: Remedy, settings: Settings, own: Own) -> Cure:
    written = {name: init_written(value) for name, value in own.items()}
    said = {n: f"{v:g}" if isinstance(v, float) else v for n, v in settings.items()}
    return Cure(label=remedy.title.fill(**said), own=written, remedy=remedy.id)


def _changes(own: Own, plan: LanePlan) -> bool:
    return bool(own) and any(getattr(plan, name) != value for name, value in own.items())


Translated: TypeAlias = tuple[Settings, Own]


def _other_rate(settings: Settings, plan: LanePlan) -> Translated:
    del plan
    return settings, {"lr": settings["new"]}


def _reinitialise(settings: Settings, plan: LanePlan) -> Translated:
    return settings, _drawn_for(plan.activation)


def _swap(settings: Settings, plan: LanePlan) -> Translated:
    del plan
    new = str(settings["new"])
    return settings, {"activation": new, **_drawn_for(new)}


def _insert(settings: Settings, plan: LanePlan) -> Translated:
    del plan
    new = str(settings["new"])
    return settings, {"activation": new, **_drawn_for(new)}


def _rezero(settings: Settings, plan: LanePlan) -> Translated:
    del plan
    return settings, {"skip": "rezero"}


def _residual(settings: Settings, plan: LanePlan) -> Translated:
    """Lanes add the branch at full strength."""
    del plan
    return settings, {"skip": "residual"}


def _standardise(settings: Settings, plan: LanePlan) -> Translated:
    del plan
    return settings, {"scaling": "standard"}


def _shape(settings: Settings, plan: LanePlan) -> Translated:
    """The shaped function as a formula, or a rectifier with its slope; orthogonal weights, the rate that suits them."""
    if (
        not plan.activation.isidentifier()
    ):  # a formula, or settings of one's own: not the plain function
        return settings, {}
    shaped = shape(plan.activation, cast("int", settings["depth"]))
    written, scale = f"leaky_relu(alpha={shaped.slope:.4g})" if shaped.slope else "relu", 1.0
    if shaped.slope is None:
        inner = f"{plan.activation}({shaped.input_scale!r} * x + {shaped.input_shift!r})"
        written = f"{shaped.output_scale!r} * ({inner} + {shaped.output_shift!r})"
    else:
        scale = float(f"{shaped.output_scale:.4g}")
    init = Initialisation(weight=scale, orthogonal=True)
    return settings, {"activation": written, "init": init, "lr": settings["new"]}


def _critical(settings: Settings, plan: LanePlan) -> Translated:
    del plan
    weight, bias = cast("float", settings["weight"]), cast("float", settings["bias"])
    return settings, {"init": Initialisation(weight=weight, bias=bias, orthogonal=True)}


def _normalise(settings: Settings, plan: LanePlan) -> Translated:
    """Lanes know batch normalisation only."""
    del plan
    return settings, {"norm": "batch"} if settings["norm"] == "batch" else {}


def _drawn_for(activation: str) -> Own:
    """Orthogonal weights with the gain that keeps the gradient's size, as the remedy draws them."""
    try:
        scale = gain(elementwise_in(activation), direction="backward")
    except LivegradError:
        return {}
    return {"init": Initialisation(weight=float(f"{scale:.4g}"), orthogonal=True)}


_LANES: dict[str, Callable[[Settings, LanePlan], Translated]] = {
    "lower-rate": _other_rate,
    "raise-rate": _other_rate,
    "reinitialise": _reinitialise,
    "swap-activation": _swap,
    "insert-activation": _insert,
    "rezero": _rezero,
    "residual": _residual,
    "standardise-inputs": _standardise,
    "shape-activations": _shape,
    "critical-weights": _critical,
    "insert-normalisation": _normalise,
}
