"""A ticket takes one file under one key, and nothing else: every other form is refused by the store itself.

Against an embedded S3 that checks signatures. It does not compare the digest of what is sent with the signed one, as S3
does: that is held by ingest, which reads what came.
"""

import base64
import hashlib
import json
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest
import urllib3

from chalicelib.aws.clients import Account, Clients
from chalicelib.aws.tickets import Expected, Tickets
from chalicelib.kernel.ids import UploadId
from chalicelib.warehouse.upload import object_key
from tests.support.clock import VirtualClock
from tests.support.ministack import REGION, Ministack
from tests.support.service import AN, BINH, Service, running
from tests.support.uploading import PAPER, an_upload, open_upload

KEY: Final = "key"
DENIED: Final = (403, "AccessDenied")
FORGED: Final = (403, "SignatureDoesNotMatch")
HTTP: Final = urllib3.PoolManager(retries=False, timeout=10)


@dataclass(frozen=True)
class Sent:
    """What is sent in place of the ticket's own form."""

    url: str
    fields: Mapping[str, str]
    body: bytes = PAPER
    file_name: str = "anh.json"
    method: str = "POST"
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scene:
    """A ticket of An's, another upload of An's, and what an attacker may know besides."""

    service: Service
    ticket: Mapping[str, Any]
    other: UploadId
    found: dict[str, str] = field(default_factory=dict)

    @property
    def form(self) -> Sent:
        return Sent(self.ticket["url"], dict(self.ticket["fields"]))

    @property
    def key(self) -> str:
        return str(self.ticket["fields"][KEY])

    @property
    def documents_url(self) -> str:
        return self.form.url.replace(self.bucket("uploads"), self.bucket("documents"))

    def bucket(self, name: str) -> str:
        settings = self.service.home.settings
        return settings.uploads_bucket if name == "uploads" else settings.documents_bucket

    def having(self, **fields: str | None) -> Sent:
        """Return the form with some fields put in, or left out (None); `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        kept = {name: value for name, value in (dict(self.form.fields) | named).items() if value is not None}
        return replace(self.form, fields=kept)

    def with_policy(self, change: Callable[[dict[str, Any]], object]) -> Sent:
        policy = json.loads(base64.b64decode(self.form.fields["policy"]))
        change(policy)
        return self.having(policy=base64.b64encode(json.dumps(policy).encode()).decode())

    def signed(self, account: Account, seconds: int = 300, **changes: str) -> Sent:
        """Return a form like the ticket, signed with these credentials."""
        expected = Expected("application/json", len(PAPER), hashlib.sha256(PAPER).hexdigest())
        url, fields = Tickets(Clients(account)).post(self.bucket("uploads"), self.key, expected, seconds)
        return Sent(url, {**fields, **changes})


def wider(policy: dict[str, Any]) -> None:
    (limits,) = (each for each in policy["conditions"] if isinstance(each, list))
    limits[1:] = [0, 10**9]


def later(policy: dict[str, Any]) -> None:
    policy["expiration"] = "2099-01-01T00:00:00Z"


def unconditional(policy: dict[str, Any]) -> None:
    policy["conditions"] = []


def any_key(policy: dict[str, Any]) -> None:
    policy["conditions"] = [["starts-with", "$key", ""] if KEY in each else each for each in policy["conditions"]]


OTHER_DIGEST: Final = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
ATTACKS: Final[Mapping[str, tuple[Callable[[Scene], Sent], tuple[int, str]]]] = {
    "another key": (lambda scene: scene.having(key="in/somebody/1"), DENIED),
    "the key of another upload": (lambda scene: scene.having(key=object_key(scene.other, 1)), DENIED),
    "the key of a later attempt": (lambda scene: scene.having(key=scene.key[:-1] + "2"), DENIED),
    "a key that climbs": (lambda scene: scene.having(key=f"{scene.key}/../../documents/x"), DENIED),
    "a key that begins like it": (lambda scene: scene.having(key=scene.key + "0"), DENIED),
    "a key made of the file name": (
        lambda scene: replace(scene.having(key="in/${filename}"), file_name="../../documents/x"),
        DENIED,
    ),
    "no key": (lambda scene: scene.having(key=None), (400, "InvalidArgument")),
    "a bigger file": (lambda scene: replace(scene.form, body=PAPER + b" "), (400, "EntityTooLarge")),
    "a much bigger file": (lambda scene: replace(scene.form, body=PAPER * 50_000), (400, "EntityTooLarge")),
    "a smaller file": (lambda scene: replace(scene.form, body=PAPER[:-1]), (400, "EntityTooSmall")),
    "an empty file": (lambda scene: replace(scene.form, body=b""), (400, "EntityTooSmall")),
    "another type": (lambda scene: scene.having(Content_Type="text/html"), DENIED),
    "a type with more in it": (lambda scene: scene.having(Content_Type="application/json; a=b"), DENIED),
    "no type": (lambda scene: scene.having(Content_Type=None), DENIED),
    "another digest": (lambda scene: scene.having(x_amz_checksum_sha256=OTHER_DIGEST), DENIED),
    "no digest": (lambda scene: scene.having(x_amz_checksum_sha256=None), DENIED),
    "another digest algorithm": (lambda scene: scene.having(x_amz_checksum_algorithm="CRC32"), DENIED),
    "no digest algorithm": (lambda scene: scene.having(x_amz_checksum_algorithm=None), DENIED),
    "no policy": (lambda scene: scene.having(policy=None), (400, "InvalidArgument")),
    "a policy with other sizes": (lambda scene: scene.with_policy(wider), FORGED),
    "a policy that ends later": (lambda scene: scene.with_policy(later), FORGED),
    "a policy without conditions": (lambda scene: scene.with_policy(unconditional), FORGED),
    "a policy for any key": (lambda scene: scene.with_policy(any_key), FORGED),
    "a policy that is none": (lambda scene: scene.having(policy="e30"), FORGED),
    "another signature": (lambda scene: scene.having(x_amz_signature="0" * 64), FORGED),
    "no signature": (lambda scene: scene.having(x_amz_signature=None), (400, "InvalidArgument")),
    "a credential of another region": (
        lambda scene: scene.having(x_amz_credential=scene.form.fields["x-amz-credential"].replace(REGION, "us-east-1")),
        (400, "InvalidArgument"),
    ),
    "a ticket that is over": (lambda scene: scene.signed(scene.service.home.account, -1), DENIED),
    "a secret that is guessed": (
        lambda scene: scene.signed(replace(scene.service.home.account, secret_key="guess")),
        FORGED,
    ),
    "a file that all may read": (lambda scene: scene.having(acl="public-read"), DENIED),
    "a field that nobody signed": (lambda scene: scene.having(x_amz_meta_owner=BINH), DENIED),
    "a redirect": (lambda scene: scene.having(success_action_redirect="http://evil.invalid/"), DENIED),
    "a tag that says it is clean": (
        lambda scene: scene.having(x_amz_tagging="<Tagging><TagSet></TagSet></Tagging>"),
        DENIED,
    ),
    "the bucket of checked files": (lambda scene: replace(scene.form, url=scene.documents_url), DENIED),
    "no form at all": (lambda scene: replace(scene.form, fields={KEY: scene.key}), DENIED),
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service on an S3 that checks signatures; no account of it is anybody's but ours."""
    with (
        Ministack(tmp_path_factory.mktemp("strict"), checks_signatures=True) as started,
        running(started.url, VirtualClock()) as service,
    ):
        yield service


