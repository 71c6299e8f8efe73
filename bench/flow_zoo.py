"""The models of bench/flow_models.py: ordinary PyTorch code, freshly initialised."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

Batch = tuple[Tensor, Tensor]
Entry = tuple[str, Callable[[], nn.Module], Batch]
CLASSES = 10


def models(*, quick: bool = False) -> Iterator[Entry]:
    """Return name, builder and minibatch of every model."""
    yield from plain(quick=quick)
    yield from normalised(quick=quick)
    yield from residual(quick=quick)
    yield from images(quick=quick)
    yield from sequences(quick=quick)


# ------------------------------------------------------------ batches


@functools.cache
def digits() -> Batch:
    """Return 32 standardised digits and their classes."""
    x, y = load_digits(return_X_y=True)
    x = torch.tensor((x - x.mean()) / x.std())
    return x[:32], torch.tensor(y[:32])


@functools.cache
def random(*shape: int) -> Batch:
    """Return 32 random inputs and the digits' classes."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(32, *shape, generator=generator, dtype=torch.float64), digits()[1]


@functools.cache
def pictures() -> Batch:
    """Return the digits as images of 32×32 pixels and three channels: smooth, unlike noise."""
    x, y = digits()
    large = functional.interpolate(x.reshape(-1, 1, 8, 8), size=32, mode="bilinear")
    return large.expand(-1, 3, -1, -1).contiguous(), y


# ------------------------------------------------------------ multi-layer perceptrons


def perceptron(
    depth: int,
    activation: Callable[[], nn.Module],
    *,
    width: int = 64,
    gain: float | None = None,
    norm: Callable[[int], nn.Module] | None = None,
) -> nn.Module:
    """Return layers in a row; gain None is PyTorch's own initialisation."""
    parts: list[nn.Module] = []
    for place in range(depth - 1):
        linear = nn.Linear(64 if place == 0 else width, width)
        if gain is not None:
            nn.init.normal_(linear.weight, std=gain / linear.in_features**0.5)
            nn.init.zeros_(linear.bias)
        parts += [linear, *([norm(width)] if norm else []), activation()]
    return nn.Sequential(*parts, nn.Linear(width, CLASSES))


def plain(*, quick: bool) -> Iterator[Entry]:
    """Return plain stacks."""
    chosen: dict[str, tuple[Callable[[], nn.Module], float | None]] = {
        "tanh": (nn.Tanh, None),
        "ReLU": (nn.ReLU, None),
        "ReLU, He": (nn.ReLU, 2**0.5),
        "sigmoid": (nn.Sigmoid, None),
        "GELU": (nn.GELU, None),
        "SELU, LeCun": (nn.SELU, 1.0),
        "SiLU, gain 1.7": (nn.SiLU, 1.7),
        "softplus": (nn.Softplus, None),
    }
    for depth in (20,) if quick else (20, 50):
        for name, (activation, gain) in chosen.items():
            build = functools.partial(perceptron, depth, activation, gain=gain)
            yield f"MLP {depth}, {name}", build, digits()


def normalised(*, quick: bool) -> Iterator[Entry]:
    """Return plain stacks with normalisation before the activation."""
    for depth in (20,) if quick else (20, 50):
        for norm in (nn.BatchNorm1d, nn.LayerNorm, nn.RMSNorm):
            for activation in (nn.ReLU, nn.Sigmoid):
                build = functools.partial(perceptron, depth, activation, norm=norm)
                yield f"MLP {depth}, {norm.__name__}, {activation.__name__}", build, digits()


