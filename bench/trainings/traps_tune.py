"""The traps of the part to tune on."""

from __future__ import annotations

import torch

from trainings import odd_models, traps
from trainings.recipe import Recipe
from trainings.traps import some

TRAPS: tuple[Recipe, ...] = (
    some(
        name="digits-logistic-regression",
        data="digits",
        loss="cross_entropy",
        optimizer="sgd",
        rate=0.1,
        model=odd_models.linear,
    ),
    some(
        name="digits-sparse-relu",
        data="digits",
        loss="cross_entropy",
        rate=3e-3,
        settings={"width": 64},
        spoil=traps.sparse,
    ),
    some(
        name="digits-dropout",
        data="digits",
        loss="cross_entropy",
        optimizer="momentum",
        rate=0.05,
        model=odd_models.in_place,
    ),
    some(
        name="digits-batch-norm-sigmoid",
        data="digits",
        loss="cross_entropy",
        rate=5e-3,
        model=odd_models.batch_norm_sigmoid,
    ),
    some(
        name="digits-siamese",
        data="digits",
        loss="cross_entropy",
        rate=3e-3,
        model=odd_models.Siamese,
    ),
    some(
        name="digits-frozen-first",
        data="digits",
        loss="cross_entropy",
        rate=3e-3,
        settings={"width": 64},
        spoil=traps.frozen("0"),
    ),
    some(
        name="digits-tiny-loss",
        data="digits",
        loss="cross_entropy",
        rate=3e-3,
        wrap_loss=traps.small_loss,
    ),
    some(
        name="wine-converged",
        data="wine",
        loss="cross_entropy",
        rate=0.01,
        batch=16,
        steps=900,
    ),
    some(name="wine-batches-of-four", data="wine", loss="cross_entropy", rate=2e-3, batch=4),
    some(
        name="rings-gated",
        data="rings",
        loss="cross_entropy",
        rate=5e-3,
        model=odd_models.Gated,
        steps=400,
    ),
    some(
        name="stripes-separable",
        data="stripes",
        loss="cross_entropy",
        rate=5e-3,
        model=odd_models.Separable,
    ),
    some(
        name="waves-accumulated",
        data="waves",
        loss="mse",
        rate=5e-3,
        settings={"depth": 3},
        batch=16,
        accumulate=4,
        clip=1.0,
    ),
    some(
        name="tags-autocast",
        data="tags",
        loss="bce_logits",
        rate=5e-3,
        settings={"width": 64},
        steps=500,
        autocast=torch.bfloat16,
    ),
    some(
        name="waves-positive",
        data="waves",
        loss="mse",
        rate=0.01,
        model=odd_models.positive,
        prepare=traps.positive_target,
        steps=500,
    ),
)
"""Each learns its task."""
