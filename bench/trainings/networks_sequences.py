"""Networks over time and over tokens: recurrent ones, a small transformer, the mean of embeddings."""

from __future__ import annotations

import torch
from torch import nn

from trainings.data import Data
from trainings.networks import ACTIVATIONS, FUNCTIONS

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Recurrent(nn.Module):
    """Reads a sequence, answers from the last hidden state.

    Args:
        data: What it is for.
        cell: "rnn", "lstm" or "gru".
        width: Hidden units.
        layers: Recurrent layers.
        activation: "tanh" or "relu", for "rnn".
        radius: Spectral radius of the recurrent weights ("rnn" only): 1 is an orthogonal start.
        dense: A function between a hidden linear layer and the head; ``None`` for the head alone.
        output: Function behind the head.
    """

    def __init__(  # noqa: PLR0913 (each is one setting)
        self,
        data: Data,
        *,
        cell: str = "gru",
        width: int = 24,
        layers: int = 1,
        activation: str = "tanh",
        radius: float | None = None,
        dense: str | None = None,
        output: str | None = None,
    ) -> None:
        super().__init__()
        features = width if data.tokens else data.x.shape[2]
        self.embed = nn.Embedding(data.tokens, width) if data.tokens else nn.Identity()
        more = {"nonlinearity": activation} if cell == "rnn" else {}
        self.rnn = CELLS[cell](features, width, num_layers=layers, batch_first=True, **more)
        if radius is not None:
            for layer in range(layers):
                weight = getattr(self.rnn, f"weight_hh_l{layer}")
                nn.init.orthogonal_(weight, gain=radius)
        self.dense = nn.Linear(width, width) if dense else nn.Identity()
        self.head = nn.Linear(width, data.outputs)
        self.activation = ACTIVATIONS[dense or "identity"]()
        self.output = ACTIVATIONS[output or "identity"]()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, time) or (batch, time, features) → (batch, outputs)."""
        states, _ = self.rnn(self.embed(x))
        return self.output(self.head(self.activation(self.dense(states[:, -1]))))


class Transformer(nn.Module):
    """Embeddings with learned positions, encoder layers, the mean over time, a head.

    Args:
        data: What it is for.
        layers: Encoder layers.
        width: Size of the model; two heads.
        activation: "relu" or "gelu".
        norm_first: Whether normalisation stands in the branch.
        dropout: As in PyTorch.
        output: Function behind the head.
    """

    def __init__(
        self,
        data: Data,
        *,
        layers: int = 1,
        width: int = 24,
        activation: str = "gelu",
        norm_first: bool = True,
        dropout: float = 0.0,
        output: str | None = None,
    ) -> None:
        super().__init__()
        time = data.x.shape[1]
        self.embed = (
            nn.Embedding(data.tokens, width) if data.tokens else nn.Linear(data.x.shape[2], width)
        )
        self.position = nn.Parameter(0.1 * torch.randn(time, width))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, 2, 2 * width, dropout, activation, batch_first=True, norm_first=norm_first
            )
            for _ in range(layers)
        )
        self.head = nn.Linear(width, data.outputs)
        self.output = ACTIVATIONS[output or "identity"]()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, time) or (batch, time, features) → (batch, outputs)."""
        x = self.embed(x) + self.position
        for layer in self.layers:
            x = layer(x)
        return self.output(self.head(x.mean(1)))


class Bag(nn.Module):
    """The mean or sum of the words' embeddings, hidden layers, a head.

    Args:
        data: What it is for.
        width: Size of the embeddings and of the hidden layers.
        depth: Hidden layers.
        activation: A name of `FUNCTIONS`.
        mode: "mean" or "sum".
        output: Function behind the head.
    """

    def __init__(
        self,
        data: Data,
        *,
        width: int = 24,
        depth: int = 1,
        activation: str = "relu",
        mode: str = "mean",
        output: str | None = None,
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(data.tokens, width)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.head = nn.Linear(width, data.outputs)
        self.activation, self.output = FUNCTIONS[activation], FUNCTIONS[output or "identity"]
        self.mode = mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, time) → (batch, outputs)."""
        x = self.embed(x)
        x = x.mean(1) if self.mode == "mean" else x.sum(1)
        for layer in self.hidden:
            x = self.activation(layer(x))
        return self.output(self.head(x))
