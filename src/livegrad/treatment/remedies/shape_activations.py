"""Scale and shift the activation so that a plain net of this depth can learn (DKS and TAT); the function stays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.errors import LivegradError
from livegrad.flow import shape
from livegrad.flow.shaping.rectifier import own_slope
from livegrad.functions import elementwise
from livegrad.observation.evidence import Data, Evidence, Optimizer
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

FEWEST = 3
"""With fewer activations in a row plain gains do as much."""
RATES = {"adaptive": (3e-4, 1e-3), "momentum": (1e-3, 3e-3), "plain": (1e-2, 3e-3)}
"""What shaped nets of 50 and 100 layers learned best with (bench/flow_shape.py), whichever was best first."""
_OFF_CENTRE, _OFF_SCALE = 0.3, 2.0
"""Inputs further off than this (mean over spread; root mean square from 1, as a factor) are brought back."""
_REASON = Text(
    "γ·({activation}(αx + β) + δ) with α = {alpha}, β = {beta}, γ = {gamma}, δ = {delta} and orthogonal weights: over "
    "{depth} layers the squared gradient changes by ×{slope}, and unrelated inputs end with correlation {correlation}.",
    "직교 가중치와 함께 γ·({activation}(αx + β) + δ)를 씁니다(α = {alpha}, β = {beta}, γ = {gamma}, δ = {delta}). {depth}층을 "
    "지나도 기울기 제곱은 {slope}배에 그치고, 서로 무관한 입력들의 상관은 끝에서 {correlation}입니다.",
)
_REASON_SLOPE = Text(
    "A slope of {slope} below 0, chosen for {depth} layers, and orthogonal weights: the gradient keeps its size, and "
    "unrelated inputs end with correlation {correlation} instead of looking all alike.",
    "{depth}층에 맞춰 0 아래의 기울기를 {slope:으로/로} 정하고 직교 가중치를 씁니다. 기울기의 크기가 지켜지고, 서로 무관한 "
    "입력들의 상관이 끝에서도 {correlation}에 그쳐 입력이 모두 비슷해지지 않습니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Plain chains with one activation that can be shaped, at the rates that suit shaped nets."""
    del finding
    inner = ladder.hidden(evidence)
    name = chain.activation_of(evidence)
    rate = evidence.optimizer.rate if evidence.optimizer else None
    if name is None or rate is None or len(inner) < FEWEST:
        return ()
    try:
        shaped = shape(name, len(inner))
    except LivegradError:  # no scale and shift exist for this function
        return ()
    if shaped.slope is not None and shaped.slope == own_slope(elementwise(name)):
        return ()  # not deep enough to need another slope, and its weights are those of `critical-weights`
    found = shaped.achieved
    settings: Settings = {
        "activation": name,
        "depth": len(inner),
        "layers": [x.name for x in evidence.layers],
        "absorbed": not _is_adaptive(evidence.optimizer),
        "output_too": name in (evidence.output.operations if evidence.output else ()),
        "slope": None if shaped.slope is None else f"{shaped.slope:.3g}",
        "alpha": f"{shaped.input_scale:.3g}",
        "beta": f"{shaped.input_shift:.3g}",
        "gamma": f"{shaped.output_scale:.3g}",
        "delta": f"{shaped.output_shift:.3g}",
        "growth": f"{found.deep_slope:.3g}",
        "correlation": f"{found.deep_correlation:.2f}",
        **_inputs(evidence.data),
    }
    rates = dict.fromkeys(min(rate, r) for r in RATES[_kind(evidence.optimizer)])
    return tuple({**settings, "rate": rate, "new": new} for new in rates)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Shape, draw orthogonal weights, centre the inputs where they are far off, lower the rate."""
    from livegrad.treatment import surgery, surgery_rates, surgery_shaping

    lines = surgery_shaping.shape_activations(
        patient,
        str(settings["activation"]),
        cast("list[str]", settings["layers"]),
        absorbed=bool(settings["absorbed"]),
        output_too=bool(settings["output_too"]),
    )
    if settings["scale"] is not None:
        mean, scale = cast("list[float]", settings["mean"]), cast("float", settings["scale"])
        hook = surgery.Standardising(mean, [scale] * len(mean), cast("int", settings["axis"]))
        patient.undo_with(patient.models[0][1].register_forward_pre_hook(hook).remove)
        lines = (
            *lines,
            "+ mean = X_train.mean(0)  # of the training data alone",
            "+ scale = (X_train - mean).square().mean().sqrt()  # one number for all features",
            "+ X_train, X_test = (X_train - mean) / scale, (X_test - mean) / scale",
        )
    rate, new = settings["rate"], settings["new"]
    if rate == new:
        return lines
    surgery_rates.scale(patient, cast("float", new) / cast("float", rate))
    return (*lines, f"- lr={rate:g}", f"+ lr={new:g}")


def reason(settings: Settings) -> Text:
    """The numbers of the shaping, and what they achieve."""
    if settings["slope"] is not None:
        return _REASON_SLOPE.fill(**{k: settings[k] for k in ("slope", "depth", "correlation")})
    named = ("activation", "alpha", "beta", "gamma", "delta", "depth", "correlation")
    return _REASON.fill(slope=settings["growth"], **{k: settings[k] for k in named})


def _inputs(data: Data | None) -> Settings:
    """Mean by feature and one scale for all, where inputs are far from centred or from mean square 1."""
    as_it_is: Settings = {"mean": [], "scale": None, "axis": -1}
    if data is None or not data.mean or data.normalised:
        return as_it_is
    offset = math.sqrt(sum(m * m for m in data.mean) / len(data.mean))
    spread = math.sqrt(sum(s * s for s in data.spread) / len(data.spread))
    well = 1 / _OFF_SCALE < math.hypot(offset, spread) < _OFF_SCALE
    if spread == 0 or (well and offset <= _OFF_CENTRE * spread):
        return as_it_is
    return {"mean": list(data.mean), "scale": spread, "axis": data.axis}


def _is_adaptive(optimizer: Optimizer | None) -> bool:
    """Whether steps do not follow the gradient's size: everything but SGD, as far as the name tells."""
    return optimizer is None or optimizer.name.upper() not in ("SGD", "ASGD")


def _kind(optimizer: Optimizer | None) -> str:
    if optimizer is None or _is_adaptive(optimizer):
        return "adaptive"
    return "momentum" if optimizer.momentum else "plain"


REMEDY = Remedy(
    id="shape-activations",
    title=Text(
        "{activation} shaped for {depth} layers, learning rate {new}",
        "{depth}층에 맞춘 {activation} 조형(shaping), 학습률 {new}",
    ),
    codes=(
        "vanishing-gradient",
        "exploding-gradient",
        "signal-collapse",
        "saturation",
        "bad-initialization",
    ),
    effect=Text(
        "Each layer bends the signal so little that after all of them gradient and differences between inputs are still there.",
        "층마다 신호를 아주 조금만 휘게 하므로, 모든 층을 지난 뒤에도 기울기와 입력 사이의 차이가 남습니다.",
    ),
    price=Text(
        "A smaller learning rate, and weights drawn anew; no layer and no path is added.",
        "학습률이 작아지고 가중치를 새로 뽑습니다. 층이나 경로는 늘지 않습니다.",
    ),
    when_not=Text(
        "With normalisation or residual paths, which do the same work; in networks that have already learned something.",
        "정규화나 잔차 연결이 있으면 이미 같은 일을 하므로 쓰지 않습니다. 배운 것이 있는 신경망에도 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
