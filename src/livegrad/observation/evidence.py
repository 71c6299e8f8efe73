"""What was seen of one training: numbers only, no tensor, no torch.

`Evidence` is the whole ground of a diagnosis: rules are pure functions of it, reports draw it, and it
goes to a file and back unchanged. Every field may be absent (``None`` or empty); a rule says nothing about
what it cannot see.

Two gradients, two stories. ``gradient`` is the norm of ∂loss/∂z, z the layer's pre-activation: the error
signal that climbs from the loss. ``weight_gradient`` is the norm of ∂loss/∂W: what the optimizer gets. In a
bias-free ReLU net with small weights the first shrinks by decades while the second stays level, so every
sentence says which one it means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

SCHEMA_VERSION = 1
LOG10_OF_ZERO = -46.0
"""Stands for a gradient of exactly 0 where numbers are compared: just under float32's smallest number, 10⁻⁴⁵."""

Series: TypeAlias = tuple[float | None, ...]
"""One number for each sampled step of `Evidence.sampled`; ``None`` where it was not seen."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One rung of the ladder: one call of a layer that holds weights, in the order of the forward pass.

    Attributes:
        name: The module's qualified name ("encoder.0.linear1"); "#2" is appended to the second call of a
            module in one forward pass.
        kind: The kind of layer: "Linear", "Conv2d", "RNN", "LSTM", "GRU", "MultiheadAttention", "Embedding".
        fan_in: Inputs per unit.
        units: Output units (or channels).
        activation: Catalogue id of the non-linear function that its output meets first; ``None`` if none was seen.
        normalised: Whether a normalisation stands between the layer and that function.
        skip: Whether the layer stands on a branch that an addition bypasses (a residual connection).
        is_output: Whether its output is the network's output (nothing with weights comes after it).
        initial_gain: ``sqrt(fan_in) * std(W)`` before the first step; PyTorch's default for Linear is 0.577.
        initial_mean: ``fan_in * mean(W)`` before the first step: what a unit answers to an input of ones. About 0 for
            weights drawn around 0.
        constant: Whether all its weights (of a matrix of more than one) were equal before the first step.
        dtype: Number format of its pre-activation, e.g. "float32" or "bfloat16"; ``None`` if not seen.
        rows: How many rows (samples, times positions) entered it at the last measured step.
        gradient: log10 of the Frobenius norm of ∂loss/∂z over the batch; ``-inf`` if exactly zero.
        weight_gradient: log10 of the Frobenius norm of ∂loss/∂W, as the optimizer gets it.
        update: ``norm(W_after - W_before) / norm(W_before)`` of that one optimizer step.
        moved: ``norm(W - W_at_start) / norm(W_at_start)`` up to and with that step.
        mean: Mean of the pre-activation z over batch and units.
        spread: Standard deviation of z over batch and units.
        slope: Root mean square of f′(z), f the activation that follows.
        saturated: Share of the entries of z at which |f′| is under 5 % of its greatest value (bounded f only).
        asleep: Share of units whose slope f′(z) is zero for every sample of the batch.
        lost: Share of the entries of z at which the slope that the arithmetic gives is exactly 0, though the true one is
            at least a millionth of the function's greatest: what a wider number format would have kept.
        one_signed: Share of the units whose incoming weights' gradients all have one sign, so that these weights can only
            grow or only shrink together; units without gradient do not count.
        input_offset: Of what enters the layer: norm of the mean over its rows, over the norm of their standard deviation.
            0 for centred inputs, about 0.7 behind ReLU, 2 and more behind a sigmoid.
        correlation: Mean correlation between the pre-activation vectors of different samples.
        dead: Units asleep in each of the last sampled batches, at the end of training.
        dead_since: The first of those steps, for the latest of the dead units.
        dead_samples: How many samples those batches held together.
        time_span: log10 of the gradient that reaches the first time step, over that of the last one (recurrent layers).
        time_gradient: log10 norm of the gradient that reaches each time step's input, first time step
            first, at the last sampled step (recurrent layers only).
    """

    name: str
    kind: str
    fan_in: int | None = None
    units: int | None = None
    activation: str | None = None
    normalised: bool = False
    skip: bool = False
    is_output: bool = False
    initial_gain: float | None = None
    initial_mean: float | None = None
    constant: bool = False
    dtype: str | None = None
    rows: int | None = None
    gradient: Series = ()
    weight_gradient: Series = ()
    update: Series = ()
    moved: Series = ()
    mean: Series = ()
    spread: Series = ()
    slope: Series = ()
    saturated: Series = ()
    asleep: Series = ()
    lost: Series = ()
    one_signed: Series = ()
    input_offset: Series = ()
    correlation: Series = ()
    dead: int | None = None
    dead_since: int | None = None
    dead_samples: int | None = None
    time_span: Series = ()
    time_gradient: Series = ()


