"""Adding an activation is one file and no other edit: names, values, PyTorch, contract and page follow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import livegrad

NEW = '''
"""Twice ReLU: for this test."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint
from livegrad.text import Text

ACTIVATION = Activation(
    id="double_relu",
    formula=piecewise((0,), (0, 2 * x)),
    joints=(Joint(at=0, slope=0),),
    tails=(0, float("inf")),
    aliases=Aliases(other=("twice_relu",)),
    about=Text("ReLU with slope 2.", "기울기가 2인 ReLU입니다."),
    source="",
)
'''
USE = """
import numpy as np
import livegrad
from livegrad.testing import check_activation

f = livegrad.activation("TwiceReLU")
assert f.id == "double_relu" and "double_relu" in livegrad.functions.names()
assert f(np.array([-1.0, 3.0])).tolist() == [0.0, 6.0]
assert f.properties.steepest_slope.value == 2.0
check_activation(f)
try:
    import torch
except ModuleNotFoundError:
    pass
else:
    x = torch.tensor([-1.0, 3.0], requires_grad=True)
    f.module()(x).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0]
print("kept")
"""


def test_a_new_file_in_the_catalogue_is_all_it_takes(tmp_path: Path) -> None:
    package = tmp_path / "livegrad"
    here = Path(livegrad.__file__).parent
    shutil.copytree(here, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "functions/catalogue/double_relu.py").write_text(NEW.lstrip(), "utf-8")
    # Without coverage: the copy is not what is measured.
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", USE],
        env={**plain, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("kept", 0), done.stderr