@pytest.fixture
def scene(strict: Service) -> Scene:
    strict.clock.advance(3600)
    ticket = open_upload(strict).body["ticket"]
    return Scene(strict, ticket, UploadId(open_upload(strict).body["id"]))


def post(sent: Sent) -> urllib3.BaseHTTPResponse:
    parts: list[Any] = [*sent.fields.items(), *sent.more, ("file", (sent.file_name, sent.body))]
    return HTTP.request(sent.method, sent.url, fields=parts)


def code(answer: urllib3.BaseHTTPResponse) -> str | None:
    return ET.fromstring(answer.data).findtext("Code")  # noqa: S314 - the emulator's own answer


def stored(service: Service) -> list[str]:
    """Return every version of every object in either bucket."""
    settings, s3 = service.home.settings, service.home.clients.s3
    buckets = (settings.uploads_bucket, settings.documents_bucket)
    pages = (s3.list_object_versions(Bucket=bucket) for bucket in buckets)
    return sorted(f"{each['Key']} {each['VersionId']}" for page in pages for each in page.get("Versions", []))


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_a_form_that_is_not_the_ticket_is_refused_and_leaves_nothing(scene: Scene, attack: str) -> None:
    make, refusal = ATTACKS[attack]
    before = stored(scene.service)
    answer = post(make(scene))
    assert (answer.status, code(answer)) == refusal
    assert stored(scene.service) == before


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE", "HEAD"])
def test_without_a_signature_nothing_is_put_read_or_deleted(scene: Scene, method: str) -> None:
    assert post(scene.form).status == 204
    before = stored(scene.service)
    for place in (scene.key, "in/new/1", ""):
        body = PAPER if method == "PUT" else None
        answer = HTTP.request(method, f"{scene.form.url}/{place}", body=body)
        assert answer.status == 403
    assert stored(scene.service) == before


def test_a_form_is_no_signature_for_a_put(scene: Scene) -> None:
    before = stored(scene.service)
    answer = HTTP.request("PUT", f"{scene.form.url}/{scene.key}", body=PAPER, headers=dict(scene.form.fields))
    assert answer.status == 403
    assert stored(scene.service) == before


