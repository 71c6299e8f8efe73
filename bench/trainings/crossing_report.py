"""The sick trainings of the part to report on, first half: depth, time, units, arithmetic, the end of the net."""

from __future__ import annotations

from trainings import faults_end as end
from trainings import faults_signal as signal
from trainings import faults_units as units
from trainings.fault import Fault

SICK: tuple[tuple[str, Fault], ...] = (
    # vanishing through depth and time
    ("spirals-selu", signal.sigmoid_stack(7)),
    ("iris-sgd", signal.sigmoid_stack(5)),
    ("spirals-layer-norm", signal.no_norm(depth=18)),
    ("cancer-residual", signal.no_skip(blocks=14)),
    ("friedman-residual", signal.no_skip(blocks=16)),
    ("friedman-momentum", signal.small_gain(0.6, depth=12)),
    (
        "cancer-softsign",
        signal.vanishing("deep-default", "default weights, 16 layers", depth=16),
    ),
    (
        "copies-deep",
        signal.vanishing("sigmoid-stack", "sigmoids, 8 layers", activation="sigmoid", gain=None),
    ),
    ("images-deep-cnn", signal.vanishing("no-norm", "deep and plain", norm=False, depth=12)),
    (
        "images-resnet",
        signal.vanishing("no-skip", "deep and plain", skip=False, norm=False, blocks=8),
    ),
    (
        "phrases-gelu",
        signal.vanishing("sigmoid-stack", "sigmoids, 6 layers", activation="sigmoid", depth=6),
    ),
    ("adding-rnn", signal.long_memory(activation="tanh")),
    # exploding
    (
        "spirals-layer-norm",
        signal.exploding("high-gain", "3 per layer, 14 layers", norm=None, gain=3.0, depth=14),
    ),
    (
        "cancer-residual",
        signal.exploding("no-norm-high-gain", "blocks add up", norm=None, gain=2.4, blocks=14),
    ),
    ("friedman-momentum", signal.exploding("high-gain", "2.2 per layer", gain=2.2, depth=14)),
    (
        "images-deep-cnn",
        signal.exploding("high-gain", "3 per layer, 12 layers", norm=False, gain=3.0, depth=12),
    ),
    (
        "spirals-leaky",
        signal.exploding("high-gain", "2.2 per layer, 16 layers", gain=2.2, depth=16),
    ),
    ("copies-deep", signal.exploding("high-gain", "2.5 per layer, 14 layers", gain=2.5, depth=6)),
    ("forecast-rnn", signal.high_radius(2.2, activation="relu")),
    ("forecast-rnn", signal.high_radius(1.7, activation="relu", layers=2)),
    # dead units
    ("friedman-momentum", units.low_bias(-15.0, "4")),
    ("friedman-momentum", units.sparsity_penalty(20.0, "0", "2", "4", "6")),
    ("images-relu-sgd", units.low_bias(-9.0, "conv1")),
    ("images-relu-sgd", units.low_bias(-10.0, "fc1")),
    ("images-relu-sgd", units.sparsity_penalty(15.0, "conv1", "conv2", "fc1")),
    ("forecast-window", units.low_bias(-20.0, "3")),
    ("iris-leaky", units.narrow_stack(16, 2)),
    ("spirals-leaky", units.narrow_stack(18, 2)),
    ("cancer-gelu", units.low_bias(-25.0, "hidden.0")),
    # saturation
    ("images-tanh", units.steep(40.0)),
    ("images-tanh", units.high_bias(-8.0, "0", "3")),
    ("iris-tanh", units.high_bias(12.0, "hidden.0", "hidden.1")),
    ("forecast-window", units.high_bias(9.0, "1", "3", "5", activation="tanh")),
    ("friedman-leaky", units.high_bias(8.0, "hidden.0", "hidden.1", activation="tanh")),
    ("spirals-silu", units.high_bias(9.0, "hidden.0", "hidden.1", activation="sigmoid")),
    ("adding-dense", units.high_bias(9.0, "dense", dense="tanh")),
    # arithmetic
    ("cancer-gelu", units.low_precision(bias=5.0, activation="tanh", whole=True)),
    ("iris-nll", units.low_precision(bias=4.5, activation="tanh")),
    ("images-flat", units.low_precision(bias=4.5, activation="tanh", depth=2)),
    ("spirals-silu", units.low_precision(bias=5.0, activation="tanh", whole=True)),
    ("friedman-gelu", units.low_precision(bias=5.0, activation="tanh", depth=2, whole=True)),
    # one-sided units
    ("friedman-leaky", units.one_sided(depth=1)),
    ("spirals-leaky", units.one_sided(depth=2)),
    ("images-elu", units.one_sided(depth=1)),
    ("images-tanh", units.one_sided(depth=1)),
    # angles lost
    ("friedman-momentum", signal.collapse(50)),
    ("spirals-leaky", signal.collapse(36)),
    ("iris-leaky", signal.collapse(50, width=48)),
    ("friedman-leaky", signal.collapse(40)),
    ("images-flat", signal.collapse(44, activation="relu")),
    # output and loss
    ("iris-leaky", end.softmax_twice(few=True)),
    ("images-relu-sgd", end.softmax_twice()),
    ("images-tanh", end.softmax_twice()),
    ("spirals-leaky", end.softmax_twice(few=True)),
    ("images-elu", end.sigmoid_before_cross_entropy()),
    ("iris-sgd", end.sigmoid_before_cross_entropy()),
    ("images-gelu", end.relu_before_cross_entropy()),
    ("phrases-gelu", end.relu_before_cross_entropy()),
    ("genres-elu", end.sigmoid_twice()),
    ("genres-elu", end.softmax_for_labels()),
    ("cancer-probability", end.softmax_over_one()),
    ("cancer-gelu", end.softmax_over_one()),
    ("diabetes-elu", end.bounded("sigmoid")),
    ("friedman-leaky", end.bounded("tanh")),
    ("friedman-gelu", end.bounded("relu")),
    ("diabetes-mish", end.bounded("relu")),
    ("adding-gru", end.bounded("sigmoid")),
    ("forecast-transformer", end.bounded("tanh")),
    ("friedman-log-cosh", end.bounded("softplus")),
    ("iris-nll", end.raw_scores_into_nll()),
    ("images-elu", end.raw_scores_into_nll()),
    ("phrases-sum", end.softmax_into_nll()),
    ("images-tanh", end.softmax_into_nll()),
    ("genres-probability", end.scores_into_clamped_bce()),
    # shapes
    ("diabetes-elu", end.flat_target()),
    ("friedman-log-cosh", end.flat_target()),
    ("friedman-gelu", end.flat_target()),
    ("adding-gru", end.flat_target()),
    ("forecast-transformer", end.flat_output()),
    ("friedman-leaky", end.flat_output()),
    ("forecast-window", end.flat_target(loss="hand_mse")),
    ("diabetes-mish", end.flat_output()),
)
"""(name of the sound recipe, what harms it)."""
