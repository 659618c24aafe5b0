"""An object written in parts stands whole, or not at all."""

import os

import pytest

from chalicelib.aws.multipart import PART, growing
from chalicelib.aws.objects import Objects
from chalicelib.kernel.errors import NotFound
from tests.support.aws import Home

KEY = "exports/one"


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * PART + 7])
def test_what_was_written_is_what_stands(home: Home, size: int) -> None:
    bucket, body = home.settings.documents_bucket, os.urandom(size)
    with growing(home.clients, bucket, KEY, "application/zip") as out:
        for start in range(0, size, 3_000_001):
            out.write(body[start : start + 3_000_001])
    assert out.size == size
    assert Objects(home.clients).get(bucket, KEY) == body


def broken_off(home: Home) -> None:
    with growing(home.clients, home.settings.documents_bucket, KEY, "application/zip") as out:
        out.write(bytes(PART + 1))
        raise KeyError


def test_what_breaks_off_leaves_no_object_and_no_parts(home: Home) -> None:
    bucket = home.settings.documents_bucket
    with pytest.raises(KeyError):
        broken_off(home)
    with pytest.raises(NotFound):
        Objects(home.clients).get(bucket, KEY)
    assert home.clients.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
