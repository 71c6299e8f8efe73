"""Sound trainings over vectors of the part to report on: the origins of its sick ones."""

from __future__ import annotations

from functools import partial

from trainings.recipe import Recipe

_cancer = partial(Recipe, data="breast-cancer", loss="bce_logits", steps=200)
_iris = partial(Recipe, data="iris", loss="cross_entropy", batch=16, steps=300)
_diabetes = partial(Recipe, data="diabetes", loss="mse", steps=600)
_spirals = partial(Recipe, data="spirals", loss="cross_entropy", steps=500)
_friedman = partial(Recipe, data="friedman", loss="mse", steps=400)
_genres = partial(Recipe, data="genres", loss="bce_logits", steps=500)

ORIGINS: tuple[Recipe, ...] = (
    _cancer(
        name="cancer-gelu",
        network="functional",
        optimizer="adamw",
        rate=2e-3,
        settings={"activation": "gelu"},
    ),
    _cancer(
        name="cancer-softsign",
        network="mlp",
        optimizer="nesterov",
        rate=0.02,
        settings={"activation": "softsign", "depth": 3, "width": 24},
    ),
    _cancer(
        name="cancer-probability",
        network="mlp",
        loss="bce",
        optimizer="rmsprop",
        rate=1e-3,
        settings={"activation": "leaky_relu", "output": "sigmoid"},
        decided_at=0.5,
        batch=64,
    ),
    _cancer(
        name="cancer-residual",
        network="residual",
        rate=1e-3,
        settings={"activation": "silu", "blocks": 8, "norm": "batch", "width": 20},
        batch=64,
    ),
    _iris(
        name="iris-tanh",
        network="functional",
        loss="hand_cross_entropy",
        optimizer="nadam",
        rate=0.01,
        settings={"activation": "tanh", "width": 12},
        batch=8,
    ),
    _iris(
        name="iris-leaky",
        network="mlp",
        optimizer="momentum",
        rate=0.03,
        settings={"activation": "leaky_relu", "width": 16},
    ),
    _iris(
        name="iris-nll",
        network="mlp",
        loss="nll",
        rate=0.01,
        settings={"activation": "silu", "output": "log_softmax", "width": 20},
    ),
    _iris(
        name="iris-sgd",
        network="mlp",
        optimizer="sgd",
        rate=0.15,
        settings={"activation": "elu", "width": 24, "depth": 3},
        batch=32,
    ),
    _diabetes(
        name="diabetes-elu",
        network="functional",
        rate=5e-3,
        settings={"activation": "elu", "depth": 3, "width": 48},
        batch=64,
    ),
    _diabetes(
        name="diabetes-mish",
        network="mlp",
        loss="huber",
        optimizer="adamw",
        rate=5e-3,
        settings={"activation": "mish", "width": 48},
    ),
    _spirals(
        name="spirals-selu",
        network="mlp",
        rate=2e-3,
        settings={"activation": "selu", "depth": 8, "gain": 1.0, "width": 28},
        batch=64,
    ),
    _spirals(name="spirals-silu", network="functional", rate=0.01, settings={"activation": "silu"}),
    _spirals(
        name="spirals-layer-norm",
        network="mlp",
        optimizer="adamw",
        rate=2e-3,
        settings={"activation": "gelu", "depth": 12, "norm": "layer", "width": 24},
        batch=64,
        schedule="warm-up",
    ),
    _spirals(
        name="spirals-leaky",
        network="functional",
        optimizer="nesterov",
        rate=0.05,
        settings={"activation": "leaky_relu", "depth": 4, "width": 40},
    ),
    _friedman(
        name="friedman-gelu",
        network="mlp",
        loss="huber",
        optimizer="adamw",
        rate=5e-3,
        settings={"activation": "gelu", "depth": 3, "width": 24},
    ),
    _friedman(
        name="friedman-leaky",
        network="functional",
        optimizer="sgd",
        rate=0.05,
        settings={"activation": "leaky_relu", "width": 40},
    ),
    _friedman(
        name="friedman-residual",
        network="residual",
        rate=2e-3,
        settings={"activation": "tanh", "blocks": 10, "width": 24},
        schedule="cosine",
    ),
    _friedman(
        name="friedman-log-cosh",
        network="mlp",
        loss="hand_log_cosh",
        optimizer="nadam",
        rate=3e-3,
        settings={"activation": "softplus", "width": 40},
        batch=16,
    ),
    _friedman(
        name="friedman-momentum",
        network="mlp",
        optimizer="momentum",
        rate=0.01,
        settings={"activation": "relu", "depth": 4, "width": 40},
        batch=64,
    ),
    _genres(
        name="genres-elu", network="mlp", rate=5e-3, settings={"activation": "elu", "width": 64}
    ),
    _genres(
        name="genres-probability",
        network="functional",
        loss="bce",
        rate=5e-3,
        settings={"activation": "gelu", "output": "sigmoid", "width": 64},
        decided_at=0.5,
    ),
)
"""Each learns its task."""
