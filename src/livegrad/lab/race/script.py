"""A lane as a short script with NumPy and PyTorch, without livegrad, that prints the number which the page shows.

What NumPy's generator draws is fixed by its seed, so that the script draws the weights and the order of the minibatches
itself; the points stand in it, for they may have been painted.
"""

from __future__ import annotations

import base64
import itertools

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.initialisation import Initialisation, initialisation
from livegrad.functions import Activation
from livegrad.functions.language.writing import text_of
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.naming import names_of
from livegrad.lab.race.track import Track
from livegrad.text import Text

__all__ = ["script_of"]

_NO_TORCH = Text(
    "'{name}' cannot be written in a line of PyTorch, so there is no script for this lane. Export another lane, or the notebook.",
    "'{name:은/는}' PyTorch 한 줄로 쓸 수 없어 이 레인의 스크립트를 만들지 못합니다. 다른 레인이나 노트북을 내보내세요.",
)
_OPTIMIZERS = {
    "sgd": "torch.optim.SGD({parameters}, lr={lr!r})",
    "momentum": "torch.optim.SGD({parameters}, lr={lr!r}, momentum=0.9)",
    "adam": "torch.optim.Adam({parameters}, lr={lr!r})",
    "adamw": "torch.optim.AdamW({parameters}, lr={lr!r}, weight_decay=0)",
}
_LOSSES = {
    "bce": "F.binary_cross_entropy_with_logits(z, y)",
    "cross-entropy": "F.cross_entropy(z, y[:, 0].long())",
    "mse": "F.mse_loss(z, y)",
}
_SCORES = {
    "bce": '"accuracy", ((z > 0) == (y > 0.5)).float().mean().item()',
    "cross-entropy": '"accuracy", (z.argmax(1) == y[:, 0]).float().mean().item()',
    "mse": '"R2", (1 - F.mse_loss(z, y) / y.var(0, correction=0).mean()).item()',
}
_DRAWS = {
    "normal": "rng.standard_normal((i, o)) * {weight} / i**0.5",
    "uniform": "rng.uniform(-(3**0.5), 3**0.5, (i, o)) * {weight} / i**0.5",
    "orthogonal": "{weight} * orthogonal(rng.standard_normal((i, o)))",
}
_ORTHOGONAL = """\
def orthogonal(a):
    q, r = np.linalg.qr(a.T if a.shape[0] < a.shape[1] else a)
    q = q * np.sign(np.diag(r))
    return q.T if a.shape[0] < a.shape[1] else q
"""
_WORDS = """\
from torch import abs, cos, erf, exp, expm1, log, log1p, sigmoid, sign, sin, sqrt, tanh, arctan, clip
from math import pi, e
num = lambda v: torch.as_tensor(v, dtype=torch.float32)
where = lambda c, a, b: torch.where(c, num(a), num(b))
max, min = (lambda a, b: torch.maximum(num(a), num(b))), (lambda a, b: torch.minimum(num(a), num(b)))
softplus, normal_cdf = F.softplus, torch.special.ndtr
"""


def script_of(track: Track, number: int) -> str:
    """Return the script of one lane.

    Args:
        track: The race; the script trains for as many epochs as it has run.
        number: Which lane, from 0.

    Raises:
        BadInput: PyTorch has no way to write the lane's activation.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> script_of(track, 0).splitlines()[-1].startswith("print")
        True
    """
    lane = track.lanes[number]
    split = lane.split
    last = lane.history.last
    assert last is not None  # noqa: S101 - a lane has its epoch 0
    rows = len(split.train_inputs)
    head = [
        f"# livegrad race, lane {number + 1} ({names_of(track.setup)[number]}): start, points and minibatches are the page's",
        f"# after epoch {track.epoch} the page shows score {last[1][0, 2]:.4f} and loss {last[1][0, 1]:.5f} on what is held back",
        "import base64, numpy as np, torch, torch.nn.functional as F",
        "torch.set_num_threads(1)  # sums in one order, so that the numbers come out the same everywhere",
        "",
        f'data = np.frombuffer(base64.b64decode("{_points(lane)}"), "<f4").reshape(-1, 3).copy()  # x1, x2, label',
        f"x, y = torch.from_numpy(data[:, :2]), torch.from_numpy(data[:, 2:])  # the first {rows} are learned",
        f"rng, sizes = np.random.default_rng({track.setup.seed}), {list(lane.nets.architecture.sizes)}",
    ]
    body = [*_start(lane), *_network(lane), *_training(track, lane, rows)]
    return "\n".join([*head, *body, ""])


def _points(lane: Lane) -> str:
    split = lane.split
    parts = [
        np.column_stack([x, np.reshape(y, (len(x), -1))[:, :1]])
        for x, y in (
            (split.train_inputs, split.train_targets),
            (split.validation_inputs, split.validation_targets),
        )
    ]
    return base64.b64encode(np.concatenate(parts).astype("<f4").tobytes()).decode()


