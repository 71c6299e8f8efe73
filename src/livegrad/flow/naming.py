"""A network's name, in words."""

from __future__ import annotations

from livegrad.flow.initialisation import Initialisation
from livegrad.flow.network import Network
from livegrad.text import Text, join, same

__all__ = ["named", "title_of"]

_STACK = Text(
    "{activation}, {depth} layers of {width}, {init}",
    "{activation}, 너비 {width}인 층 {depth}개, {init}",
)
_STEPS = Text(
    "{activation}, {depth} time steps of {width} units, {init}",
    "{activation}, 유닛 {width}개, 시간 단계(time step) {depth}개, {init}",
)
_SKIP = Text("residual branches × {scale:g}", "잔차 가지(residual branch) × {scale:g}")
_NORMS = {
    "batch": Text("batch norm", "배치 정규화(batch norm)"),
    "layer": Text("layer norm", "층 정규화(layer norm)"),
    "rms": Text("RMS norm", "RMS 정규화(RMS norm)"),
}
_AFTER = Text("after the sum", "덧셈 뒤에")
_DROPOUT = Text("dropout {share:g}", "드롭아웃(dropout) {share:g}")
_KERNEL = Text("kernels {size}×{size}", "커널 {size}×{size}")
_INITS = {
    "pytorch": Text("PyTorch's default initialisation", "PyTorch 기본 초기화"),
    "glorot": Text("Glorot's initialisation", "Glorot 초기화"),
    "he": Text("He's initialisation", "He 초기화"),
    "lecun": Text("LeCun's initialisation", "LeCun 초기화"),
    "orthogonal": Text("orthogonal weights", "직교 가중치(orthogonal)"),
    "critical": Text("critical initialisation", "임계 초기화(critical)"),
}


def named(init: Initialisation) -> Text:
    """Return an initialisation in words.

    Example:
        >>> named(Initialisation(weight=1.5)).en
        'σ_w = 1.5, σ_b = 0'
    """
    return _INITS.get(init.name) or same(f"σ_w = {init.weight:.4g}, σ_b = {init.bias:.4g}")


def title_of(network: Network) -> Text:
    """Return what network it is."""
    form = _STEPS if network.recurrent else _STACK
    parts = [
        form.fill(
            activation=network.activation.id,
            depth=network.depth,
            width=network.width,
            init=named(network.scales()),
        )
    ]
    if network.skip is not None:
        parts.append(_SKIP.fill(scale=network.skip))
    if network.norm is not None:
        after = network.skip is not None and not network.norm_first
        parts.append(join([_NORMS[network.norm], _AFTER]) if after else _NORMS[network.norm])
    if network.dropout:
        parts.append(_DROPOUT.fill(share=network.dropout))
    if network.kernel > 1:
        parts.append(_KERNEL.fill(size=network.kernel))
    return join(parts, between=", ")
