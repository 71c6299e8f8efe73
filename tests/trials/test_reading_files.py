"""Files to a data set: whatever wrote them, and the sentence for each that cannot be read."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livegrad.errors import BadInput
from livegrad.trials import reading_csv, reading_files, reading_lines
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays, read
from livegrad.trials.reading_form import SAMPLE, form_of

ROWS = 60
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(ROWS, 2))
Y = X[:, 0] - X[:, 1]
LINES = [f"{a!r},{b!r},{y!r}" for (a, b), y in zip(X.tolist(), Y.tolist(), strict=True)]
PLAIN = "a,b,y\n" + "\n".join(LINES) + "\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.csv"


def said(data: Dataset) -> str:
    return " ".join(remark.en for remark in data.remarks)


def the_same(data: Dataset) -> bool:
    plain = from_arrays(X, Y, features=["a", "b"], kind="regression")
    return data.features == plain.features and data.fingerprint == plain.fingerprint


def refusal(path: Path | str, target: str | int = "y") -> str:
    with pytest.raises(BadInput) as caught:
        read(path, target)
    assert caught.value.text.ko
    return caught.value.text.en


# ------------------------------------------------------------ one table, written in many ways

WRITTEN = {
    "plain": PLAIN.encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "utf-16": PLAIN.encode("utf-16"),
    "windows": PLAIN.replace("\n", "\r\n").encode(),
    "old mac": PLAIN.replace("\n", "\r").encode(),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "decimal commas": PLAIN.replace(",", ";").replace(".", ",").encode(),
    "spaces": PLAIN.replace(",", " , ").encode(),
    "quotes": re.sub(r"([^,\n]+)", r'"\1"', PLAIN).encode(),
    "blank lines": PLAIN.replace("\n", "\n\n  \n").encode(),
    "blank lines first": b"\n\n" + PLAIN.encode(),
    "no end of line": PLAIN.rstrip().encode(),
    "commas at the ends": PLAIN.replace("\n", ",\n").replace("y,\n", "y\n").encode(),
    "a column of nothing": PLAIN.replace("\n", ",\n").encode(),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_table_is_the_same_however_it_is_written(written: bytes, path: Path) -> None:
    path.write_bytes(written)
    assert the_same(read(path, "y"))


@pytest.mark.parametrize("ending", [".csv.gz", ".tsv", ".txt", ".data", "", ".CSV"])
def test_the_ending_tells_a_text_file(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"data{ending}"
    path.write_bytes(gzip.compress(PLAIN.encode()) if ending.endswith("gz") else PLAIN.encode())
    assert the_same(read(str(path), "y"))


def test_without_names_the_columns_are_numbered(path: Path) -> None:
    path.write_text("\n".join(LINES))
    for target in ("2", 2, -1):
        data = read(path, target)
        assert data.features == ("0", "1")
        assert len(data.inputs) == ROWS
        assert "taken as data" in said(data)


def test_a_target_that_stands_in_the_first_row_makes_it_names(path: Path) -> None:
    path.write_text(PLAIN.replace("a,b,y", "350.5,351.0,y"))
    assert read(path, "y").features == ("350.5", "351.0")


def test_a_target_may_be_a_number(path: Path) -> None:
    path.write_text(PLAIN)
    assert the_same(read(path, -1))
    assert the_same(read(path, "2"))


def test_words_classes_and_gaps_in_a_file(path: Path) -> None:
    rows = [
        f"{i % 7},{'' if i % 5 == 0 else i},{'red' if i % 2 else 'blue'},yes" for i in range(ROWS)
    ]
    rows[9] = '3,?,"red","no"'
    rows[10] = "4,,blue,no"
    path.write_text("day,n,colour,answer\n" + "\n".join(rows) + "\n5,6,red,\n")
    data = read(path, "answer")
    assert data.features == ("day", "n", "colour=red")
    assert data.classes == ("no", "yes")
    assert np.isnan(data.inputs[:, 1]).sum() == 13
    assert data.inputs[:2, 2].tolist() == [0, 1]
    assert "left out: 1 of 61" in said(data)
    assert "Missing values: 13" in said(data)


def test_names_that_stand_twice_or_not_at_all(path: Path) -> None:
    path.write_text(PLAIN.replace("a,b,y", "a,a,y"))
    data = read(path, "y")
    assert data.features == ("a", "a (2)")
    assert "numbered: 1 (a (2))" in said(data)
    path.write_text(PLAIN.replace("a,b,y", ",,y"))
    assert read(path, "y").features == ("column 0", "column 1")


def test_a_quoted_field_may_hold_what_parts_fields_and_lines(path: Path) -> None:
    rows = [
        f'{i},"{"red, dark" if i % 2 else "blue" + chr(10) + "sky"}",{i % 3}' for i in range(ROWS)
    ]
    path.write_text('n,"a ""colour""",y\n' + "\n".join(rows))
    data = read(path, "y")
    assert len(data.inputs) == ROWS
    assert data.features[1].startswith('a "colour"=')


