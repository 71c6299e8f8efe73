"""Sound trainings of the part to tune on: the origins of its sick ones."""

from __future__ import annotations

from functools import partial

from trainings.recipe import Recipe

_digits = partial(Recipe, data="digits", loss="cross_entropy")
_rings = partial(Recipe, data="rings", loss="cross_entropy")
_waves = partial(Recipe, data="waves", loss="mse")

ORIGINS: tuple[Recipe, ...] = (
    _digits(name="digits-relu", network="mlp", rate=0.1, optimizer="sgd", steps=400),
    _digits(
        name="digits-functional", network="functional", rate=2e-3, settings={"activation": "gelu"}
    ),
    _digits(
        name="digits-deep-tanh",
        network="mlp",
        rate=1e-3,
        settings={"depth": 10, "activation": "tanh", "gain": 1.1},
    ),
    _digits(
        name="digits-deep-batch-norm",
        network="mlp",
        rate=2e-3,
        settings={"depth": 12, "norm": "batch"},
    ),
    _digits(
        name="digits-residual",
        network="residual",
        rate=1e-3,
        settings={"blocks": 10, "norm": "layer"},
        schedule="warm-up",
    ),
    _digits(
        name="digits-tanh-momentum",
        network="mlp",
        rate=0.02,
        optimizer="momentum",
        settings={"activation": "tanh", "depth": 3},
    ),
    _digits(name="digits-rmsprop", network="functional", rate=1e-3, optimizer="rmsprop"),
    _digits(name="digits-tanh-adam", network="mlp", rate=3e-3, settings={"activation": "tanh"}),
    _rings(name="rings-relu", network="mlp", rate=3e-3, settings={"width": 16}),
    _rings(
        name="rings-momentum",
        network="functional",
        rate=0.03,
        optimizer="momentum",
        settings={"depth": 3, "activation": "relu"},
        batch=16,
        steps=500,
    ),
    _rings(
        name="rings-elu",
        network="mlp",
        rate=0.05,
        optimizer="momentum",
        settings={"activation": "elu", "depth": 4, "width": 24},
        batch=64,
    ),
    _waves(name="waves-tanh", network="mlp", rate=0.01, settings={"activation": "tanh"}, steps=500),
    _waves(name="waves-relu", network="functional", rate=5e-3, settings={"depth": 3}),
    _waves(
        name="waves-momentum",
        network="mlp",
        rate=0.01,
        optimizer="momentum",
        settings={"activation": "relu", "depth": 3},
        steps=600,
    ),
    _waves(
        name="waves-by-hand",
        network="mlp",
        rate=3e-3,
        optimizer="adamw",
        loss="hand_mse",
        settings={"activation": "silu", "depth": 3},
        steps=600,
    ),
    Recipe(
        name="wine-relu",
        data="wine",
        network="mlp",
        loss="cross_entropy",
        rate=0.05,
        optimizer="momentum",
        settings={"width": 16},
        batch=16,
        steps=200,
    ),
    Recipe(
        name="wine-tanh",
        data="wine",
        network="functional",
        loss="functional",
        rate=0.1,
        optimizer="sgd",
        settings={"activation": "tanh"},
        batch=32,
        steps=250,
    ),
    Recipe(
        name="tags-relu",
        data="tags",
        network="mlp",
        loss="bce_logits",
        rate=5e-3,
        steps=500,
        settings={"width": 48},
    ),
    Recipe(
        name="stripes-cnn",
        data="stripes",
        network="cnn",
        loss="cross_entropy",
        rate=3e-3,
        steps=250,
    ),
    Recipe(
        name="stripes-functional-cnn",
        data="stripes",
        network="functional-cnn",
        loss="functional",
        rate=0.03,
        optimizer="momentum",
        steps=250,
    ),
    Recipe(
        name="stripes-batch-norm",
        data="stripes",
        network="cnn",
        loss="cross_entropy",
        rate=3e-3,
        settings={"norm": True, "depth": 6, "width": 8},
        steps=200,
    ),
    Recipe(
        name="curves-autoencoder",
        data="curves",
        network="autoencoder",
        loss="mse",
        rate=5e-3,
        decided_at=0.5,
        steps=400,
    ),
    Recipe(
        name="first-token-lstm",
        data="first-token",
        network="recurrent",
        loss="cross_entropy",
        rate=0.01,
        settings={"cell": "lstm"},
        steps=300,
    ),
    Recipe(
        name="first-token-transformer",
        data="first-token",
        network="transformer",
        loss="cross_entropy",
        rate=3e-3,
        optimizer="adamw",
        steps=300,
        schedule="warm-up-cosine",
        clip=1.0,
    ),
    Recipe(
        name="first-token-rnn",
        data="first-token",
        network="recurrent",
        loss="cross_entropy",
        rate=3e-3,
        settings={"cell": "rnn", "radius": 1.0, "width": 32},
        clip=1.0,
        steps=500,
    ),
    Recipe(
        name="average-gru", data="average", network="recurrent", loss="mse", rate=0.01, steps=500
    ),
    Recipe(
        name="average-rnn",
        data="average",
        network="recurrent",
        loss="mse",
        rate=3e-3,
        settings={"cell": "rnn", "radius": 1.0, "width": 24},
        steps=400,
    ),
    Recipe(
        name="average-clipped",
        data="average",
        network="recurrent",
        loss="mse",
        rate=0.015,
        optimizer="momentum",
        settings={"cell": "rnn", "radius": 1.0, "width": 24},
        clip=1.0,
        steps=800,
        schedule="cosine",
    ),
    Recipe(
        name="topics-bag", data="topics", network="bag", loss="cross_entropy", rate=0.01, steps=250
    ),
)
"""Each learns its task."""
