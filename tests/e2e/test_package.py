"""The package itself: the same bytes each time, all it needs and nothing else, every handler importable from it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import botocore
import pytest

from infra.archive import PackageRefused, verify
from infra.package import API_LARGEST, OPENERS, WORKERS_LARGEST, Package, build

_LOADER = """
import importlib, sys, json
sys.path[:0] = [sys.argv[1], *sys.argv[3:]]
module, name = sys.argv[2].rsplit(".", 1)
handler = getattr(importlib.import_module(module), name)
ours = [each.__file__ for each in list(sys.modules.values()) if getattr(each, "__file__", None)]
print(json.dumps({"callable": callable(handler), "files": ours}))
"""
# What Lambda's runtime brings: the SDK and what it needs.
_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py")


@pytest.fixture(scope="module")
def template(package: Package) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(package.template.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def unpacked(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _unpacked(package.archive, tmp_path_factory.mktemp("task"))


@pytest.fixture(scope="module")
def workers(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _unpacked(package.workers, tmp_path_factory.mktemp("workers"))


@pytest.fixture(scope="module")
def archives(unpacked: Path, workers: Path) -> dict[str, Path]:
    return {"./deployment.zip": unpacked, "./workers.zip": workers}


def _unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as read:
        read.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what Lambda brings, and nothing else of this environment."""
    folder = tmp_path_factory.mktemp("runtime")
    site = Path(botocore.__file__).parents[1]
    for name in _RUNTIME:
        (folder / name).symlink_to(site / name)
    return folder


def _functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: each["Properties"]
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::Serverless::Function"
    }


def test_two_builds_give_the_same_bytes(package: Package, tmp_path: Path) -> None:
    assert build(tmp_path / "out").digest == package.digest


