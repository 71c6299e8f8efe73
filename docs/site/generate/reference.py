"""The reference: every public name with its docstring, shapes and an example that the tests run."""

from __future__ import annotations

import importlib
import inspect

from generate.markdown import contents
from generate.site import Site
from livegrad.text import Text

_TITLE = Text("Reference", "레퍼런스")
_LEAD = Text(
    "Every public name, from its docstring. The examples are run by the tests.",
    "공개된 이름을 모두 담았습니다. 설명은 코드에 있는 것(docstring)을 그대로 옮겨서 영어입니다. 예제는 시험에서 실제로 돌립니다.",
)
_MODULES = {
    "livegrad": Text("The main job", "핵심 기능"),
    "livegrad.functions": Text("Activation functions", "활성화 함수"),
    "livegrad.flow": Text("Signal and gradient through depth", "깊이를 지나는 신호와 기울기"),
    "livegrad.trials": Text("Many small networks, compared", "작은 신경망 여럿을 견주기"),
    "livegrad.testing": Text(
        "Contracts, for tests of your own", "직접 쓴 항목을 시험하는 계약(contract)"
    ),
    "livegrad.errors": Text("Errors", "오류"),
}


def write(site: Site) -> None:
    """Write a page for each module."""
    for name, title in _MODULES.items():
        head = f"# {site.say(title)}: `{name}`"
        site.write(f"reference/{name}", head, *_names(name))
    head = f"# {site.say(_TITLE)}"
    site.write("reference/index", head, site.say(_LEAD), contents(_MODULES, hidden=False))


def _names(module: str) -> list[str]:
    loaded = importlib.import_module(module)
    found = getattr(loaded, "__all__", None) or [
        name
        for name, value in vars(loaded).items()
        if inspect.isclass(value) and value.__module__ == module
    ]
    return [
        part
        for name in found
        if not name.startswith("__")
        for part in _documented(f"{module}.{name}", getattr(loaded, name))
    ]


def _documented(name: str, value: object) -> list[str]:
    short = name.rpartition(".")[2]
    if inspect.isclass(value):
        kind, options = "autoclass", ["   :members:"]
    elif inspect.isfunction(value):
        kind, options = "autofunction", list[str]()
    else:  # a module has a page of its own; a constant has no docstring that Python keeps
        return []
    body = "\n".join([f".. {kind}:: {name}", *options])
    return [f"## {short}", f"```{{eval-rst}}\n{body}\n```"]