@dataclass(frozen=True, kw_only=True)
class Loss:
    """The scalar on which ``backward`` was called, one value for each optimizer step.

    Attributes:
        steps: Optimizer steps, from 0.
        values: The loss at that step; several backward calls before one step are averaged.
        baseline: Loss of the best *constant* prediction on the targets seen; ``None`` if unknown. A loss
            that stays there has learned nothing from the inputs.
        floor: Loss of a *perfect* prediction; not 0 where the targets are probabilities.
        first_non_finite: The first step at which the loss was NaN or infinite.
    """

    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    baseline: float | None = None
    floor: float = 0.0
    first_non_finite: int | None = None


@dataclass(frozen=True, kw_only=True)
class Score:
    """How good the network is, higher is better.

    Attributes:
        kind: "accuracy" or "r2" of the (output, target) pairs at the loss call, "minus-loss" where no such pair
            was seen, or "given" (the user's own function).
        value: The score at the end of training.
        spread: How far the value may move by chance alone: the larger of twice its standard error and its robust
            standard deviation (from the median absolute deviation) over the last five parts of the training.
        source: "evaluation" (passes under ``no_grad``) or "training" (the last tenth of the steps).
        samples: How many predictions it was computed from.
        chance: What can be scored without looking at the input (commonest class of each batch; 0 for R²).
        steps: Steps of `values`.
        values: The score over time, for the curve.
    """

    kind: str
    value: float
    spread: float
    source: str
    samples: int
    chance: float | None = None
    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Output:
    """The (output, loss, target) triple as it was at the loss call.

    Attributes:
        loss: Name of the loss function in ``torch.nn.functional``, or "custom" for one written by hand.
        like: Name of the function that a loss written by hand was recognised as, or is scored like; ``None`` otherwise.
        operations: Catalogue ids of the non-linear functions that the output went through after the last layer with
            weights, in order: ``("softmax",)`` for softmax before the loss.
        in_model: Whether the last of them ran inside the model (``False``: in the training loop).
        units: Size of the output's class dimension, or of its last one.
        target: "classes" (indices), "distribution" (probabilities that sum to 1), "binary" (only 0 and 1),
            "unit-interval" (within 0 … 1) or "real".
        low, high: Least and greatest output seen.
        target_low, target_high: Least and greatest target seen.
        rows_sum_to_one: Whether every output row summed to 1, and none was negative.
        target_rows_sum_to_one: Whether every target row summed to 1 (one class for each row); ``None`` without rows.
        shapes_differ: ``(output shape, target shape)`` as text where they broadcast against each other.
    """

    loss: str
    operations: tuple[str, ...] = ()
    in_model: bool = True
    units: int | None = None
    target: str | None = None
    low: float | None = None
    high: float | None = None
    target_low: float | None = None
    target_high: float | None = None
    rows_sum_to_one: bool | None = None
    target_rows_sum_to_one: bool | None = None
    shapes_differ: tuple[str, str] | None = None
    like: str | None = None


@dataclass(frozen=True, kw_only=True)
class Data:
    """The first floating-point input of the network, by feature (last dimension) or channel (images).

    Attributes:
        samples: How many rows were seen.
        axis: The dimension the features lie on.
        mean, spread, low, high: One number for each feature; empty where there are more than 4096.
        normalised: Whether the network normalises it before its first layer with weights.
        non_finite: How many entries were NaN or infinite.
        target_non_finite: The same for the targets.
        first_non_finite: The first step at which that was so.
    """

    samples: int
    axis: int = -1
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    normalised: bool = False
    non_finite: int = 0
    target_non_finite: int = 0
    first_non_finite: int | None = None


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """The optimizer as the script made it.

    Attributes:
        name: Class name ("SGD", "AdamW").
        rate: Learning rate of the first group at the first step.
        last_rate: The same at the last step.
        momentum: First momentum coefficient, if any.
        parameters: How many parameter tensors it holds.
        not_held: Qualified names of the model's trainable parameters that it does not hold.
        order: Its place among the optimizers that the script made, from 0.
        rates: Learning rate of the first group at each sampled step (a warm-up, a schedule).
        left_out: Those of `not_held` that had a gradient at a measured step: they would have learned.
        left_out_share: Their entries, over all entries of trainable parameters.
        untouched: Names of parameters that it holds and that had no gradient at any measured step.
        carried: Steps that began with the gradients of the step before: nobody had zeroed them.
        backwards: Backward passes for each step, on average (gradient accumulation).
    """

    name: str
    rate: float | None = None
    last_rate: float | None = None
    momentum: float | None = None
    parameters: int = 0
    not_held: tuple[str, ...] = ()
    order: int = 0
    rates: Series = ()
    left_out: tuple[str, ...] = ()
    left_out_share: float = 0.0
    untouched: tuple[str, ...] = ()
    carried: int = 0
    backwards: float | None = None


