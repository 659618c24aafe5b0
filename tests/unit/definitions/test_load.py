"""What a cold start does with the packaged set, and what it must not do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import INDEX, SCHEMAS, base, document_of, documents, index_of
from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import digest
from chalicelib.kernel.errors import BadDefinition
from chalicelib.vocabulary.definition import CLIENTS
from tests.support.definitions import files, packaged

_COLD = """
import sys
from chalicelib.definitions.load import base
from chalicelib.forms.definition import KINDS as forms
from chalicelib.sources.definition import KINDS as sources
from chalicelib.vocabulary.definition import KINDS as vocabulary
catalogue = base((*vocabulary, *sources, *forms))
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
        base(KINDS, tmp_path)


def test_the_index_of_the_repository_is_up_to_date() -> None:
    assert (SCHEMAS / INDEX).read_text(encoding="utf-8") == index_of(packaged()), (
        "run: python -m tools.definitions index"
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own, its index true."""
    folder = tmp_path / "schemas"
    write(folder)
    (tmp_path / "pyproject.toml").touch()
    return folder


def write(folder: Path) -> None:
    for document in files(units=True):
        path = folder / document.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document.text, encoding="utf-8")
    (folder / INDEX).write_text(index_of(base(KINDS, folder), folder), encoding="utf-8")


def edit(folder: Path) -> None:
    path = folder / "clients" / "motlan-portal.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Cổng Một Lần", "Cổng Hai Lần"), encoding="utf-8")


def name_of(catalogue: Catalogue) -> str:
    return catalogue.get(CLIENTS, "motlan-portal").name.vi


def test_the_index_gives_the_same_set_as_reading_every_file(checkout: Path) -> None:
    closed = base(KINDS, checkout)

    assert closed.hash == packaged().hash
    assert {each.hash for each in closed.envelopes.values()} == {each.hash for each in packaged().envelopes.values()}
    assert dict(closed.envelopes) == dict(packaged().envelopes)


def test_only_what_is_asked_for_is_opened(checkout: Path) -> None:
    catalogue = base(KINDS, checkout)
    for file in checkout.glob("*/*.json"):
        if file.parent.name != "clients":
            file.unlink()
    (checkout.parent / "pyproject.toml").unlink()

    assert name_of(base(KINDS, checkout)) == "Cổng Một Lần"
    assert catalogue.codes(CLIENTS) == base(KINDS, checkout).codes(CLIENTS)
    assert [each for each in catalogue.envelopes.entries if catalogue.envelopes.opened(each.hash)] == []


def test_in_a_checkout_an_index_that_is_not_true_is_not_believed(checkout: Path) -> None:
    edit(checkout)

    assert name_of(base(KINDS, checkout)) == "Cổng Hai Lần"
    assert base(KINDS, checkout).hash != packaged().hash


def test_in_a_checkout_a_new_file_is_seen_without_the_index(checkout: Path) -> None:
    text = (checkout / "clients" / "motlan-portal.json").read_text(encoding="utf-8")
    (checkout / "clients" / "other.json").write_text(text.replace('"motlan-portal"', '"other"'), encoding="utf-8")

    assert "other" in base(KINDS, checkout).codes(CLIENTS)


def test_a_line_of_the_index_that_is_none_stops_the_start(checkout: Path) -> None:
    (checkout.parent / "pyproject.toml").unlink()
    (checkout / INDEX).write_text('{"definitions": [{"kind": "forms"}]}', encoding="utf-8")

    with pytest.raises(BadDefinition):
        base(KINDS, checkout)
