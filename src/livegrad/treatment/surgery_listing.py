"""Layers as Python code that a reader may copy: few by name, many in a row as a slice of what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

LONG = 3
"""More layers than this are named by a loop in the lines to copy, where a loop can name them."""


def listed(patient: Patient, names: list[str]) -> str:
    """Return layers as a list in Python code; of many in a row inside one container, a slice of it.

    Example:
        >>> import torch
        >>> from livegrad.treatment.surgery import Patient
        >>> model = nn.Module()
        >>> model.hidden = nn.ModuleList(nn.Linear(2, 2) for _ in range(9))
        >>> model.out = nn.Linear(2, 2)
        >>> patient = Patient((("", model),), torch.optim.SGD(model.parameters()))
        >>> listed(patient, ["hidden.1", "out"])
        '[model.hidden[1], model.out]'
        >>> listed(patient, [*(f"hidden.{i}" for i in range(1, 9)), "out"])
        '[*model.hidden[1:9], model.out]'
    """
    parts = list[str]()
    while names:
        run = _run(names)
        parent = names[0].rpartition(".")[0]
        holder = patient.part(parent) if parent else patient.models[0][1]
        if len(run) > LONG and isinstance(holder, (nn.Sequential, nn.ModuleList)):
            step = run[1] - run[0]
            code = f"[{run[0]}:{run[-1] + 1}{f':{step}' if step > 1 else ''}]"
            parts.append(f"*{patient.variable(parent) if parent else 'model'}{code}")
            names = names[len(run) :]
        else:
            parts.append(patient.variable(names[0]))
            names = names[1:]
    return f"[{', '.join(parts)}]"


def _run(names: list[str]) -> list[int]:
    """The numbers of the first layers that stand in one container at even distances."""
    parents, _, numbers = zip(*(name.rpartition(".") for name in names), strict=True)
    found = list[int]()
    for parent, number in zip(parents, numbers, strict=True):
        if parent != parents[0] or not number.isdigit():
            break
        step = found[1] - found[0] if len(found) > 1 else int(number) - found[-1] if found else 1
        if step < 1 or (found and int(number) - found[-1] != step):
            break
        found.append(int(number))
    return found
