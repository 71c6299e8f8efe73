"""The sick trainings of the part to tune on: which fault at which strength harms which sound recipe."""

from __future__ import annotations

from trainings import faults_end as end
from trainings import faults_signal as signal
from trainings import faults_start as start
from trainings import faults_training as training
from trainings import faults_units as units
from trainings.fault import Fault

SICK: tuple[tuple[str, Fault], ...] = (
    # the way through depth and time
    ("digits-deep-tanh", signal.sigmoid_stack(10)),
    ("rings-elu", signal.sigmoid_stack(6)),
    ("digits-deep-tanh", signal.small_gain(0.5, depth=12)),
    ("digits-deep-batch-norm", signal.no_norm(depth=16)),
    ("digits-residual", signal.no_skip(blocks=12)),
    ("first-token-rnn", signal.long_memory()),
    ("average-rnn", signal.long_memory(width=16)),
    (
        "digits-deep-batch-norm",
        signal.exploding("high-gain", "2.5 per layer, 12 layers", norm=None, gain=2.5),
    ),
    (
        "digits-residual",
        signal.exploding(
            "no-norm-high-gain", "each block adds its own", norm=None, gain=2.0, blocks=14
        ),
    ),
    ("average-clipped", signal.high_radius(1.5, activation="relu")),
    ("average-clipped", signal.high_radius(1.4, activation="relu", layers=2)),
    # units
    ("digits-relu", units.low_bias(-12.0, "2")),
    ("rings-relu", units.low_bias(-8.0, "0")),
    ("rings-momentum", units.low_bias(-6.0, "hidden.1")),
    ("stripes-functional-cnn", units.low_bias(-8.0, "conv2")),
    ("rings-relu", units.narrow_stack(14, 2)),
    ("waves-momentum", units.sparsity_penalty(10.0, "0", "2", "4")),
    ("digits-tanh-momentum", units.steep(20.0)),
    ("waves-tanh", units.steep(60.0)),
    ("wine-tanh", units.high_bias(8.0, "hidden.0", "hidden.1")),
    ("digits-tanh-momentum", units.high_bias(6.0, "0", "2", "4")),
    ("digits-tanh-adam", units.low_precision(bias=4.5)),
    ("waves-tanh", units.low_precision(bias=4.5, whole=True)),
    ("digits-relu", units.one_sided(depth=2)),
    ("wine-relu", units.one_sided(depth=2)),
    ("rings-momentum", units.one_sided(depth=2)),
    ("digits-tanh-momentum", units.one_sided(depth=2)),
    ("digits-deep-batch-norm", signal.collapse(40)),
    ("rings-elu", signal.collapse(40, activation="relu", width=48)),
    ("wine-relu", signal.collapse(40, width=48)),
    # the end of the net
    ("digits-relu", end.softmax_twice()),
    ("digits-tanh-momentum", end.softmax_twice()),
    ("wine-relu", end.softmax_twice(few=True)),
    ("digits-relu", end.sigmoid_before_cross_entropy()),
    ("digits-rmsprop", end.relu_before_cross_entropy()),
    ("tags-relu", end.sigmoid_twice()),
    ("tags-relu", end.softmax_for_labels()),
    ("waves-relu", end.bounded("sigmoid")),
    ("waves-tanh", end.bounded("relu")),
    ("average-gru", end.bounded("tanh")),
    ("wine-relu", end.raw_scores_into_nll()),
    ("digits-relu", end.softmax_into_nll()),
    ("tags-relu", end.scores_into_clamped_bce()),
    ("waves-by-hand", end.flat_target()),
    ("waves-relu", end.flat_target()),
    ("average-gru", end.flat_output()),
    ("waves-tanh", end.flat_output()),
    # before the first step
    ("rings-relu", start.no_activations()),
    ("rings-momentum", start.no_activations()),
    ("waves-relu", start.no_activations()),
    ("digits-relu", start.zeros()),
    ("rings-momentum", start.zeros("hidden.1")),
    ("stripes-cnn", start.constant(0.05)),
    ("digits-functional", start.constant(0.05)),
    ("digits-tanh-momentum", start.normal(2.0)),
    ("digits-functional", start.uniform()),
    ("rings-elu", start.normal(0.001)),
    ("stripes-functional-cnn", start.normal(1.0)),
    ("wine-relu", start.raw()),
    ("wine-tanh", start.raw()),
    ("waves-momentum", start.one_unit(1000.0)),
    ("rings-momentum", start.one_unit(500.0, 3)),
    ("digits-tanh-momentum", start.off_centre(30.0)),
    ("waves-tanh", start.off_centre(300.0)),
    ("stripes-functional-cnn", start.shifted_pixels()),
    ("digits-relu", start.missing_values()),
    ("rings-elu", start.all_times(1000.0)),
    # the loop
    ("digits-relu", training.rate_times(100)),
    ("digits-functional", training.rate_times(300)),
    ("waves-momentum", training.rate_times(100)),
    ("stripes-cnn", training.rate_times(1000)),
    ("first-token-transformer", training.rate_times(1000)),
    ("topics-bag", training.rate_times(500)),
    ("digits-tanh-momentum", training.rate_times(1e-3)),
    ("rings-relu", training.rate_times(1e-3)),
    ("stripes-functional-cnn", training.rate_times(1e-3)),
    ("average-gru", training.rate_times(2e-3)),
    ("wine-relu", training.rate_fades()),
    ("rings-momentum", training.forgotten("hidden")),
    ("stripes-functional-cnn", training.forgotten("conv1", "conv2")),
    ("topics-bag", training.forgotten("embed")),
    ("digits-functional", training.replaced("out")),
    ("first-token-lstm", training.replaced("head")),
    ("digits-relu", training.stale()),
    ("rings-momentum", training.stale()),
    ("waves-relu", training.stale("epoch")),
    ("rings-relu", training.compiled()),
    ("stripes-cnn", training.compiled()),
)
"""(name of the sound recipe, what harms it)."""
