"""What the code may look like: sizes, docstrings, imports, and words that never stand in this repository."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import TypeAlias

import pytest

from tests.architecture.tree import ROOT, files, modules, shown

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_MODULE_WALL = 400
_FUNCTION_WALL = 40
_PARAMETERS = 5
_PURE = frozenset({"model", "plan", "resolve", "render", "chain", "evaluate", "inspect", "expressions"})
_NOT_PURE = frozenset({"boto3", "botocore", "chalice", "pydantic", "urllib3", "requests", "orjson"})
# Two parts each, so that this file does not hold what it looks for.
_REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("golang", "org"),
        ("rubygems", "org"),
        ("deb", "debian", "org"),
    )
)


@cache
def _trees(*within: str) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in modules(*within)]


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _lines(function: Function) -> int:
    """Count the lines of a function without its docstring and decorators."""
    first = function.body[0]
    told = ast.get_docstring(function, clean=False) is not None
    return (
        (function.end_lineno or 0) - function.lineno + 1 - ((first.end_lineno or 0) - first.lineno + 1 if told else 0)
    )


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_arrows_between_slices_and_inside_them_point_downward() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_no_module_reaches_the_wall() -> None:
    long = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > _MODULE_WALL} == {}


def test_no_function_reaches_the_wall() -> None:
    found = {
        f"{shown(path)}:{function.name}": _lines(function) for path, tree in _trees() for function in _functions(tree)
    }
    assert {name: lines for name, lines in found.items() if lines > _FUNCTION_WALL} == {}


def test_the_median_function_is_short() -> None:
    assert median(_lines(function) for _, tree in _trees() for function in _functions(tree)) < 10


def test_no_function_takes_more_than_five_parameters() -> None:
    found = {
        f"{shown(path)}:{function.name}": taken
        for path, tree in _trees("app.py", "chalicelib")
        for function in _functions(tree)
        if (taken := sum(argument.arg not in {"self", "cls"} for argument in _arguments(function))) > _PARAMETERS
    }
    assert found == {}


def _arguments(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        shown(path)
        for path, tree in _trees("app.py", "chalicelib", "infra", "tests", "tools", "bench")
        if tree.body and ast.get_docstring(tree) is None
    ]
    assert silent == []


def test_the_kernel_imports_the_standard_library_and_itself_only() -> None:
    foreign = {
        f"{shown(path)}: {name}"
        for path, tree in _trees("chalicelib")
        if path.parent.name == "kernel"
        for name in _imported(tree)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("chalicelib.kernel")
    }
    assert foreign == set()


def test_pure_modules_know_no_framework_sdk_or_http_client() -> None:
    found = {
        f"{shown(path)}: {name}"
        for path, tree in _trees("chalicelib")
        if path.stem in _PURE
        for name in _imported(tree)
        if name.split(".")[0] in _NOT_PURE
    }
    assert found == set()


def test_only_the_entry_and_the_edge_know_chalice() -> None:
    found = {
        shown(path)
        for path, tree in _trees("app.py", "chalicelib")
        for name in _imported(tree)
        if name.split(".")[0] == "chalice" and path.stem not in {"app", "routes"} and path.parent.name != "web"
    }
    assert found == set()


def test_the_service_never_imports_what_surrounds_it() -> None:
    found = {
        f"{shown(path)}: {name}"
        for path, tree in _trees("app.py", "chalicelib")
        for name in _imported(tree)
        if name.split(".")[0] in {"infra", "tests", "bench", "tools"} or (name == "app" and path.stem != "app")
    }
    assert found == set()


@pytest.mark.parametrize(
    "words", [("time", "sleep"), ("monkeypatch", "setattr"), ("mock", "patch"), ("datetime", "now")], ids=".".join
)
def test_tests_turn_their_own_clock_and_patch_nothing(words: tuple[str, str]) -> None:
    found = {
        f"{shown(path)}:{node.lineno}"
        for path, tree in _trees("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == words[1] and _name(node.value) == words[0]
    }
    assert found == set()


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
    return ""


def test_no_file_names_the_host_of_a_package_registry() -> None:
    found = {
        f"{shown(path)}: {host}" for path in files() for host in _REGISTRY_HOSTS if host.encode() in path.read_bytes()
    }
    assert found == set()


def test_frozen_values_are_made_the_way_that_starts_fast() -> None:
    slow = {
        f"{shown(path)}:{node.lineno}"
        for path, tree in _trees("app.py", "chalicelib")
        if "from dataclasses import dataclass" in path.read_text(encoding="utf-8") and path.stem != "frozen"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        if any(ast.unparse(each) == "dataclass(frozen=True, slots=True)" for each in node.decorator_list)
    }
    assert slow == set()
