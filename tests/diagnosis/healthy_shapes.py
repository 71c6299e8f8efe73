"""Healthy trainings whose network is special: through time, attention, residual, shared, gated, sampled."""

from __future__ import annotations

import math

import torch
from diagnosis.healthy_trainings import Healthy, Pair, batches, digits, plain
from torch import nn
from torch.nn import functional

CROSS_ENTROPY = nn.CrossEntropyLoss()


def sequences(samples: int = 256, length: int = 8) -> Pair:
    """Noise (samples, length, 3) and the sign of the sum of its first feature."""
    x = torch.randn(samples, length, 3, generator=torch.Generator().manual_seed(0))
    return x, (x[:, :, 0].sum(1) > 0).long()


def tokens(samples: int = 256, length: int = 10) -> Pair:
    """Tokens (samples, length) out of 12, and whether the first one comes again."""
    x = torch.randint(0, 12, (samples, length), generator=torch.Generator().manual_seed(0))
    return x, (x[:, 1:] == x[:, :1]).any(1).long()


class OverTime(nn.Module):
    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.inner = kind(3, 24, batch_first=True)
        self.head = nn.Linear(24, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.inner(x)[0][:, -1])


def plain_recurrence() -> Healthy:
    return plain(OverTime(nn.RNN), sequences(), CROSS_ENTROPY)


def lstm() -> Healthy:
    model = OverTime(nn.LSTM)
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    return plain(model, sequences(), CROSS_ENTROPY, adam)


def gru() -> Healthy:
    model = OverTime(nn.GRU)
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    return plain(model, sequences(), CROSS_ENTROPY, adam)


class Transformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(12, 32), nn.Embedding(10, 32)
        block = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.blocks = nn.TransformerEncoder(block, 2, enable_nested_tensor=False)
        self.head = nn.Linear(32, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        places = self.places(torch.arange(x.shape[1]))
        return self.head(self.blocks(self.tokens(x) + places)[:, 0])


def transformer() -> Healthy:
    return plain(Transformer(), tokens(), CROSS_ENTROPY, steps=150)


class WeightTied(nn.Module):
    """A small language model whose output layer is its embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(12, 24)
        self.mix = nn.Linear(24, 24)
        self.head = nn.Linear(24, 12, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.tanh(self.mix(self.tokens(x))))


def weight_tying() -> Healthy:
    x = torch.randint(0, 12, (512,), generator=torch.Generator().manual_seed(0))
    return plain(WeightTied(), (x, (5 * x + 1) % 12), CROSS_ENTROPY)


def bag_of_embeddings() -> Healthy:
    x, _ = tokens()
    y = ((x < 3).sum(1) > (x > 8).sum(1)).long()
    model = nn.Sequential(nn.EmbeddingBag(12, 16), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))
    return plain(model, (x, y), CROSS_ENTROPY)


def convolutions() -> Healthy:
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(),
    )  # fmt: skip
    model.append(nn.Linear(96, 10))
    return plain(model, digits(images=True), CROSS_ENTROPY, steps=150)


class Residual(nn.Module):
    def __init__(
        self, width: int, *, norm: type[nn.Module] = nn.LayerNorm, zero: bool = False
    ) -> None:
        super().__init__()
        normalise = norm(4, width) if norm is nn.GroupNorm else norm(width)
        self.branch = nn.Sequential(
            normalise, nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width)
        )
        if zero:
            nn.init.zeros_(self.branch[-1].weight)
            nn.init.zeros_(self.branch[-1].bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.branch(x)


def deep_residual() -> Healthy:
    model = nn.Sequential(nn.Linear(64, 32), *(Residual(32) for _ in range(10)), nn.Linear(32, 10))
    return plain(model, digits(), CROSS_ENTROPY, steps=100)


def residual_from_zero() -> Healthy:
    blocks = (Residual(32, norm=nn.GroupNorm, zero=True) for _ in range(4))
    model = nn.Sequential(nn.Linear(64, 32), *blocks, nn.Linear(32, 10))
    return plain(model, digits(), CROSS_ENTROPY, steps=150)


class Adapted(nn.Module):
    """A frozen layer with a low-rank adapter beside it (LoRA): B begins at 0."""

    def __init__(self, frozen: nn.Linear) -> None:
        super().__init__()
        self.frozen = frozen.requires_grad_(requires_grad=False)
        self.a = nn.Parameter(torch.randn(4, frozen.in_features) / math.sqrt(frozen.in_features))
        self.b = nn.Parameter(torch.zeros(frozen.out_features, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.frozen(x) + functional.linear(functional.linear(x, self.a), self.b)


def low_rank_adapters() -> Healthy:
    layers = [Adapted(nn.Linear(64, 48)), nn.ReLU(), Adapted(nn.Linear(48, 48)), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(48, 10))
    adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    return plain(model, digits(), CROSS_ENTROPY, adam)


class Experts(nn.Module):
    """Two experts and a gate that nearly always chooses the first."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(64, 2)
        self.first = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
        self.rare = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
        nn.init.constant_(self.gate.bias, 0.0)
        with torch.no_grad():
            self.gate.bias[0] = 4.0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        share = self.gate(x).softmax(1)
        return share[:, :1] * self.first(x) + share[:, 1:] * self.rare(x)


def rarely_used_expert() -> Healthy:
    return plain(Experts(), digits(), CROSS_ENTROPY)


class Gated(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.value, self.gate, self.head = nn.Linear(64, 48), nn.Linear(64, 48), nn.Linear(48, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.value(x) * torch.sigmoid(4 * self.gate(x)))


def gated_units() -> Healthy:
    return plain(Gated(), digits(), CROSS_ENTROPY)


class Siamese(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tower = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 8))

    def forward(self, pair: torch.Tensor) -> torch.Tensor:
        one, other = self.tower(pair[:, 0]), self.tower(pair[:, 1])
        return 3 - (one - other).square().sum(1)


def siamese() -> Healthy:
    x, y = digits()
    alike = torch.arange(len(y)) % 2 == 0
    partner = torch.stack([
        torch.nonzero((y == y[i]) if alike[i] else (y != y[i]))[i % 20, 0] for i in range(len(y))
    ])  # fmt: skip
    pairs = torch.stack([x, x[partner]], 1)
    return plain(Siamese(), (pairs, alike.float()), nn.BCEWithLogitsLoss())


class Repeated(nn.Module):
    """One layer, applied three times."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.again, self.head = nn.Linear(64, 48), nn.Linear(48, 48), nn.Linear(48, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.enter(x))
        for _ in range(3):
            h = torch.relu(self.again(h))
        return self.head(h)


def shared_layer() -> Healthy:
    return plain(Repeated(), digits(), CROSS_ENTROPY)


class Variational(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 8))
        self.decode = nn.Sequential(nn.Linear(4, 48), nn.ReLU(), nn.Linear(48, 64))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        mean, log_variance = self.encode(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        return self.decode(z), mean, log_variance


def variational_autoencoder() -> Healthy:
    x, _ = digits()
    x = (x + 0.6) / 2
    model = Variational()
    adam = torch.optim.Adam(model.parameters(), lr=3e-3)
    feed = batches((x, x))

    def step(_: int) -> None:
        inputs, _ = next(feed)
        drawn, mean, log_variance = model(inputs)
        adam.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(drawn, inputs, reduction="sum")
        apart = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
        ((loss + apart) / len(inputs)).backward()
        adam.step()

    return Healthy(model, step)
