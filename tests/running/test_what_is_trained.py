"""Trainings of every shape: none may fail because it is watched, each one is seen, none sound is called sick."""

import sys
from pathlib import Path

import pytest
from running.starting import SMALL, Ended, recorded, start, write

SOUND = """
import copy, gc, json, pickle, weakref
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, TensorDataset

def adam(model, lr=0.02): return torch.optim.Adam(model.parameters(), lr=lr)


def gan():
    maker = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    judge = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    of_maker, of_judge = (torch.optim.Adam(m.parameters(), lr=2e-3, betas=(0.5, 0.99)) for m in (maker, judge))
    loss_fn = nn.BCEWithLogitsLoss()
    for _ in range(300):
        real, made = torch.randn(64, 2) * 0.3 + 1, maker(torch.randn(64, 4))
        of_judge.zero_grad()
        (loss_fn(judge(real), torch.ones(64, 1)) + loss_fn(judge(made.detach()), torch.zeros(64, 1))).backward()
        of_judge.step()
        of_maker.zero_grad(); loss_fn(judge(made), torch.ones(64, 1)).backward(); of_maker.step()

def accumulation():
    model = net(); optimizer = adam(model)
    for _ in range(80):
        for k in range(4): (F.cross_entropy(model(x[k::4]), y[k::4]) / 4).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0); optimizer.step(); optimizer.zero_grad()
        model.eval()
        with torch.no_grad(): F.cross_entropy(model(x), y)
        model.train()

def twice_the_same():
    model = net(); train(model, adam(model)); train(model, torch.optim.SGD(model.parameters(), lr=0.1))

def folds():
    for _ in range(3):
        model = net(); optimizer = adam(model); train(model, optimizer); del model, optimizer; gc.collect()

def second_order():
    model = net(); optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4)
    def closure(): optimizer.zero_grad(); loss = F.cross_entropy(model(x), y); loss.backward(); return loss
    for _ in range(25): optimizer.step(closure)

def lazy():
    model = nn.Sequential(nn.LazyLinear(16), nn.ReLU(inplace=True), nn.LazyLinear(2))
    train(model, torch.optim.SGD(model.parameters(), lr=0.5), 80)

class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.mix, self.act = nn.Embedding(12, 16), nn.Linear(16, 16), nn.ReLU()
        self.out = nn.Linear(16, 12, bias=False); self.out.weight = self.embed.weight
    def forward(self, tokens):
        h = self.act(self.mix(self.act(self.mix(self.embed(tokens)))))
        return {"scores": self.out(h), "parts": (h, 3)}

def shared_tied_copied():
    model = Language(); average = copy.deepcopy(model); tokens = torch.randint(0, 12, (128,))
    optimizer = torch.optim.AdamW([{"params": model.mix.parameters()}, {"params": [model.embed.weight], "lr": 0.02}], lr=0.01)
    for step in range(80):
        loss = F.cross_entropy(model(tokens)["scores"], (tokens + 1) % 12)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        with torch.no_grad():
            for a, b in zip(average.parameters(), model.parameters()): a.lerp_(b, 0.1)
        if step == 40:
            torch.save(model, "model.pt"); torch.save(model.state_dict(), "state.pt"); copy.deepcopy(optimizer)
            pickle.dump((model, optimizer), open("both.pkl", "wb"))

def mixed_precision():
    model = nn.DataParallel(net()); optimizer = adam(model); scaler = torch.amp.GradScaler("cpu")
    for _ in range(80):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            h = checkpoint(model.module[0], x, use_reentrant=False)
            loss = F.cross_entropy(model.module[2](torch.relu(h)), y)
        scaler.scale(loss).backward(); scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0); scaler.step(optimizer); scaler.update()

class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x); return x * x.sigmoid()
    @staticmethod
    def backward(ctx, g): x, = ctx.saved_tensors; s = x.sigmoid(); return g * (s + x * s * (1 - s))

def without_a_module():
    a = (torch.randn(8, 16) * 0.4).requires_grad_(); b = (torch.randn(16, 2) * 0.3).requires_grad_()
    optimizer = torch.optim.Adam([a], lr=0.02); optimizer.add_param_group({"params": [b], "lr": 0.05})
    for _ in range(80):
        loss = -torch.log_softmax(Swish.apply(x @ a) @ b, 1).gather(1, y[:, None]).mean()
        optimizer.zero_grad(); torch.autograd.backward(tensors=[loss]); optimizer.step()

class OwnSgd(torch.optim.Optimizer):
    def __init__(self, params, lr): self.ready = False; super().__init__(params, {"lr": lr}); self.ready = True
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]: p.add_(p.grad, alpha=-group["lr"])

class Keywords(nn.Module):
    def __init__(self): super().__init__(); self.inner = net()
    def forward(self, *, batch): return None, self.inner(batch["x"])

def keywords_and_an_own_optimizer():
    model = Keywords(); optimizer = OwnSgd(model.parameters(), 0.5)
    for _ in range(80):
        loss = F.cross_entropy(input=model(batch={"x": x})[1], target=y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()

def penalty_of_the_gradient():
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1)); optimizer = adam(model, 5e-3)
    for _ in range(100):
        t = torch.rand(64, 1).requires_grad_(); u = model(t)
        slope = torch.autograd.grad(u.sum(), t, create_graph=True)[0]
        loss = ((slope + u) ** 2).mean() + ((model(torch.zeros(1, 1)) - 1) ** 2).mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()

def traced_and_scripted():
    model = net(); optimizer = adam(model); train(model, optimizer, 10)
    assert torch.allclose(torch.jit.trace(model, x)(x), model(x)); torch.jit.script(model)(x)
    train(model, optimizer, 50)

def workers():
    model = net(); optimizer = adam(model)
    for kind in ("fork", "spawn"):
        for a, b in DataLoader(TensorDataset(x, y), 8, shuffle=True, num_workers=1, multiprocessing_context=kind):
            optimizer.zero_grad(); F.cross_entropy(model(a), b).backward(); optimizer.step()

def policy():
    model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 3)); optimizer = adam(model, 5e-3); usual = 0.0
    for _ in range(250):
        state = torch.randn(64, 4); chosen = torch.distributions.Categorical(logits=model(state)); action = chosen.sample()
        reward = (action == state[:, :3].argmax(1)).float()
        loss = -(chosen.log_prob(action) * (reward - usual)).mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step(); usual = 0.9 * usual + 0.1 * reward.mean().item()

ALL = (gan, accumulation, twice_the_same, folds, second_order, lazy, shared_tied_copied, mixed_precision,
       without_a_module, keywords_and_an_own_optimizer, penalty_of_the_gradient, traced_and_scripted, workers, policy)
if __name__ == "__main__":
    for case in ALL: case()
    print("DONE " + json.dumps(torch._C._len_torch_function_stack()))
"""
EXPECTED = (
    ["Sequential"] * 2 + ["Sequential"] * 2 + ["Sequential"] * 3 + ["Sequential"] * 2 + ["Language", "DataParallel"]
    + ["parameters", "Keywords"] + ["Sequential"] * 4
)  # fmt: skip
STEPS = [300, 300, 80, 80, 40, 40, 40, 25, 80, 80, 80, 80, 80, 100, 60, 32, 250]

