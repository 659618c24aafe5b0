"""What a cold start does with the packaged set, and what it must not do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.definitions.load import SCHEMAS, base, document_of, documents
from chalicelib.kernel.canonical import digest
from chalicelib.kernel.errors import BadDefinition
from tests.support.definitions import packaged

_COLD = """
import sys
from chalicelib.definitions.load import base
from chalicelib.forms.definition import KINDS as forms
from chalicelib.sources.definition import KINDS as sources
from chalicelib.vocabulary.definition import KINDS as vocabulary
catalogue = base()
for kind in (*vocabulary, *sources, *forms):
    catalogue.all(kind)
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"jsonpath_ng", "boto3", "botocore", "jsonschema"}))
"""


def test_opening_the_whole_base_imports_neither_the_path_library_nor_an_sdk() -> None:
    ran = subprocess.run([sys.executable, "-c", _COLD], cwd=SCHEMAS.parent, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == ""


def test_a_definition_is_named_by_the_digest_of_its_document() -> None:
    for opened in packaged().envelopes.values():
        document = json.loads((SCHEMAS / opened.file).read_text(encoding="utf-8"))
        assert document_of(opened) == document
        assert opened.hash == digest(document)


def test_event_schemas_and_loose_files_are_no_definitions(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "x.json").write_text("{}")
    (tmp_path / "openapi.json").write_text("{}")

    assert list(documents(tmp_path)) == []


@pytest.mark.parametrize("text", ["", "{}", '{"kind": "forms"}'])
def test_a_packaged_file_without_envelope_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "x.json").write_text(text)

    with pytest.raises(BadDefinition):
        base(tmp_path)


def test_the_two_commands_of_the_author_tell_faults_and_success(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tools.definitions", *arguments]
        return subprocess.run(command, cwd=SCHEMAS.parent, capture_output=True, text=True, check=False)

    assert packaged().hash in run("validate").stdout

    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "x.json").write_text("{}")
    refused = run("validate", "--schemas", str(tmp_path))
    assert refused.returncode == 1
    assert "forms/x.json#/kind: Field required" in refused.stderr
