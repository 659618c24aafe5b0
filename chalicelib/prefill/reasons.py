"""The answers that no source gave: why a field is empty, each with a detail that has a text of its own. Pure."""

from typing import Final

from chalicelib.consent.model import Right
from chalicelib.prefill.model import Absent, FieldAnswer

NEVER: Final = FieldAnswer("skipped", detail="never")
NO_SUBJECT: Final = FieldAnswer("skipped", detail="no_subject")
NO_SUPPLIER: Final = FieldAnswer("skipped", detail="no_supplier")
NOT_ASKED: Final = FieldAnswer("skipped", detail="not_asked")
NO_JURISDICTION: Final = FieldAnswer("skipped", detail="no_jurisdiction")
CONDITION_UNKNOWN: Final = FieldAnswer("skipped", detail="condition_unknown")
USER_ONLY: Final = FieldAnswer("user_only")
MISMATCH: Final = FieldAnswer("no_right", detail="role_mismatch")
UNVERIFIED: Final = FieldAnswer("no_right", detail="role_unverified")
OWN_ONLY: Final = FieldAnswer("no_right", detail="own_data_only")
NOT_GRANTED: Final = FieldAnswer("no_consent", detail="item_not_granted")
HIDDEN: Final = FieldAnswer("not_applicable", detail="hidden_by_answer")
CHOOSE_ONE: Final = "choose_one"
ADDRESS_SPLIT: Final = "address_split"


def refused(right: Right) -> FieldAnswer | None:
    """Return what is said of all that a refused right would have given, None where it is not refused."""
    return None if right.refusal is None else FieldAnswer(right.refusal, detail=right.reason)


def carried(found: FieldAnswer, otherwise: FieldAnswer) -> FieldAnswer:
    """Return the reason of another item, for what hangs on it; `otherwise` where it has a value, or just none certain.

    With it goes where the no is from, but no value and no candidate.
    """
    if not isinstance(found.value, Absent) or found.outcome == "conflict":
        return otherwise
    return FieldAnswer(found.outcome, provenance=found.provenance, retry_after=found.retry_after, detail=found.detail)