FRAGILE = """
import json, os, warnings, weakref
from torch.func import functional_call, grad, vmap

class Gate(nn.Module):
    def __init__(self): super().__init__(); self.inner = net(); self.gate = nn.Parameter(torch.zeros(()))
    def forward(self, x): return self.inner(x) * torch.sigmoid(self.gate)

class Complex(nn.Module):
    def __init__(self): super().__init__(); self.w = nn.Parameter(torch.randn(8, 16, dtype=torch.cfloat)); self.out = nn.Linear(16, 2)
    def forward(self, x): return self.out((x.to(torch.cfloat) @ self.w).abs())

def scalar_gate():
    model = Gate(); train(model, torch.optim.SGD(model.parameters(), lr=0.5))

def double():
    model = net().double(); optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(40): optimizer.zero_grad(); F.cross_entropy(model(x.double()), y).backward(); optimizer.step()

def complex_weights():
    model = Complex(); train(model, torch.optim.Adam(model.parameters(), lr=0.02))

def per_sample_gradients():
    model = net(); optimizer = torch.optim.Adam(model.parameters(), lr=0.02); names = dict(model.named_parameters())
    each = vmap(grad(lambda p, a, b: F.cross_entropy(functional_call(model, p, a[None]), b[None])), (None, 0, 0))
    for _ in range(40):
        found = each({k: v.detach() for k, v in names.items()}, x, y)
        for k in names: names[k].grad = found[k].mean(0)
        optimizer.step()

def scripted_loss():
    torch.jit.script(nn.CrossEntropyLoss())(net()(x), y)

def pickled_functions():
    import pickle
    for function in (torch.manual_seed, torch.save, F.cross_entropy, torch.autograd.backward): pickle.dumps(function)

def freed():
    model = net(); optimizer = torch.optim.SGD(model.parameters(), lr=0.1); train(model, optimizer, 50)
    output = model(x); loss = F.cross_entropy(output, y); kept = weakref.ref(output); del output, loss
    assert kept() is None, "an output whose loss was never stepped on is kept, with its graph"

def freed_without_an_optimizer():
    w = torch.zeros(8, 2, requires_grad=True)
    output = x @ w; loss = F.cross_entropy(output, y); loss.backward(); kept = weakref.ref(output); del output, loss
    assert kept() is None, "an output is kept though no optimizer will ever step"

def freed_model():
    import gc
    model = net(); optimizer = torch.optim.SGD(model.parameters(), lr=0.1); train(model, optimizer, 50)
    layer = weakref.ref(model[0]); del model, optimizer; gc.collect()
    assert layer() is None, "the layers of a deleted model stay in memory"

def outcome(case):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try: case()
        except Exception as error: return f"{type(error).__name__}: {error}"
    return "".join(str(w.message) for w in told if "livegrad" in str(w.message))

def apart(case):
    # in a process of its own, so that no case meets a watch that an earlier one ended
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, outcome(case).encode()[:4000]); os._exit(0)
    os.wait(); os.close(writing)
    with open(reading, "rb") as file: return file.read().decode()

results = {case.__name__: apart(case) for case in (
    scalar_gate, double, complex_weights, scripted_loss, pickled_functions, freed, freed_without_an_optimizer,
    freed_model, per_sample_gradients)}
print("RESULTS " + json.dumps(results))
"""
SPARSE = """
words = nn.Embedding(20, 8, sparse=True); head = nn.Linear(32, 2); model = nn.Sequential(words, nn.Flatten(), head)
tokens = torch.randint(0, 20, (128, 4)); labels = (tokens[:, 0] > 9).long()
both = torch.optim.SparseAdam(words.parameters(), lr=0.05), torch.optim.Adam(head.parameters(), lr=0.05)
for _ in range(60):
    for o in both: o.zero_grad()
    F.cross_entropy(model(tokens), labels).backward()
    for o in both: o.step()
"""
EMPTY = """
model = net(); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(60):
    optimizer.zero_grad(); n = 0 if step == 4 else 128
    F.cross_entropy(model(x[:n]), y[:n], reduction="sum").div(128).backward(); optimizer.step()
"""
ONE_BY_ONE = """
model = net(); optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for a, b in zip(x, y):
    optimizer.zero_grad(); F.cross_entropy(model(a), b).backward(); optimizer.step()
"""
ONE_NUMBER = """
model = nn.Linear(8, 1); optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for a in x:
    optimizer.zero_grad(); F.mse_loss(model(a)[0], a[0]).backward(); optimizer.step()
"""
PLAIN_LOADER = """
import sys
sys.modules["livegrad"] = None
import pickle, torch
from sound import *
sys.modules["__main__"].Language = Language
assert type(torch.load("model.pt", weights_only=False)) is Language
Language().load_state_dict(torch.load("state.pt"))
pickle.load(open("both.pkl", "rb"))
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("sound")
    write(folder, "sound.py", SMALL, SOUND)
    return recorded(folder, "sound.py")


def test_every_training_runs_and_is_seen(sound: Ended) -> None:
    assert sound.said("DONE") == 0
    trainings = sound.recording["trainings"]
    assert [t["steps"] for t in trainings] == STEPS
    assert all(kind in t["model"] for t, kind in zip(trainings, EXPECTED, strict=True))


def test_no_sound_training_is_called_sick(sound: Ended) -> None:
    assert "What is wrong" not in sound.out
    assert sound.code == 0


def test_watching_is_silent(sound: Ended) -> None:
    assert "livegrad" not in sound.err


def test_what_was_saved_in_the_middle_loads_without_livegrad(sound: Ended) -> None:
    write(sound.folder, "load.py", PLAIN_LOADER)
    assert start([sys.executable, "load.py"], sound.folder).code == 0


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("fragile")
    write(folder, "fragile.py", SMALL, FRAGILE)
    return recorded(folder, "fragile.py").said("RESULTS")


@pytest.mark.parametrize(
    "case",
    [
        "scalar_gate",
        "double",
        "complex_weights",
        "scripted_loss",
        "pickled_functions",
        "freed",
        "freed_without_an_optimizer",
        "freed_model",
        "per_sample_gradients",
    ],
)
def test_no_script_fails_because_it_is_watched(fragile: dict[str, str], case: str) -> None:
    assert fragile[case] == ""


@pytest.mark.parametrize(
    "script",
    [
        "SPARSE",
        "EMPTY",
        "ONE_BY_ONE",
        "ONE_NUMBER",
    ],
)
def test_an_unusual_training_is_watched_to_its_end(tmp_path: Path, script: str) -> None:
    write(tmp_path, "script.py", SMALL, globals()[script])
    ended = recorded(tmp_path, "script.py")
    assert "stopped watching" not in ended.err
    assert ended.recording["trainings"][0]["steps"] >= 60
    assert ended.code == 0
