"""Where a place is made: the line in the user's own file, as far as its text tells, and no line that is wrong."""

from __future__ import annotations

import functools
import importlib.util
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import livegrad
from livegrad.observation.callers import trail
from livegrad.observation.evidence import Evidence
from livegrad.observation.sources import Origins

torch.set_num_threads(1)

BEGINNING = """
import torch
from torch import nn
from torch.nn import functional as F
import livegrad
x, y = torch.randn(16, 4), torch.randint(2, (16,))

def loop(model, optimizer, loss_fn=None):
    for _ in range(3):
        optimizer.zero_grad()
        out = model(x)  # data
        loss = (loss_fn or F.cross_entropy)(out, y)  # loss
        loss.backward()
        optimizer.step()
"""
SCRIPTS = {
    "a loss written by hand is made at its own line, not where it is sent back": """
model = nn.Sequential(  # model
    nn.Linear(4, 8),  # 0
    nn.ReLU(),
    nn.Linear(8, 2),  # 2
)
def run():
    with livegrad.watch(model) as watching:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)  # optimizer
        for _ in range(3):
            optimizer.zero_grad()
            out = model(x)  # data
            error = ((out - x[:, :2]) ** 2).mean()  # loss
            error.backward()
            optimizer.step()
    return watching
""",
    "a sequence at the top of a script": """
model = nn.Sequential(  # model
    nn.Linear(4, 8),  # 0
    nn.ReLU(),
    nn.Linear(8, 2),  # 2
)
def run():
    with livegrad.watch(model) as watching:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)  # optimizer
        loop(model, optimizer)
    return watching
""",
    "a sequence moved to a device, in a function, handed on": """
def made():
    net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(),  # model, 0
                        nn.Linear(8, 2)).to("cpu")  # 2
    return net
def training(network):
    watching = livegrad.watch(network)
    optimizer = torch.optim.Adam(network.parameters())  # optimizer
    loop(network, optimizer)
    watching.detach()
    return watching
def run():
    inner = nn.Sequential(nn.Linear(4, 8), nn.Tanh(),  # model, 0
                          nn.Linear(8, 2)).to("cpu")  # 2
    return training(network=inner)
""",
    "a class with parts in lists and in other classes": """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)  # blocks.0.fc, blocks.1.fc
        self.act = nn.Tanh()
    def forward(self, x):
        return x + self.act(self.fc(x))
class Net(nn.Module):  # model
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block() for _ in range(2)])
        self.head = nn.Linear(4, 2)  # head
    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)
def run():
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)  # optimizer
    with livegrad.watch(net) as watching:
        loop(net, optimizer)
    return watching
""",
    "layers appended in a loop stand where the sequence is made": """
def run():
    layers = []
    for width in (4, 4):
        layers += [nn.Linear(4, width), nn.Tanh()]
    model = nn.Sequential(*layers, nn.Linear(4, 2))  # model, 0, 2, 4
    parameters = list(model.parameters())
    optimizer = torch.optim.SGD(parameters, lr=0.1)  # optimizer
    with livegrad.watch(model, optimizer=optimizer) as watching:
        loop(model, optimizer, nn.CrossEntropyLoss())
    return watching
""",
    "a trainer that keeps its model": """
class Trainer:
    def __init__(self):
        self.model = nn.Sequential(nn.Linear(4, 8),  # model, 0
                                   nn.Linear(8, 2))  # 1
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)  # optimizer
    def fit(self):
        loop(self.model, self.optimizer)
def run():
    trainer = Trainer()
    with livegrad.watch(trainer.model) as watching:
        trainer.fit()
    return watching
""",
    "an optimizer of the user's own": """
class Own(torch.optim.SGD):
    def __init__(self, parameters):
        super().__init__(parameters, lr=0.1)
def run():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))  # model, 0, 2
    with livegrad.watch(model) as watching:
        own = Own(model.parameters())  # optimizer
        loop(model, own)
    return watching
""",
}


def loaded(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def marked(source: str) -> dict[str, int]:
    """Return the lines that end in a comment with the names of places; 'model' is ''."""
    found: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), 1):
        code, mark, names = line.partition("  # ")
        for name in names.split(", ") if mark and code else ():
            found["" if name == "model" else name] = number  # a later mark counts
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("user_"):
            del sys.modules[name]


def lines_of(evidence: Evidence) -> dict[str, tuple[str, int]]:
    return {source.place: (source.file, source.line) for source in evidence.sources}


@pytest.mark.parametrize("number", range(len(SCRIPTS)), ids=list(SCRIPTS))
def test_places_are_found_in(number: int, folder: Path) -> None:
    source = BEGINNING + list(SCRIPTS.values())[number]
    path = folder / f"user_script{number}.py"
    path.write_text(source)
    seen = loaded(path).run().evidence()
    expected = {place: (path.name, line) for place, line in marked(source).items()}
    assert lines_of(seen) == expected


def test_a_training_knows_where_its_build_function_makes_it(folder: Path) -> None:
    source = BEGINNING + (
        "def build(seed):\n"
        "    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))  # model, 0, 2\n"
        "    sgd = torch.optim.SGD(net.parameters(), lr=0.1)  # optimizer\n"
        "    loss = nn.CrossEntropyLoss()  # loss\n"
        "    batches = [(x, y)]  # data\n"
        "    return livegrad.Training(net, loss, sgd, batches, steps=30)\n"
    )
    (folder / "user_build.py").write_text(source)
    module = loaded(folder / "user_build.py")
    seen = livegrad.check(module.build).diagnosis.evidence
    expected = {place: ("user_build.py", line) for place, line in marked(source).items()}
    assert lines_of(seen) == expected


def test_a_file_outside_of_the_working_folder_keeps_its_whole_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "user_outside.py"
    path.write_text(BEGINNING + next(iter(SCRIPTS.values())))
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    seen = loaded(path).run().evidence()
    assert {file for file, _ in lines_of(seen).values()} == {str(path)}


def test_a_text_that_cannot_be_read_gives_no_line_and_no_error(folder: Path) -> None:
    source = BEGINNING + next(iter(SCRIPTS.values()))
    module = types.ModuleType("user_nowhere")
    exec(compile(source, str(folder / "user_nowhere.py"), "exec"), vars(module))  # noqa: S102
    seen = module.run().evidence()
    assert set(lines_of(seen)) <= {"optimizer", "loss", "data"}


def test_modules_of_pytorch_alone_have_no_line(folder: Path) -> None:
    origins = Origins(str(folder))
    assert origins.records({"": torch.nn.Sequential, "0": torch.nn.Linear}, ["0"]) == ()


def test_no_frame_is_kept_alive() -> None:
    def inside() -> tuple[int, int]:
        held = torch.zeros(3)
        before = sys.getrefcount(held)
        trail()
        return before, sys.getrefcount(held)

    before, after = inside()
    assert before == after


def test_the_library_and_installed_packages_are_nobodys_lines() -> None:
    found = functools.reduce(lambda _, __: trail(), range(2), ())
    assert all(Path(file).name == Path(__file__).name for file, _ in found[:1])
    assert not any("site-packages" in file for file, _ in found)
