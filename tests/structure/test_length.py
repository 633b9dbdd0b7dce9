"""Functions and files stay short enough to be read whole."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for room in ("app", "geo", "setup", "benchmarks") for path in (ROOT / room).rglob("*.py"))
PACKAGES = sorted({path.parent for path in CODE if path.name == "__init__.py"})
LONGEST_FUNCTION, MEDIAN_FUNCTION, LONGEST_FILE = 60, 12, 400
SHAPELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "tools"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(source: str) -> list[Function]:
    """Every function of the source, nested ones too."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, Function)]


def lines_of(function: Function) -> int:
    """The function's lines without its docstring; decorators are not counted."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = first.end_lineno - first.lineno + 1 if told else 0
    return function.end_lineno - function.lineno + 1 - docstring


def test_a_docstring_costs_nothing() -> None:
    """A function of two lines is two lines long whatever its docstring says."""
    (function,) = functions_of('def f():\n    """One.\n\n    Three.\n    """\n    return 1\n')
    assert lines_of(function) == 2


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short(path: Path) -> None:
    """No file is longer than 400 lines, and none of its functions longer than 60."""
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST_FILE
    assert {f.name: lines_of(f) for f in functions_of(source) if lines_of(f) > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_of_a_package_are_short(package: Path) -> None:
    """Half of the functions of each package have at most 12 lines (aim: under 10)."""
    lengths = [lines_of(f) for path in package.glob("*.py") for f in functions_of(path.read_text("utf-8"))]
    assert median(lengths or [0]) <= MEDIAN_FUNCTION


def test_files_are_named_for_an_idea() -> None:
    """No module is called utils, helpers, common, manager or the like."""
    assert [path for path in CODE if path.stem in SHAPELESS or path.parent.name in SHAPELESS] == []