def test_words_that_come_late_in_a_file_are_still_words(path: Path) -> None:
    count = SAMPLE * 3
    rows = [f"{i % 11},{'late' if i > count - 100 else i % 4},{i}" for i in range(count)]
    path.write_text("a,b,y\n" + "\n".join(rows))
    data = read(path, "y")
    assert "count as missing: 99 (the first is 'late')" in said(data)
    rows = [f"{i % 11},{'late' if i > count / 2 else i % 4},{i}" for i in range(count)]
    path.write_text("a,b,y\n" + "\n".join(rows))
    assert read(path, "y").features == ("a", "b=0", "b=1", "b=2", "b=3", "b=late")


def test_both_readers_read_alike(path: Path) -> None:
    rows = [f"{i / 7},{'uvw'[i % 3]},{'' if i % 4 else i},{i % 2}" for i in range(ROWS)]
    path.write_text("a,b,c,y\n" + "\n".join(rows))
    form = form_of(str(path), "y")
    fast, careful = reading_csv._fast(str(path), form), reading_csv._careful(str(path), form)
    for one, other in zip(fast, careful, strict=True):
        assert type(one) is type(other)
        for field, value in vars(one).items():
            assert np.array_equal(value, vars(other)[field], equal_nan=field == "values")


CELL = st.one_of(
    st.integers(-99, 99).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(
        ["", " ", "NA", "?", "red", "blue", '"', "a,b", "x\ny", "1,5", "inf", "é", "가"]
    ),
)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_python_writes_is_read_or_refused(
    rows: list[list[str]], delimiter: str, tmp_path: Path
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["a", "b", "y"], *(rows * 12)])
    path = tmp_path / "data.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    with contextlib.suppress(BadInput):
        data = read(path, "y")
        assert len(data.inputs) >= 20
        assert np.isfinite(data.split().train_inputs).all()


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".npy", ".npz", ".parquet"])
def test_no_bytes_whatever_end_in_a_traceback(content: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"data{ending}"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        read(path, "y")


@given(at=st.floats(0, 1), byte=st.integers(0, 255), kind=st.sampled_from(["npz", "npy", "csv.gz"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_byte_that_flipped_ends_in_no_traceback(
    at: float, byte: int, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / f"data.{kind}"
    if kind == "npz":
        np.savez_compressed(path, X=X, y=Y)
    elif kind == "npy":
        np.save(path, np.column_stack([X, Y]))
    else:
        path.write_bytes(gzip.compress(PLAIN.encode(), mtime=0))
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] = byte
    path.write_bytes(content)
    with contextlib.suppress(BadInput):  # anything else that is raised fails the test
        assert len(read(path, "y" if kind != "npy" else 2).inputs) >= 20


# ------------------------------------------------------------ NumPy and Parquet


def test_arrays_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, X=X, y=Y, X_test=X[:7])
    data = read(path, "y")
    assert data.features == ("X_0", "X_1")
    assert np.array_equal(data.inputs, X.astype(np.float32))
    assert "left out: 1 (X_test)" in said(data)


def test_a_target_of_several_columns_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, a=X[:, 0], y=np.column_stack([Y, Y**2]))
    assert read(path, "y").targets.shape == (ROWS, 2)


def test_one_array_by_number_or_field(tmp_path: Path) -> None:
    path = tmp_path / "data.npy"
    np.save(path, np.column_stack([X, Y]))
    assert np.array_equal(read(path, -1).inputs, X.astype(np.float32))
    fields = np.zeros(ROWS, dtype=[("a", "f8"), ("b", "U3"), ("y", "i4")])
    fields["a"], fields["b"], fields["y"] = X[:, 0], ["u", "v"] * 30, np.arange(ROWS) % 2
    np.save(path, fields)
    assert read(path, "y").features == ("a", "b=v")


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "data.parquet"
    table = {"a": X[:, 0], "c": ["u", None] * 30, "k": [1, None, 3] * 20, "y": [True, False] * 30}
    parquet.write_table(pyarrow.table(table), path)
    data = read(path, "y")
    assert data.features == ("a", "c=u", "c=(missing)", "k")
    assert data.kind == "binary"


def test_without_pyarrow_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "data.parquet"
    path.write_bytes(b"PAR1")
    assert "pip install pyarrow" in refusal(path)


# ------------------------------------------------------------ what cannot be read


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n \n", "blank lines only"),
        ("a,b,y\n", "no row of data"),
        ("a,b,y\n\n  \n", "no row of data"),
        (PLAIN.replace("a,b,y", "a,b,yy"), "no column 'y'. The nearest is 'yy'; there are 3"),
        ("a,b,y\n" + "1,2,3\n" * 19, "19 rows with a target; at least 20"),
        (PLAIN + "1,2\n", "has 2 fields in line 62, and 3"),
        (PLAIN + "1,2,3,4\n", "has 4 fields in line 62, and 3"),
        (PLAIN + "1,inf,3\n", "'b' is infinite, or too large for float32, in row 61"),
        (PLAIN + "1,2,1e39\n", "'y' is infinite"),
        ("y\n" + "1\n2\n" * 20, "no column to learn from"),
        (
            "a,y\n" + "".join(f"{i},2024-01-{i % 28 + 1:02d}\n" for i in range(ROWS)),
            "dates or times",
        ),
        ("a,y\n" + "".join(f"{i},name {i}\n" for i in range(ROWS)), "too many for classes"),
        ("a,y\n" + "".join(f"{i},yes\n" for i in range(ROWS)), "is yes in every row"),
        (PLAIN + '"never closed,1\n' + "x" * 200_000, "line 6"),
        (PLAIN + "1,\0,3\n", "null bytes"),
    ],
)
def test_a_text_that_is_no_table_is_one_sentence(content: str, words: str, path: Path) -> None:
    path.write_text(content)
    assert words in refusal(path)


