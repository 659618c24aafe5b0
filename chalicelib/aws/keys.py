"""Per-citizen references and data keys: what the store sees of a person is a digest and sealed bytes.

The key of a citizen exists only wrapped by KMS, bound to that citizen; destroying the wrapped copy makes all that
was sealed under it unreadable (erasure). Knows no table: callers keep the wrapped bytes.
"""

import dataclasses
import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import field
from threading import Lock

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import code_of, translated
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef, SubjectId

_PEPPER_MESSAGE = b"motlan citizen ref v1"
_FORMAT = b"\x01"
_NONCE_BYTES = 12
_KEPT_SECONDS = 300
_USES = 1_000
_KEPT_KEYS = 1_000
_REFUSED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@dataclass(frozen=True, slots=True)
class DataKey:
    """An unwrapped AES-256 key of one citizen; lives in memory only."""

    _secret: bytes = field(repr=False)

    def seal(self, plain: bytes, aad: tuple[str, ...]) -> bytes:
        """Encrypt with AES-256-GCM under a fresh 96-bit nonce; `aad` is (table, key, revision): where it stands."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORMAT + nonce + AESGCM(self._secret).encrypt(nonce, plain, canonical(list(aad)))

    def open(self, sealed: bytes, aad: tuple[str, ...]) -> bytes:
        """Decrypt what `seal` made for the same place. Raises Corrupt when it was changed, moved or is another's."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        start = len(_FORMAT) + _NONCE_BYTES
        if len(sealed) <= start or not sealed.startswith(_FORMAT):
            raise Corrupt(what="sealed")
        try:
            return AESGCM(self._secret).decrypt(sealed[len(_FORMAT) : start], sealed[start:], canonical(list(aad)))
        except InvalidTag as error:
            raise Corrupt(what="sealed") from error


@dataclasses.dataclass(slots=True)
class _Kept:
    key: DataKey
    until: float
    uses: int = 0


class Keys:
    """Asks KMS, and keeps answers for a short while: ≤ 5 minutes, ≤ 1,000 uses, ≤ 1,000 keys."""

    def __init__(self, clients: Clients, data_key: str, mac_key: str, clock: Clock) -> None:
        self._clients = clients
        self._data_key = data_key
        self._mac_key = mac_key
        self._clock = clock
        self._lock = Lock()
        self._pepper: bytes | None = None
        self._kept: OrderedDict[tuple[CitizenRef, bytes], _Kept] = OrderedDict()
        self._latest: dict[CitizenRef, bytes] = {}

    def ref(self, subject: SubjectId) -> CitizenRef:
        """Return what stands for the person or organisation in storage keys: HMAC-SHA-256 of the id, in hex.

        The HMAC key is asked of KMS once per process; it never leaves memory. Raises StoreUnavailable.
        """
        return CitizenRef(hmac.new(self._peppered(), subject.encode(), hashlib.sha256).hexdigest())

    def derive(self, purpose: str) -> bytes:
        """Return a secret of our own for one purpose, the same in every process. Raises StoreUnavailable."""
        return hmac.new(self._peppered(), b"motlan derived " + purpose.encode(), hashlib.sha256).digest()

    def blinded(self, text: str) -> str:
        """Return what stands for a caller's key, or the digest of their body: HMAC-SHA-256 under a secret of ours.

        A caller may use a personal id for a key, and a plain digest of a body that names one can be guessed. Raises
        StoreUnavailable.
        """
        return hmac.new(self.derive("idempotency"), text.encode(), hashlib.sha256).hexdigest()

    def create(self, ref: CitizenRef) -> tuple[bytes, DataKey]:
        """Make a citizen's data key; return it wrapped, to be stored, and ready for use. Raises StoreUnavailable."""
        with translated():
            made = self._clients.kms.generate_data_key(
                KeyId=self._data_key, KeySpec="AES_256", EncryptionContext={"citizen": ref}
            )
        key = DataKey(made["Plaintext"])
        self._keep((ref, made["CiphertextBlob"]), key)
        return made["CiphertextBlob"], key

    def unwrap(self, ref: CitizenRef, wrapped: bytes) -> DataKey:
        """Return the citizen's data key. Raises Corrupt when it was not made for this citizen, StoreUnavailable."""
        kept = self._take((ref, wrapped))
        if kept is not None:
            return kept
        key = DataKey(self._decrypted(ref, wrapped))
        self._keep((ref, wrapped), key)
        return key

    def recent(self, ref: CitizenRef) -> DataKey | None:
        """Return the citizen's data key if it was opened here a short while ago, and spare its reader a read.

        It may be one that was destroyed since: what it does not open has to be tried with the stored one.
        """
        with self._lock:
            wrapped = self._latest.get(ref)
        return None if wrapped is None else self._take((ref, wrapped))

    def _decrypted(self, ref: CitizenRef, wrapped: bytes) -> bytes:
        from botocore.exceptions import ClientError

        try:
            with translated():
                answer = self._clients.kms.decrypt(
                    KeyId=self._data_key, CiphertextBlob=wrapped, EncryptionContext={"citizen": ref}
                )
        except ClientError as error:
            if code_of(error) in _REFUSED:
                raise Corrupt(what="data key") from error
            raise
        return answer["Plaintext"]

    def _peppered(self) -> bytes:
        with self._lock:
            if self._pepper is None:
                with translated():
                    answer = self._clients.kms.generate_mac(
                        KeyId=self._mac_key, MacAlgorithm="HMAC_SHA_256", Message=_PEPPER_MESSAGE
                    )
                self._pepper = answer["Mac"]
            return self._pepper

    def _take(self, name: tuple[CitizenRef, bytes]) -> DataKey | None:
        with self._lock:
            kept = self._kept.get(name)
            if kept is None:
                return None
            kept.uses += 1
            if kept.uses > _USES or self._clock.monotonic() > kept.until:
                del self._kept[name]
                return None
            self._kept.move_to_end(name)
            return kept.key

    def _keep(self, name: tuple[CitizenRef, bytes], key: DataKey) -> None:
        with self._lock:
            self._kept[name] = _Kept(key, self._clock.monotonic() + _KEPT_SECONDS, uses=1)
            self._latest[name[0]] = name[1]
            while len(self._kept) > _KEPT_KEYS:
                (ref, _), _ = self._kept.popitem(last=False)
                self._latest.pop(ref, None)