class Block(nn.Module):
    """x + f(norm(x)), or norm(x + f(x))."""

    def __init__(self, width: int, norm: Callable[[int], nn.Module] | None, *, first: bool) -> None:
        super().__init__()
        self.linear, self.first = nn.Linear(width, width), first
        self.norm = norm(width) if norm else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for a minibatch."""
        if self.first:
            return x + torch.relu(self.linear(self.norm(x)))
        return self.norm(x + torch.relu(self.linear(x)))


def stack(
    blocks: int, norm: Callable[[int], nn.Module] | None, *, first: bool, width: int = 64
) -> nn.Module:
    """Return residual blocks in a row."""
    inner = [Block(width, norm, first=first) for _ in range(blocks)]
    return nn.Sequential(nn.Linear(64, width), *inner, nn.Linear(width, CLASSES))


def residual(*, quick: bool) -> Iterator[Entry]:
    """Return residual stacks."""
    kinds = {
        "no norm": (None, True),
        "BatchNorm first": (nn.BatchNorm1d, True),
        "LayerNorm first": (nn.LayerNorm, True),
        "LayerNorm last": (nn.LayerNorm, False),
    }
    for blocks in (20,) if quick else (20, 50):
        for name, (norm, first) in kinds.items():
            yield (
                f"residual {blocks}, {name}",
                functools.partial(stack, blocks, norm, first=first),
                digits(),
            )


# ------------------------------------------------------------ convolutional networks


class Basic(nn.Module):
    """The basic block of He et al. 2016."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != width:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for a minibatch."""
        h = functional.relu(self.first_norm(self.first(x)), inplace=True)
        h = self.second_norm(self.second(h))
        return functional.relu(h + self.shortcut(x), inplace=True)


def resnet18(width: int = 16) -> nn.Module:
    """Return ResNet-18 as it is used for small images, narrower."""
    stem = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    blocks, inputs = list[nn.Module](), width
    for stage in range(4):
        for block in range(2):
            made = width * 2**stage
            blocks.append(Basic(inputs, made, 2 if stage > 0 and block == 0 else 1))
            inputs = made
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, CLASSES)]
    return nn.Sequential(*stem, *blocks, *head)


def small_cnn(pool: Callable[[int], nn.Module]) -> nn.Module:
    """Return the classic: convolutions, pooling, two linear layers."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1), nn.ReLU(), pool(2),
        nn.Conv2d(16, 32, 3, 1, 1), nn.ReLU(), pool(2),
        nn.Conv2d(32, 64, 3, 1, 1), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 64, 64), nn.ReLU(), nn.Linear(64, CLASSES),
    )  # fmt: skip


def images(*, quick: bool) -> Iterator[Entry]:
    """Return convolutional networks."""
    yield "ResNet-18-like, noise", resnet18, random(3, 32, 32)
    if not quick:
        yield "ResNet-18-like, digits", resnet18, pictures()
    for pool in (nn.MaxPool2d, nn.AvgPool2d):
        build = functools.partial(small_cnn, pool)
        yield f"CNN, {pool.__name__}, noise", build, random(3, 32, 32)
        yield f"CNN, {pool.__name__}, digits", build, pictures()


# ------------------------------------------------------------ sequences


class Encoder(nn.Module):
    """nn.TransformerEncoder, its mean over tokens, and a readout."""

    def __init__(self, blocks: int, *, first: bool, anew: bool, width: int = 64) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            width, 4, 4 * width, batch_first=True, norm_first=first, activation="gelu"
        )
        self.blocks = nn.TransformerEncoder(layer, blocks, enable_nested_tensor=False)
        self.out = nn.Linear(width, CLASSES)
        if anew:
            self.blocks.layers.apply(_anew)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for a minibatch."""
        return self.out(self.blocks(x).mean(dim=1))


def _anew(module: nn.Module) -> None:
    if isinstance(module, nn.MultiheadAttention):
        nn.init.xavier_uniform_(module.in_proj_weight)
    if isinstance(module, nn.Linear):
        module.reset_parameters()


class Recurrent(nn.Module):
    """A recurrent layer and a readout of its last step."""

    def __init__(self, kind: Callable[..., nn.Module], inputs: int = 16, width: int = 64) -> None:
        super().__init__()
        self.layer, self.out = kind(inputs, width, batch_first=True), nn.Linear(width, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for a minibatch."""
        return self.out(self.layer(x)[0][:, -1])


def sequences(*, quick: bool) -> Iterator[Entry]:
    """Return transformers and recurrent networks."""
    blocks = 4 if quick else 12
    for anew in (True, False):
        for first in (True, False):
            build = functools.partial(Encoder, blocks, first=first, anew=anew)
            kind = "pre-norm" if first else "post-norm"
            copies = "" if anew else ", copied blocks"
            yield f"transformer {blocks}, {kind}{copies}", build, random(16, 64)
    for layer in (nn.RNN, nn.LSTM, nn.GRU):
        yield (
            f"{layer.__name__}, {10 if quick else 30} steps",
            functools.partial(Recurrent, layer),
            random(10 if quick else 30, 16),
        )