def test_a_file_in_another_encoding_names_the_byte(path: Path) -> None:
    path.write_bytes(PLAIN.encode() + "1,2,가\n".encode("cp949"))
    assert re.search(r"is not UTF-8 text: byte 0xb0 near line \d+", refusal(path))


def test_no_file_and_no_table(tmp_path: Path) -> None:
    assert "no file" in refusal(tmp_path / "none.csv")
    assert "no file" in refusal("null\0byte.csv")
    assert "is a folder" in refusal(tmp_path)
    path = tmp_path / "data.xlsx"
    path.write_bytes(b"PK")
    assert "ends in '.xlsx'" in refusal(path)
    np.save(tmp_path / "cube.npy", np.zeros((3, 3, 3)))
    assert "shape (3, 3, 3)" in refusal(tmp_path / "cube.npy")
    np.savez(tmp_path / "single.npz", y=3.0)
    assert "shape ()" in refusal(tmp_path / "single.npz")
    np.save(tmp_path / "objects.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    assert "cannot be read" in refusal(tmp_path / "objects.npy")
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(PLAIN.encode())[:-20])
    assert "cannot be read" in refusal(cut)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may read everything")
def test_a_file_that_may_not_be_read(path: Path) -> None:
    path.write_text(PLAIN)
    path.chmod(0)
    assert "Permission denied" in refusal(path)


def test_a_file_too_large_is_refused_before_it_is_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with path.open("wb") as file:
        file.truncate(3_000_000_000)  # takes no room on the disk

    def opened(*_arguments: object) -> None:
        pytest.fail("it was opened")

    monkeypatch.setattr(reading_files, "csv_in", opened)
    words = refusal(path)
    assert "3000 million bytes; at most 2000 million" in words
    assert "head -n" in words


def test_a_file_too_large_once_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_lines, "LARGEST_BYTES", 1_000_000)
    path = tmp_path / "data.csv.gz"
    path.write_bytes(gzip.compress(PLAIN.encode() + b"1,2,3\n" * 400_000))
    assert "unpacks to more than 1 million letters" in refusal(path)


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.csv.gz"
    path.write_bytes(gzip.compress(b"1" * 30_000_000))
    assert "a line of more than 16 million letters" in refusal(path)


def test_the_target_is_looked_for_before_the_rest_is_judged(path: Path) -> None:
    path.write_text(PLAIN)
    assert "'Y'. The nearest is 'y'" in refusal(path, "Y")
    assert "no column '7'" in refusal(path, 7)
