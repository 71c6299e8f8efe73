"""Let the optimizer hold every parameter that gets a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

FEW = 6
"""More parameters than this are not named one by one in the lines to copy."""
_REASON = Text(
    "{count} parameters got gradients, and no optimizer held them.",
    "매개변수 {count}개가 기울기를 받는데 어느 옵티마이저도 갖고 있지 않습니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The names that had gradients and were held by nobody, of the modules that the finding is about."""
    optimizer = evidence.optimizer
    left = optimizer.left_out if optimizer else ()
    names = [name for name in left if name.rpartition(".")[0] in finding.places]
    return ({"names": names, "count": len(names)},) if names else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Add them to the optimizer's first group: those that exist now, and at the first step those that were made since."""
    from livegrad.treatment import surgery_training

    names = cast("list[str]", settings["names"])
    done = False

    def add() -> None:
        held = {id(p) for group in patient.optimizer.param_groups for p in group["params"]}
        found = (surgery_training.parameter(patient, name) for name in names)
        patient.add_parameters(p for p in found if p is not None and id(p) not in held)

    def add_once() -> None:
        nonlocal done
        if not done:
            done = True
            add()

    add()
    surgery_training.around_step(patient, before=add_once)
    return _lines(patient, names)


def _lines(patient: Patient, names: list[str]) -> tuple[str, ...]:
    """What to write, and where: a layer that is put in later is not there yet where the optimizer is made."""
    listed = [name for name in names if "[" in name]
    if listed:
        return ("# in __init__, below the line that fills it:", *_registered(patient, listed))
    where = (
        "# below the last line that changes the model, above the training loop",
        f"# (or make the optimizer there: torch.optim.{type(patient.optimizer).__name__}(model.parameters(), ...)):",
    )
    if len(names) <= FEW:
        code = [patient.variable(name) for name in names]
        return (*where, f"+ optimizer.param_groups[0]['params'] += [{', '.join(code)}]")
    modules = dict.fromkeys(name.rpartition(".")[0] for name in names)
    code = [patient.variable(name) if name else "model" for name in _outermost(list(modules))]
    return (
        *where,
        "+ held = {id(p) for group in optimizer.param_groups for p in group['params']}",
        f"+ for part in [{', '.join(code)}]:",
        "+     optimizer.param_groups[0]['params'] += [p for p in part.parameters() if id(p) not in held]",
    )


def _registered(patient: Patient, names: list[str]) -> list[str]:
    """A line for each plain list or dictionary of layers, which makes it one that PyTorch looks into."""
    containers = dict.fromkeys(name.partition("[")[::2] for name in names)
    kinds = {place: "ModuleDict" if "'" in key else "ModuleList" for place, key in containers}
    code = [(patient.variable(p).replace("model", "self", 1), kind) for p, kind in kinds.items()]
    return [f"+ {name} = nn.{kind}({name})" for name, kind in code]


def _outermost(modules: list[str]) -> list[str]:
    """Those of the modules that lie in no other one of them."""
    others = [f"{other}." if other else "" for other in modules]
    return [m for m in modules if not any(m.startswith(o) and m != o[:-1] for o in others)]


def reason(settings: Settings) -> Text:
    """How many."""
    return _REASON.fill(count=settings["count"])


REMEDY = Remedy(
    id="hold-all-parameters",
    title=Text("all parameters in the optimizer", "옵티마이저에 모든 매개변수"),
    codes=("untrained-parameters",),
    effect=Text(
        "The layers that stayed at their random start take part in the training.",
        "무작위 초깃값에 머물던 층이 학습에 참여합니다.",
    ),
    price=Text(
        "A step takes a little longer, and the optimizer keeps its numbers for these weights, too.",
        "한 스텝이 조금 길어지고, 옵티마이저가 이 가중치들의 값도 따로 보관합니다.",
    ),
    when_not=Text(
        "Where a part is left out on purpose: say so with requires_grad_(False).",
        "일부러 뺀 부분이라면 쓰지 않습니다. 그때는 requires_grad_(False)로 밝혀 둡니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