def _start(lane: Lane) -> list[str]:
    """Draw weights and biases in the engine's order: both of a layer before the next layer's."""
    sizes = lane.nets.architecture.sizes
    pairs = list(itertools.pairwise(sizes))
    scales = [_scales(lane, i, o) for i, o in pairs]
    kind = "orthogonal" if scales[0].orthogonal else "uniform" if scales[0].uniform else "normal"
    weight = "w" if len({s.weight for s in scales}) > 1 else f"{scales[0].weight!r}"
    bias = "b" if len({s.bias for s in scales}) > 1 else f"{scales[0].bias!r}"
    noise = "rng.uniform(-(3**0.5), 3**0.5, o)" if kind == "uniform" else "rng.standard_normal(o)"
    lines: list[str] = [_ORTHOGONAL.rstrip()] if kind == "orthogonal" else []
    loop = "for i, o in zip(sizes, sizes[1:]):"
    if weight == "w" or bias == "b":
        pairs_of = [(s.weight, s.bias) for s in scales]
        lines.append(f"scales = {pairs_of!r}  # of weights and biases, layer by layer")
        loop = "for (i, o), (w, b) in zip(zip(sizes, sizes[1:]), scales):"
    return [
        *lines,
        "W, B = [], []",
        loop,
        f"    W.append(torch.tensor({_DRAWS[kind].format(weight=weight)}, dtype=torch.float32, requires_grad=True))",
        f"    B.append(torch.tensor({noise} * {bias}, dtype=torch.float32, requires_grad=True))",
    ]


def _scales(lane: Lane, fan_in: int, fan_out: int) -> Initialisation:
    found = initialisation(lane.plan.init, lane.nets.activation, fan_in=fan_in, fan_out=fan_out)
    return Initialisation(
        weight=float(found.weight),
        bias=float(found.bias),
        orthogonal=found.orthogonal,
        uniform=found.uniform and not found.orthogonal,
    )


def _network(lane: Lane) -> list[str]:
    plan, activation = lane.plan, lane.nets.activation
    words, called = _activation(activation)
    lines = list(words)
    more = list[str]()
    if activation.learned:
        starts = ", ".join(f"{activation.settings[name]!r}" for name in activation.learned)
        lines.append(f"A = [torch.tensor([{starts}], requires_grad=True) for _ in W[:-1]]")
        more.append("A")
    if plan.norm:
        lines.append(
            f"norms = torch.nn.ModuleList([torch.nn.BatchNorm1d({plan.width}) for _ in W[:-1]])"
        )
        more.append("list(norms.parameters())")
    if plan.skip == "rezero":
        lines.append("branch = [torch.zeros((), requires_grad=True) for _ in W[:-1]]")
        more.append("branch[1:]")
    met = "h @ w + b"
    made = f"norms[k]({met})" if plan.norm else met
    lines += [
        "def net(h):",
        "    for k, (w, b) in enumerate(zip(W[:-1], B[:-1])):",
        f"        f = {called.format(z=made)}",
        f"        h = {_joined(plan.skip)}",
        "    return h @ W[-1] + B[-1]",
    ]
    parameters = " + ".join(["W", "B", *more])
    lines.append(
        f"optimizer = {_OPTIMIZERS[plan.optimizer].format(parameters=parameters, lr=plan.lr)}"
    )
    return lines


def _joined(skip: str | None) -> str:
    if skip is None:
        return "f"
    return "h + branch[k] * f if k else f" if skip == "rezero" else "h + f if k else f"


def _activation(activation: Activation) -> tuple[list[str], str]:
    """Lines that define the activation, and how it is called on ``{z}``."""
    native = activation.native("torch")
    if activation.id == "identity":
        return [], "{z}"
    if native is not None and not activation.learned:
        given = "".join(f", {k}={v!r}" for k, v in native.arguments(activation.settings).items())
        path = native.path.replace("torch.nn.functional", "F")
        return [], f"{path}({{z}}{given})"
    try:
        written = text_of(activation.formula)
    except BadInput:
        raise BadInput(_NO_TORCH.fill(name=activation.id)) from None
    settings = {k: v for k, v in activation.settings.items() if k not in activation.learned}
    fixed = "".join(f", {name}={value!r}" for name, value in settings.items())
    learned = "".join(f", {name}" for name in activation.learned)
    line = f"act = lambda x{learned}{fixed}: num({written})"
    return [_WORDS.rstrip(), line], "act({z}, *A[k])" if learned else "act({z})"


def _training(track: Track, lane: Lane, rows: int) -> list[str]:
    setup, loss = track.setup, lane.split.loss
    batch = min(setup.batch, rows)
    steps = -(-rows // batch)
    seed = f"[{track.data.order_key}, {setup.seed}, {setup.batch}, epoch]"
    evaluating = ["norms.eval()"] if lane.plan.norm else []
    return [
        f"loss_of = lambda z, y: {_LOSSES[loss]}",
        f"for epoch in range({track.epoch}):",
        f"    for rows in np.resize(np.random.default_rng({seed}).permutation({rows}), ({steps}, {batch})):",
        "        optimizer.zero_grad()",
        "        loss_of(net(x[rows]), y[rows]).backward()",
        "        optimizer.step()",
        *evaluating,
        f"z, y = net(x[{rows}:]).detach(), y[{rows}:]",
        f'print({_SCORES[loss]}, "loss", loss_of(z, y).item())',
    ]
