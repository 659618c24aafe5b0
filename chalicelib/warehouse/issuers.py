"""Which agency issues which documents (thẩm quyền cấp). Pure.

A token says that its client may issue at all; what, its published definition says: a health ministry's system puts no
land certificate into anybody's warehouse.
"""

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.errors import FieldProblem, Forbidden
from chalicelib.kernel.ids import ClientId
from chalicelib.vocabulary.definition import CLIENTS


class NotIssuer(Forbidden):
    """The agency issues no documents of this type."""

    code = "not_issuer"


def issuable(catalogue: Catalogue, who: ClientId) -> frozenset[str]:
    """Return the types that a client may issue; none for one that is not published."""
    client = catalogue.find(CLIENTS, who)
    return frozenset() if client is None else client.issues


def need_issuer(catalogue: Catalogue, who: ClientId, type_: str) -> None:
    """See that a client may issue a type. Raises NotIssuer."""
    if type_ not in issuable(catalogue, who):
        raise NotIssuer(FieldProblem("/type", NotIssuer.code))
