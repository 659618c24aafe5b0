"""How the roots of trust (chứng thư số gốc) are written: the kind `trust_roots`."""

from typing import Annotated, Literal, NotRequired

from pydantic import StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Words, written
from chalicelib.vocabulary.definition import TextBody


@written
class TrustRootBody(TypedDict):
    """A root as written: a certificate in PEM (RFC 7468 §5), and whose signatures or timestamps it vouches for.

    `synthetic`: anybody may have its key; production leaves it out.
    """

    name: TextBody
    certificate: Annotated[
        str,
        StringConstraints(
            pattern=r"^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$", max_length=20_000
        ),
    ]
    vouches_for: Literal["person", "agency", "any", "timestamp"]
    synthetic: bool
    note: NotRequired[Words]
