"""What a script sees of the world under ``livegrad run`` is what it sees under ``python``."""

import json
from pathlib import Path

import pytest
from running.starting import Ended, side_by_side, watched, write

SEE = '''
"""A doc string."""
import argparse, atexit, dataclasses, inspect, json, logging, os, pickle, sys, typing

class Kept:
    def __init__(self): self.a = 1

@dataclasses.dataclass
class Data:
    width: int = 3

def function():
    return 1  # a comment that getsource must find

if __name__ == "__main__":
    atexit.register(lambda: print("GOODBYE true", flush=True))
    main = sys.modules["__main__"]
    seen = {
        "argv": sys.argv, "path": sys.path, "file": __file__, "cwd": os.getcwd(),
        "main is this": main.__dict__ is globals(),
        "spec": getattr(__spec__, "name", None), "package": __package__, "doc": __doc__,
        "pickled": type(pickle.loads(pickle.dumps(Kept()))) is Kept,
        "source": inspect.getsource(function), "class": inspect.getsource(Kept)[:11],
        "data": repr(Data()), "hints": str(typing.get_type_hints(Data)), "module": Kept.__module__,
        "handlers": len(logging.getLogger().handlers), "builtins": type(__builtins__).__name__,
        "hook": sys.excepthook is sys.__excepthook__, "buffering": sys.stdout.line_buffering,
    }
    print("SEEN " + json.dumps(seen))
'''
ALIKE = (
    "argv", "path", "cwd", "main is this", "spec", "package", "doc", "pickled", "source", "class", "data",
    "hints", "module", "handlers", "hook", "buffering",
)  # fmt: skip
CALLS = {
    "script": (("scripts/see.py", "a", "--b", "--", "c"), "."),
    "module": (("-m", "pack.sub.tool", "--lang", "ko"), "."),
    "package": (("-m", "pack", "--seed", "x"), "."),
    "dots": (("../scripts/see.py",), "elsewhere"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("see")
    for name in ("scripts/see.py", "pack/sub/tool.py", "pack/__main__.py"):
        write(folder, name, SEE)
    write(folder, "pack/__init__.py")
    write(folder, "pack/sub/__init__.py")
    (folder / "elsewhere").mkdir()
    return folder


@pytest.fixture(scope="module", params=list(CALLS))
def both(request: pytest.FixtureRequest, folder: Path) -> tuple[Ended, Ended]:
    arguments, where = CALLS[request.param]
    return side_by_side(folder / where, *arguments)


def test_the_script_sees_the_same(both: tuple[Ended, Ended]) -> None:
    bare, seen = (ended.said("SEEN") for ended in both)
    assert {k: seen[k] for k in ALIKE} == {k: bare[k] for k in ALIKE}


def test_the_file_is_the_same(both: tuple[Ended, Ended]) -> None:
    bare, seen = (Path(ended.said("SEEN")["file"]) for ended in both)
    assert seen.samefile(bare)


def test_exit_handlers_run(both: tuple[Ended, Ended]) -> None:
    assert all(ended.said("GOODBYE") for ended in both)


def test_builtins_are_those_of_a_main_module(both: tuple[Ended, Ended]) -> None:
    bare, seen = (ended.said("SEEN") for ended in both)
    assert seen["builtins"] == bare["builtins"]


def test_the_scripts_own_json_option_reaches_it(folder: Path) -> None:
    assert watched(folder / "scripts", "see.py", "--json").said("SEEN")["argv"] == [
        "see.py",
        "--json",
    ]


def test_without_a_step_it_is_not_observed_and_the_json_says_so(folder: Path) -> None:
    ended = watched(folder / "scripts", "--json", "out.json", "see.py")
    kept = json.loads((folder / "scripts" / "out.json").read_text(encoding="utf-8"))
    assert ended.code == 3
    assert kept["schema_version"] >= 1
    assert kept["outcome"] not in ("healthy", "cured")


def test_what_lies_in_the_working_folder_is_not_imported(tmp_path: Path) -> None:
    write(tmp_path, "scripts/script.py", 'import json; print("FINE " + json.dumps(True))')
    write(tmp_path, "here/json.py", 'raise RuntimeError("this is another json")')
    ended = watched(tmp_path / "here", "../scripts/script.py")
    assert ended.said("FINE")
