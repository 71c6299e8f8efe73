"""Networks as people write them: every layer with weights is found, named, and measured once."""

from __future__ import annotations

import pytest
import torch
from observation.real_training import known, ladder, mlp, plain_step, regression, watched
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, rnn
from torch.utils import checkpoint

from livegrad.observation.evidence import Evidence


def trained(model: nn.Module, *inputs: torch.Tensor, y: torch.Tensor, steps: int = 3) -> Evidence:
    """A few steps of SGD on one batch."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def step() -> None:
        optimizer.zero_grad()
        functional.mse_loss(model(*inputs), y).backward()
        optimizer.step()

    return watched(model, step, steps)


def is_whole(evidence: Evidence, *names: str) -> None:
    """Exactly these layers were seen, each with both of its gradients and its motion."""
    assert [layer.name for layer in evidence.layers] == list(names)
    for layer in evidence.layers:
        assert layer.gradient[0] is not None, layer.name
        assert layer.weight_gradient[0] is not None, layer.name
        assert layer.update[0] is not None, layer.name
    assert evidence.loss is not None
    assert len(evidence.loss.values) == evidence.steps


class Siamese(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.head = mlp(4, 8, 8), nn.Linear(8, 1)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return self.head((self.encoder(a) - self.encoder(b)).abs())


def test_a_siamese_network_has_each_layer_once():
    x, y = regression()
    is_whole(trained(Siamese(), x, x.flip(0), y=y), "encoder.0", "encoder.2", "head")


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.hidden = nn.Embedding(9, 6), nn.Linear(6, 6)
        self.out = nn.Linear(6, 9, bias=False)
        self.out.weight = self.embedding.weight

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.out(torch.tanh(self.hidden(self.embedding(ids))))


def test_tied_weights_are_one_layer():
    torch.manual_seed(0)
    evidence = trained(Tied(), torch.arange(9), y=torch.eye(9))
    assert len(evidence.layers) == 2
    assert "hidden" in ladder(evidence)
    assert ladder(evidence)["hidden"].activation == "tanh"


@pytest.mark.parametrize(
    "parametrize",
    [parametrizations.weight_norm, parametrizations.spectral_norm, parametrizations.orthogonal],
)
def test_parametrized_weights_are_found(parametrize):
    model = mlp(4, 8, 8, 1)
    parametrize(model[2])
    x, y = regression()
    evidence = trained(model, x, y=y)
    assert len(evidence.layers) == 3
    middle = evidence.layers[1]
    assert middle.name.startswith("2")
    assert (middle.units, middle.fan_in) == (8, 8)
    assert middle.update[0] > 0


class Handmade(nn.Module):
    """Parameters of its own, operators, an in-place activation, and no module inside."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.randn(4, 8) * 0.5)
        self.second = nn.Parameter(torch.randn(8, 1) * 0.3)
        self.shift = nn.Parameter(torch.zeros(8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x @ self.first + self.shift).relu_() @ self.second


def test_a_module_made_by_hand_is_found():
    torch.manual_seed(0)
    x, y = regression()
    evidence = trained(Handmade(), x, y=y)
    is_whole(evidence, "first", "second")
    assert evidence.layers[0].activation == "relu"
    assert evidence.layers[0].slope[0] is not None


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return gradient * (s + x * s * (1 - s))


class OwnLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        return x @ weight.T

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        return gradient @ weight, gradient.T @ x


class Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(4, 8), nn.Linear(8, 1)
        self.middle = nn.Parameter(torch.randn(8, 8) * 0.3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(Swish.apply(OwnLinear.apply(Swish.apply(self.first(x)), self.middle)))


def test_custom_functions_are_passed_and_hide_no_weight():
    torch.manual_seed(0)
    x, y = regression()
    evidence = trained(Own(), x, y=y)
    seen = ladder(evidence)
    assert list(seen) == ["first", "middle", "last"]
    assert not evidence.linear_runs
    assert seen["middle"].weight_gradient[0] is not None
    assert seen["middle"].update[0] > 0


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing_doubles_nothing(reentrant):
    class Checkpointed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = mlp(4, 8, 8), nn.Linear(8, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.checkpointing:
                x = x.requires_grad_() if reentrant else x
                x = checkpoint.checkpoint(self.body, x, use_reentrant=reentrant)
            else:
                x = self.body(x)
            return self.head(torch.relu(x))

    seen = []
    for checkpointing in (False, True):
        torch.manual_seed(0)
        Checkpointed.checkpointing = checkpointing
        x, y = regression()
        seen.append(trained(Checkpointed(), x.clone(), y=y, steps=3))
    plain, twice = seen
    assert twice.steps == plain.steps == 3
    assert twice.loss == plain.loss
    assert twice.data.samples == plain.data.samples
    assert twice.data.mean == plain.data.mean
    is_whole(twice, "body.0", "body.2", "head")
    for a, b in zip(plain.layers, twice.layers, strict=True):
        assert known(b.gradient) == pytest.approx(known(a.gradient), abs=1e-5)
        assert known(b.weight_gradient) == pytest.approx(known(a.weight_gradient), abs=1e-5)
        assert known(b.update) == pytest.approx(known(a.update), rel=1e-5)
        assert b.is_output == a.is_output


class Reader(nn.Module):
    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.rnn, self.head = kind(3, 6, num_layers=2, batch_first=True), nn.Linear(6, 1)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        packed = rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, _ = self.rnn(packed)
        padded, _ = rnn.pad_packed_sequence(out, batch_first=True)
        return self.head(padded.mean(1))


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_packed_sequences_are_trained_and_seen(kind):
    torch.manual_seed(0)
    x, lengths = torch.randn(5, 7, 3), torch.tensor([7, 3, 5, 2, 6])
    evidence = trained(Reader(kind), x, lengths, y=torch.randn(5, 1))
    seen = ladder(evidence)
    assert list(seen) == ["rnn", "head"]
    assert seen["rnn"].update[0] > 0
    assert seen["rnn"].weight_gradient[0] is not None


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_a_cell_in_a_loop_tells_its_gradient_through_time(kind):
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell, self.head = kind(3, 6), nn.Linear(6, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            state = None
            for t in range(x.shape[1]):
                state = self.cell(x[:, t], state)
            return self.head(state[0] if isinstance(state, tuple) else state)

    torch.manual_seed(0)
    evidence = trained(Loop(), torch.randn(5, 9, 3), y=torch.randn(5, 1))
    through_time = [x for x in evidence.layers if len(x.time_gradient) >= 8]
    assert through_time
    assert all(x.name.startswith("cell") for x in through_time)
    assert ladder(evidence)["head"].gradient[0] is not None


class Attending(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.attention(x, x, x, need_weights=False)[0].mean(1))


def test_attention_shows_its_projections():
    torch.manual_seed(0)
    evidence = trained(Attending(), torch.randn(6, 5, 8), y=torch.randn(6, 1))
    seen = ladder(evidence)
    assert [n.split(".")[0] for n in seen] == ["attention", "attention", "head"]
    assert all(x.update[0] > 0 for x in seen.values())
    assert not any(x.activation == "softmax" for x in seen.values())


def test_the_fast_path_of_an_encoder_is_left_alone_while_it_evaluates():
    torch.manual_seed(0)
    encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.Sequential(encoder, nn.Flatten(), nn.Linear(40, 1))
    x, y = torch.randn(6, 5, 8), torch.randn(6, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    kernels = []

    def step() -> None:
        model.eval()
        with torch.no_grad(), torch.profiler.profile(acc_events=True) as profile:
            model(x)
        kernels.append(
            any("_transformer_encoder_layer_fwd" in e.key for e in profile.key_averages())
        )
        model.train()
        optimizer.zero_grad()
        functional.mse_loss(model(x), y).backward()
        optimizer.step()

    step()
    assert kernels == [True]
    evidence = watched(model, step, 3)
    assert kernels == [True] * 4
    assert len(evidence.layers) == 5
    assert evidence.layers[2].activation == "relu"


def test_a_sparse_embedding_is_seen():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(20, 6, sparse=True), nn.Flatten(), nn.Linear(18, 1))
    ids = torch.randint(0, 20, (7, 3))
    evidence = trained(model, ids, y=torch.randn(7, 1))
    is_whole(evidence, "0", "2")
    assert evidence.layers[0].kind == "Embedding"


def test_complex_weights_are_seen():
    class Fourier(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.randn(3, 3, dtype=torch.cfloat) * 0.3)
            self.head = nn.Linear(4, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(torch.fft.irfft(torch.fft.rfft(x) @ self.weight, n=4))

    torch.manual_seed(0)
    x, y = regression()
    is_whole(trained(Fourier(), x, y=y), "weight", "head")


def test_a_lazy_model_is_seen_from_its_first_step():
    torch.manual_seed(0)
    model = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(1))
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    evidence = watched(model, plain_step(model, optimizer, x, y), 3)
    is_whole(evidence, "0", "2")
    assert evidence.layers[0].initial_gain == pytest.approx(0.577, abs=0.15)


def test_inputs_that_ask_for_a_gradient_are_no_weights():
    x, y = regression()
    is_whole(trained(mlp(4, 8, 1), x.requires_grad_(), y=y), "0", "2")


def test_a_wrapper_that_calls_the_model_changes_nothing():
    class Wrapper(nn.Module):
        def __init__(self, module: nn.Module) -> None:
            super().__init__()
            self.module = module

        def forward(self, *args: torch.Tensor) -> torch.Tensor:
            return self.module(*args)

    x, y = regression()
    inner = mlp(4, 8, 1)
    wrapper = Wrapper(inner)
    optimizer = torch.optim.SGD(wrapper.parameters(), lr=0.05)
    evidence = watched(inner, plain_step(wrapper, optimizer, x, y), 3)
    is_whole(evidence, "0", "2")
    assert evidence.data.samples > 0


def test_parts_that_are_called_one_by_one_leave_the_data_alone():
    """An encoder and a decoder called in turn: only what enters first is data."""

    class TwoParts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder = mlp(4, 8), mlp(8, 1)

    model = TwoParts()
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def step() -> None:
        optimizer.zero_grad()
        functional.mse_loss(model.decoder(torch.tanh(model.encoder(x))), y).backward()
        optimizer.step()

    evidence = watched(model, step, 4)
    is_whole(evidence, "encoder.0", "decoder.0")
    assert len(evidence.data.mean) == 4
    assert evidence.data.mean == pytest.approx(x.mean(0).tolist(), abs=1e-5)


def test_meta_parameters_and_functional_calls_are_passed_over():
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    plain = plain_step(model, optimizer, x, y)

    def step() -> None:
        with torch.device("meta"):
            twin = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
        twin(x.to("meta")).sum().backward()
        stacked = {n: torch.stack([p, p]) for n, p in model.named_parameters()}
        torch.vmap(lambda p: torch.func.functional_call(model, p, (x,)))(stacked)
        torch.func.grad(
            lambda p: functional.mse_loss(torch.func.functional_call(model, p, (x,)), y)
        )(dict(model.named_parameters()))
        plain()

    evidence = watched(model, step, 3)
    is_whole(evidence, "0", "2")
    assert evidence.data.samples == 16 * 3