def test_the_template_is_clean(package: Package) -> None:
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([linter, package.template], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


def test_the_zip_holds_the_service_its_definitions_and_bytecode_and_nothing_of_ours_besides(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as read:
        names = set(read.namelist())
    top = {name.split("/")[0] for name in names}
    assert {"app.py", "chalicelib", "schemas", "chalice"} <= top
    assert not top & {"infra", "tests", "tools", "bench", "docs", "boto3", "botocore", "moto", "ministack", "pip"}
    assert "schemas/procedures/1.000894.json" in names
    sources = {name for name in names if name.startswith("chalicelib/") and name.endswith(".py")}
    tag = sys.implementation.cache_tag
    compiled = {f"{Path(name).parent.as_posix()}/__pycache__/{Path(name).stem}.{tag}.pyc" for name in sources}
    assert compiled <= names


def test_bytecode_is_never_checked_against_its_source(unpacked: Path) -> None:
    flags = {path.read_bytes()[4:8] for path in unpacked.rglob("*.pyc")}
    assert flags == {b"\x01\x00\x00\x00"}  # PEP 552: hash-based, unchecked


def test_a_library_that_was_dropped_refuses_the_package(package: Package) -> None:
    with pytest.raises(PackageRefused, match=r"zen-engine==2\.1\.3 is not in the package"):
        verify(package.archive, {"zen-engine": "2.1.3"}, API_LARGEST)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x-1.dist-info/WHEEL", b"Tag: cp311-cp311-linux_x86_64\n", "built for cp311-cp311-linux_x86_64"),
        ("x/_x.so", b"\x7fELF...GLIBC_2.4\0GLIBC_2.99\0", "needs glibc 2.99"),
        ("big", b"", "more than"),
    ],
)
def test_what_lambda_could_not_load_refuses_the_package(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr(name, content or bytes(15_000_001))
    with pytest.raises(PackageRefused, match=reason):
        verify(archive, {}, API_LARGEST)


@pytest.mark.parametrize(
    "function",
    [
        "APIHandler",
        "Relay",
        "Sweep",
        "RecordEvent",
        "CompletePrefill",
        "CountBenefits",
        "IngestUpload",
        "SettleWarehouse",
        "WarehouseWork",
    ],
)
def test_each_handler_is_imported_from_the_zip_and_lambdas_own_libraries_alone(
    function: str, template: dict[str, Any], archives: dict[str, Path], runtime: Path
) -> None:
    described = _functions(template)[function]
    task = archives[described["CodeUri"]]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LOADER, str(task), described["Handler"], str(runtime)],
        capture_output=True, text=True, check=False, env={"AWS_DEFAULT_REGION": "ap-southeast-1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["callable"] is True
    assert not [path for path in said["files"] if "site-packages" in path]


def test_every_function_of_the_template_is_cold_imported_above(template: dict[str, Any]) -> None:
    assert _functions(template).keys() == {
        "APIHandler",
        "Relay",
        "Sweep",
        "RecordEvent",
        "CompletePrefill",
        "CountBenefits",
        "IngestUpload",
        "SettleWarehouse",
        "WarehouseWork",
    }


def test_those_that_open_files_have_their_own_zip_and_nobody_else_carries_its_libraries(
    package: Package, template: dict[str, Any], unpacked: Path, workers: Path
) -> None:
    code = {name: each["CodeUri"] for name, each in _functions(template).items()}
    assert {name for name, uri in code.items() if uri == "./workers.zip"} == OPENERS
    assert set(code.values()) == {"./workers.zip", "./deployment.zip"}
    assert package.archive.stat().st_size <= API_LARGEST
    assert package.workers.stat().st_size <= WORKERS_LARGEST
    heavy = {"PIL", "pikepdf", "pypdfium2", "lxml", "pyhanko"}
    assert not heavy & {each.name for each in unpacked.iterdir()}
    assert heavy <= {each.name for each in workers.iterdir()}


def test_what_opens_files_loads_from_the_workers_zip_alone(workers: Path, runtime: Path) -> None:
    modules = "PIL.Image", "zxingcpp", "pikepdf", "pypdfium2", "lxml.etree", "pyhanko.sign.validation"
    load = (
        "import importlib, sys; sys.path[:0] = sys.argv[1:3]; [importlib.import_module(each) for each in sys.argv[3:]]"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", load, str(workers), str(runtime), *modules],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_importing_the_app_loads_no_sdk(unpacked: Path, runtime: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LOADER, str(unpacked), "app.app", str(runtime)],
        capture_output=True, text=True, check=True, env={"AWS_DEFAULT_REGION": "ap-southeast-1"},
    )  # fmt: skip
    loaded = {Path(path).parent.name for path in json.loads(done.stdout)["files"]}
    assert "boto3" not in loaded


def test_each_function_has_one_role_with_its_own_policy(template: dict[str, Any]) -> None:
    roles = [each["Role"]["Fn::GetAtt"][0] for each in _functions(template).values()]
    assert len(set(roles)) == len(roles) == 9
    assert all(template["Resources"][role]["Properties"]["Policies"] for role in roles)


def test_the_merge_left_one_meaning_to_every_intrinsic(template: dict[str, Any]) -> None:
    stack: list[Any] = [template]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            intrinsics = [key for key in current if key.startswith("Fn::") or key == "Ref"]
            assert not intrinsics or len(current) == 1, current
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)


def test_the_sources_are_the_templates_own(template: dict[str, Any]) -> None:
    functions = _functions(template)
    assert functions["Relay"]["Events"]["RelayDynamodbEventSource"]["Properties"]["Stream"] == {
        "Fn::GetAtt": ["OutboxTable", "StreamArn"]
    }
    assert functions["CountBenefits"]["Events"]["CountBenefitsSqsEventSource"]["Properties"]["Queue"] == {
        "Fn::GetAtt": ["Settlement", "Arn"]
    }
    assert functions["CompletePrefill"]["Events"]["CompletePrefillSqsEventSource"]["Properties"]["Queue"] == {
        "Fn::GetAtt": ["Completion", "Arn"]
    }
    assert functions["RecordEvent"]["Events"]["RecordEventEvent"]["Type"] == "EventBridgeRule"
    assert all(each["Tracing"] == "Active" for each in functions.values())