def test_a_link_gives_its_file_and_no_other_and_takes_none(scene: Scene) -> None:
    files = scene.service.services.warehouse.files
    files.keep("documents/a/served", PAPER, "application/json")
    files.keep("documents/b/served", b"another", "application/json")
    url, _ = files.link("documents/a/served", "application/json", "giấy.json", 60)
    answer = HTTP.request("GET", url)
    assert (answer.status, answer.data) == (200, PAPER)
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''gi%E1%BA%A5y.json"
    before = stored(scene.service)
    other = url.replace("/a/", "/b/")
    shown = url.replace("attachment", "inline")
    longer = url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")
    for forged in (other, shown, longer):
        assert HTTP.request("GET", forged).status == 403
    for method in ("PUT", "DELETE"):
        assert HTTP.request(method, url, body=b"evil" if method == "PUT" else None).status == 403
    assert stored(scene.service) == before


def test_the_ticket_itself_takes_the_file_and_the_upload_moves(scene: Scene) -> None:
    answer = post(scene.form)
    assert answer.status == 204
    assert scene.key in " ".join(stored(scene.service))
    upload = scene.key.split("/")[1]
    token = scene.service.token(AN)
    done = scene.service.call("POST", f"/v1/warehouse/uploads/{upload}/completion", token=token)
    assert (done.status, done.body["state"]) == (200, "received")


def test_other_content_of_the_same_size_is_never_the_pinned_version(scene: Scene) -> None:
    """The first version is pinned; the form used again makes another one, which nobody looks at."""
    assert post(scene.form).status == 204
    upload, token = scene.key.split("/")[1], scene.service.token(AN)
    scene.service.call("POST", f"/v1/warehouse/uploads/{upload}/completion", token=token)
    assert post(replace(scene.form, body=PAPER[::-1])).status == 204
    warehouse = scene.service.services.warehouse
    kept = warehouse.uploads.store.find(UploadId(upload))
    assert kept is not None
    pinned = warehouse.files.arrived(scene.key, kept.upload.version)
    assert pinned is not None
    assert warehouse.files.read(pinned) == PAPER


def test_other_content_of_the_same_size_is_refused_by_its_digest(scene: Scene) -> None:
    """S3 itself refuses it by the signed checksum; where a store does not, ingest does."""
    assert post(replace(scene.form, body=PAPER[::-1])).status == 204
    upload, token = UploadId(scene.key.split("/")[1]), scene.service.token(AN)
    scene.service.services.warehouse.ingest.run(upload)
    shown = scene.service.call("GET", f"/v1/warehouse/uploads/{upload}", token=token).body
    assert (shown["state"], shown["rejection"]["code"]) == ("rejected", "digest_mismatch")
    assert shown["rejection"]["message"]["vi"].startswith("Nội dung tệp nhận được khác với tệp đã chọn.")
    assert not [each for each in stored(scene.service) if upload in each]


def test_plain_curl_sends_the_form(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "tờ khai.json"
    file.write_bytes(PAPER)
    fields = [part for name, value in scene.form.fields.items() for part in ("-F", f"{name}={value}")]
    command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", *fields, "-F", f"file=@{file}", scene.form.url]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=30)
    assert done.stdout == "204"
    assert scene.key in " ".join(stored(scene.service))


def test_a_ticket_of_another_citizen_cannot_be_had(scene: Scene) -> None:
    upload = scene.key.split("/")[1]
    for path in ("tickets", "completion"):
        answer = scene.service.call("POST", f"/v1/warehouse/uploads/{upload}/{path}", token=scene.service.token(BINH))
        assert (answer.status, answer.body["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"file_name": "../../etc/passwd"}, "bad_file_name"),
        ({"file_name": "..\\..\\boot.ini"}, "bad_file_name"),
        ({"file_name": ".."}, "bad_file_name"),
        ({"file_name": "a\x00.pdf"}, "bad_file_name"),
        ({"file_name": "anh\u202efdp.exe"}, "bad_file_name"),
        ({"title": "một\nhai"}, "bad_title"),
        ({"title": " "}, "bad_title"),
        ({"type": "no-such-type"}, "no_such_document_type"),
        ({"type": "thong-tin-tu-khai"}, "no_such_document_type"),
        ({"type": "../the-can-cuoc"}, "no_such_document_type"),
        ({"type": "the-can-cuoc", "media_type": "application/xml"}, "media_type_not_taken"),
        ({"size": 10**9}, "file_too_big"),
        ({"media_type": "text/html"}, "unprocessable"),
        ({"media_type": "image/svg+xml"}, "unprocessable"),
        ({"size": 0}, "unprocessable"),
        ({"sha256": "0"}, "unprocessable"),
        ({"sha256": "A" * 64}, "unprocessable"),
        ({"key": "in/x/1"}, "invalid_request"),
        ({"owner": BINH}, "invalid_request"),
    ],
)
def test_a_ticket_is_not_given_for_what_cannot_be(strict: Service, changes: dict[str, Any], refusal: str) -> None:
    answer = strict.call("POST", "/v1/warehouse/uploads", an_upload(**changes), token=strict.token(AN))
    assert (answer.status in {400, 422}, answer.body["code"]) == (True, refusal)