@dataclass(frozen=True, kw_only=True)
class Clipping:
    """The norm of all gradients together, as backward left it and as the optimizer got it.

    Attributes:
        before: log10 of the norm after the last backward pass of the step, at each sampled step.
        after: The same when the optimizer began its step; smaller where something clipped it in between.
    """

    before: Series = ()
    after: Series = ()


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A run of layers with weights with nothing non-linear between them.

    Attributes:
        layers: Names in order, two or more.
        widths: Inputs of the first, then the units of each.
        whole: Whether they are *all* the layers of the network, so that the network is one affine map.
    """

    layers: tuple[str, ...]
    widths: tuple[int, ...]
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Source:
    """A line of the user's code that makes, or calls, a place.

    Attributes:
        place: A layer's name, "" for the model, "optimizer", "loss", or "data" (where the model is called).
        file: Relative to the working folder where it lies inside, with "/" between folders.
        line: From 1.
    """

    place: str
    file: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All numbers seen of one training.

    Attributes:
        model: Class name of the model, e.g. "Sequential".
        steps: Optimizer steps taken.
        sampled: Steps at which everything was measured, ascending.
        layers: The ladder; the first layer first.
        linear_runs: Runs of layers with nothing non-linear between.
        loss, score, output, data, optimizer: See there; ``None`` where not seen.
        clipping: What happened to the gradients between backward and step; ``None`` where they were left as they were.
        before_training: Whether this is one forward and backward pass before any training (`livegrad.examine`).
        ranks: How many processes trained it together; their numbers are joined here.
        compiled: Whether the model was compiled, so that its inside was not seen.
        adversarial: Whether another optimizer trains against this one on the same loss (a GAN): its loss need not fall.
        interrupted: Whether the training was cut short.
        seconds: Wall time from the first step to the last.
        watching_seconds: How much of it livegrad took for its measurements.
        parts: Names of the sub-modules by class name, for the surgeon: ``(qualified name, class name)``.
        sources: Where the places stand in the user's files, as far as the text tells.
    """

    model: str
    steps: int
    sampled: tuple[int, ...] = ()
    layers: tuple[Layer, ...] = ()
    linear_runs: tuple[Segment, ...] = ()
    loss: Loss | None = None
    score: Score | None = None
    output: Output | None = None
    data: Data | None = None
    optimizer: Optimizer | None = None
    clipping: Clipping | None = None
    before_training: bool = False
    ranks: int = 1
    compiled: bool = False
    adversarial: bool = False
    interrupted: bool = False
    seconds: float = 0.0
    watching_seconds: float = 0.0
    parts: tuple[tuple[str, str], ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One run of one script (or build function): what was watched, and how it ended.

    Attributes:
        script: The path or module as it was given.
        arguments: What was passed on to it.
        trainings: One `Evidence` for each model that an optimizer stepped, in order of their first step.
        seed: The seed set before the script started.
        seconds: Wall time of the whole script.
        exit_code: The script's own exit code.
        error: ``"ValueError: ..."`` if it ended by an exception.
        interrupted: Whether it was interrupted (Ctrl-C).
        seeds_itself: Whether the script called a seeding function.
        optimizers: How many optimizers it made.
        files: Files that the script wrote.
        failure: The error of livegrad's own that ended the watch, if one did.
        versions: ``{"livegrad": ..., "torch": ..., "python": ...}``.
        schema_version: Of the file format.
    """

    script: str
    arguments: tuple[str, ...] = ()
    trainings: tuple[Evidence, ...] = ()
    seed: int = 0
    seconds: float = 0.0
    exit_code: int = 0
    error: str | None = None
    interrupted: bool = False
    seeds_itself: bool = False
    optimizers: int = 0
    files: tuple[str, ...] = ()
    failure: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
