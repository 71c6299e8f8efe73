"""The traps of the part to report on."""

from __future__ import annotations

import torch

from trainings import odd_models, traps
from trainings.recipe import Recipe
from trainings.traps import some

TRAPS: tuple[Recipe, ...] = (
    some(
        name="cancer-logistic-regression",
        data="breast-cancer",
        loss="bce_logits",
        optimizer="sgd",
        rate=0.1,
        model=odd_models.linear,
    ),
    some(
        name="friedman-linear-regression",
        data="friedman",
        loss="mse",
        rate=0.02,
        model=odd_models.linear,
        steps=400,
    ),
    some(
        name="cancer-textbook",
        data="breast-cancer",
        loss="bce_logits",
        rate=0.01,
        model=odd_models.textbook,
    ),
    some(
        name="cancer-rare",
        data="breast-cancer",
        loss="bce_logits",
        rate=3e-3,
        prepare=traps.rare,
        wrap_loss=traps.squeezed,
        steps=400,
    ),
    some(name="iris-converged", data="iris", loss="cross_entropy", rate=0.01, batch=30, steps=1500),
    some(
        name="iris-batches-of-two",
        data="iris",
        loss="cross_entropy",
        optimizer="sgd",
        rate=0.02,
        batch=2,
        steps=600,
    ),
    some(
        name="iris-one-hot",
        data="iris",
        loss="cross_entropy",
        rate=0.01,
        wrap_loss=traps.one_hot,
    ),
    some(
        name="spirals-experts",
        data="spirals",
        loss="cross_entropy",
        rate=0.02,
        model=odd_models.Experts,
        steps=800,
    ),
    some(
        name="spirals-double",
        data="spirals",
        loss="functional",
        rate=0.01,
        spoil=traps.doubled,
        prepare=traps.double,
        settings={"width": 48},
        steps=500,
    ),
    some(
        name="friedman-low-rank", data="friedman", loss="mse", rate=0.01, model=odd_models.LowRank
    ),
    some(
        name="friedman-within-one",
        data="friedman",
        loss="mse",
        rate=5e-3,
        model=odd_models.within_one,
        prepare=traps.bounded_target,
    ),
    some(
        name="genres-decayed",
        data="genres",
        loss="bce_logits",
        rate=5e-3,
        settings={"width": 96},
        wrap_loss=traps.penalised,
        steps=600,
    ),
    some(
        name="images-separable",
        data="digit-images",
        loss="cross_entropy",
        optimizer="rmsprop",
        rate=2e-3,
        model=odd_models.Separable,
    ),
    some(
        name="images-dropout",
        data="digit-images",
        loss="smoothed",
        optimizer="adamw",
        rate=3e-3,
        model=odd_models.in_place,
        steps=400,
    ),
    some(
        name="images-siamese-pixels",
        data="digit-images",
        loss="cross_entropy",
        rate=3e-3,
        model=odd_models.Siamese,
        prepare=traps.unit_pixels,
        steps=400,
    ),
    some(
        name="images-batch-norm-sigmoid",
        data="digit-images",
        loss="nll",
        rate=5e-3,
        model=odd_models.batch_norm_sigmoid_log,
    ),
    some(
        name="images-frozen-convolution",
        data="digit-images",
        loss="cross_entropy",
        network="functional-cnn",
        optimizer="momentum",
        rate=0.03,
        spoil=traps.frozen("conv1"),
    ),
    some(
        name="images-autocast",
        data="digit-images",
        loss="cross_entropy",
        network="cnn",
        rate=3e-3,
        settings={"norm": True},
        autocast=torch.bfloat16,
        steps=200,
    ),
    some(
        name="phrases-tied", data="phrases", loss="cross_entropy", rate=0.01, model=odd_models.Tied
    ),
    some(
        name="phrases-counts",
        data="phrases",
        loss="cross_entropy",
        rate=5e-3,
        prepare=traps.counts,
        settings={"width": 48, "dropout": 0.2},
    ),
    some(
        name="order-accumulated",
        data="order",
        loss="cross_entropy",
        network="recurrent",
        rate=0.01,
        batch=16,
        accumulate=4,
        clip=0.5,
        steps=300,
    ),
    some(
        name="forecast-scaled",
        data="forecast",
        loss="mse",
        network="recurrent",
        rate=0.01,
        settings={"cell": "gru", "width": 16},
        scaled=True,
        clip=1.0,
    ),
)
"""Each learns its task."""
