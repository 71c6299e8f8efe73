"""Sound trainings over pictures and sequences of the part to report on: the origins of its sick ones."""

from __future__ import annotations

from functools import partial

from trainings.recipe import Recipe

_images = partial(Recipe, data="digit-images", loss="cross_entropy", steps=250)
_copies = partial(Recipe, data="digit-copies", network="autoencoder", steps=400)
_adding = partial(Recipe, data="adding", network="recurrent", loss="mse", steps=500)
_forecast = partial(Recipe, data="forecast", loss="mse", steps=350)
_order = partial(Recipe, data="order", loss="cross_entropy", steps=350)
_phrases = partial(Recipe, data="phrases", loss="cross_entropy", network="bag", steps=300)

ORIGINS: tuple[Recipe, ...] = (
    _images(
        name="images-elu",
        network="cnn",
        optimizer="nesterov",
        rate=0.02,
        settings={"activation": "elu", "depth": 3},
    ),
    _images(
        name="images-gelu",
        network="functional-cnn",
        loss="hand_focal",
        optimizer="adamw",
        rate=2e-3,
        settings={"activation": "gelu", "pool": "mean"},
    ),
    _images(name="images-resnet", network="resnet", rate=5e-3, settings={"blocks": 3}),
    _images(
        name="images-deep-cnn",
        network="cnn",
        rate=3e-3,
        settings={"depth": 8, "norm": True, "width": 8, "activation": "silu"},
        batch=64,
        steps=150,
    ),
    _images(
        name="images-tanh",
        network="cnn",
        optimizer="momentum",
        rate=0.02,
        settings={"activation": "tanh", "width": 8},
        batch=16,
        steps=300,
    ),
    _images(
        name="images-relu-sgd",
        network="functional-cnn",
        loss="smoothed",
        optimizer="sgd",
        rate=0.1,
        batch=16,
        steps=400,
    ),
    _images(
        name="images-flat",
        network="functional",
        optimizer="nadam",
        rate=2e-3,
        settings={"activation": "silu", "width": 48, "depth": 3},
    ),
    _copies(name="copies-bce", loss="bce", rate=5e-3, settings={"activation": "elu", "code": 10}),
    _copies(
        name="copies-deep",
        loss="mse",
        optimizer="adamw",
        rate=3e-3,
        settings={"activation": "selu", "depth": 3, "code": 12, "gain": 1.0, "output": None},
    ),
    _adding(name="adding-gru", rate=0.01, settings={"cell": "gru"}),
    _adding(
        name="adding-rnn",
        rate=2e-3,
        settings={"cell": "rnn", "activation": "relu", "radius": 1.0, "width": 32},
        clip=1.0,
    ),
    _adding(
        name="adding-dense",
        rate=0.01,
        settings={"cell": "lstm", "dense": "gelu"},
        optimizer="adamw",
    ),
    _forecast(
        name="forecast-rnn",
        network="recurrent",
        optimizer="momentum",
        rate=0.02,
        settings={"cell": "rnn", "radius": 1.0, "width": 20},
        clip=1.0,
    ),
    _forecast(
        name="forecast-lstm",
        network="recurrent",
        rate=0.01,
        settings={"cell": "lstm", "layers": 2, "width": 16},
        batch=64,
    ),
    _forecast(name="forecast-transformer", network="transformer", rate=3e-3, optimizer="adamw"),
    _forecast(
        name="forecast-window",
        network="mlp",
        optimizer="momentum",
        rate=0.01,
        settings={"activation": "gelu", "depth": 3},
    ),
    _order(
        name="order-transformer",
        network="transformer",
        optimizer="adamw",
        rate=3e-3,
        settings={"activation": "relu", "norm_first": False, "layers": 2, "width": 16},
        schedule="warm-up",
    ),
    _order(name="order-gru", network="recurrent", rate=0.01, batch=64),
    _order(
        name="order-rnn",
        network="recurrent",
        optimizer="rmsprop",
        rate=2e-3,
        settings={"cell": "rnn", "radius": 1.0, "width": 28},
        clip=1.0,
    ),
    _phrases(name="phrases-gelu", rate=0.01, settings={"activation": "gelu", "depth": 2}),
    _phrases(
        name="phrases-tanh",
        loss="functional",
        optimizer="adagrad",
        rate=0.1,
        settings={"activation": "tanh"},
        batch=64,
    ),
    _phrases(
        name="phrases-sum",
        optimizer="momentum",
        rate=0.02,
        settings={"activation": "elu", "mode": "sum", "width": 16},
    ),
)
"""Each learns its task."""
