"""What `make run` says when the definitions on disk are not those that its state was made with."""

from pathlib import Path

import pytest

from infra.local.children import CannotStart
from infra.local.runtime import publish
from tests.support.definitions import MemoryDefinitions, Process, files

FORM = "forms/to-khai-ket-hon.json"


def test_a_version_changed_since_the_state_was_made_is_named_with_a_way_on() -> None:
    definitions = Process(MemoryDefinitions()).definitions
    definitions.publish(files({FORM: lambda document: document["body"]["title"].update(vi="Tờ khai khác")}))

    with pytest.raises(CannotStart) as caught:
        publish(definitions, Path("/kept/state"))

    named, way_on = str(caught.value).splitlines()
    assert named.startswith(f"{FORM}#/version: ")
    assert "/kept/state" in way_on
    assert "STATE=" in way_on


def test_definitions_that_are_live_already_are_no_obstacle() -> None:
    definitions = Process(MemoryDefinitions()).definitions
    publish(definitions, Path("/kept/state"))
    publish(definitions, Path("/kept/state"))
