"""The kinds `forms` and `procedures`: from what is written to the values that slices use."""

from typing import Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Envelope, Kind, Status
from chalicelib.forms.checks import check_form, check_procedure
from chalicelib.forms.model import Condition, Field, Form, Procedure, RoleRule
from chalicelib.forms.written import ConditionBody, FieldBody, FormBody, ProcedureBody, RoleBody, SectionBody
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
from chalicelib.vocabulary.definition import text_of


def _compile_form(envelope: Envelope, body: FormBody) -> Form:
    return Form(
        code=FormCode(envelope.code),
        version=envelope.version,
        title=text_of(body["title"]),
        status=envelope.status,
        schema=body["schema"],
        layout=tuple(_section(section) for section in body["layout"]),
        roles={role: _role(role, rule) for role, rule in body["roles"].items()},
        fields=tuple(_field(place, written, envelope.status) for place, written in body["fields"].items()),
    )


def _section(written: SectionBody) -> JsonObject:
    return {"title": {"vi": written["title"]["vi"], "en": written["title"]["en"]}, "fields": [*written["fields"]]}


def _role(role: str, written: RoleBody) -> RoleRule:
    return RoleRule(role, text_of(written["label"]), _condition(written.get("requires")))


def _field(place: str, written: FieldBody, status: Status) -> Field:
    return Field(
        pointer=place,
        label=text_of(written["label"]),
        policy=written["policy"],
        item=ItemId(written["item"]) if "item" in written else None,
        role=written.get("role"),
        essential=written["necessity"] == "required",
        applies_when=_condition(written.get("applies_when")),
        status=written.get("status", status),
    )


def _condition(written: ConditionBody | None) -> Condition | None:
    return None if written is None else Condition(ItemId(written["item"]), tuple(written["one_of"]))


def _compile_procedure(envelope: Envelope, body: ProcedureBody) -> Procedure:
    return Procedure(
        code=ProcedureCode(envelope.code),
        name=text_of(body["name"]),
        authority=text_of(body["authority"]),
        level=body["level"],
        partial_reason=text_of(body["partial_reason"]) if "partial_reason" in body else None,
        mechanism=body["mechanism"],
        forms=tuple(FormCode(code) for code in body["forms"]),
        status=envelope.status,
        sources=envelope.sources,
    )


FORMS: Final[Kind[Form]] = Kind("forms", parser(FormBody), _compile_form, check_form)
PROCEDURES: Final[Kind[Procedure]] = Kind("procedures", parser(ProcedureBody), _compile_procedure, check_procedure)
KINDS: Final[tuple[Kind[object], ...]] = (FORMS, PROCEDURES)
