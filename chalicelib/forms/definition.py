"""The kinds `forms`, `procedures` and `life_events`: from what is written to the values that slices use."""

from typing import Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Envelope, Kind, Status
from chalicelib.forms.checks import check_form
from chalicelib.forms.model import (
    AgencyRule,
    Component,
    Condition,
    Deadline,
    Derivation,
    Evidence,
    Field,
    Form,
    LifeEvent,
    Offer,
    OnAnswer,
    Procedure,
    RoleRule,
    RowList,
    Via,
)
from chalicelib.forms.procedure_checks import check_procedure
from chalicelib.forms.procedure_written import (
    AgencyRuleBody,
    ComponentBody,
    DeadlineBody,
    EvidenceBody,
    LifeEventBody,
    ProcedureBody,
)
from chalicelib.forms.search import brief
from chalicelib.forms.written import (
    ColumnBody,
    ConditionBody,
    FieldBody,
    FormBody,
    ListBody,
    OfferBody,
    OnAnswerBody,
    RoleBody,
    SectionBody,
    ViaBody,
)
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
from chalicelib.vocabulary.definition import text_of


def _compile_form(envelope: Envelope, body: FormBody) -> Form:
    lists = body.get("lists", {})
    fields = [_field(place, written, envelope.status) for place, written in body["fields"].items()]
    return Form(
        code=FormCode(envelope.code),
        version=envelope.version,
        title=text_of(body["title"]),
        status=envelope.status,
        schema=body["schema"],
        layout=tuple(_section(section) for section in body["layout"]),
        roles={role: _role(role, rule) for role, rule in body["roles"].items()},
        fields=(*fields, *(_list_field(place, written, envelope.status) for place, written in lists.items())),
        lists={place: _rows(place, written, envelope.status) for place, written in lists.items()},
    )


def _section(written: SectionBody) -> JsonObject:
    return {"title": {"vi": written["title"]["vi"], "en": written["title"]["en"]}, "fields": [*written["fields"]]}


def _role(role: str, written: RoleBody) -> RoleRule:
    via = tuple(map(_via, written.get("via", ())))
    kind = written.get("kind", "person")
    return RoleRule(role, text_of(written["label"]), _condition(written.get("requires")), via, kind)


def _via(written: ViaBody) -> Via:
    item = ItemId(written["item"]) if "item" in written else None
    return Via(written["role"], item, _on_answer(written.get("when")))


def _field(place: str, written: FieldBody, status: Status) -> Field:
    return Field(
        pointer=place,
        label=text_of(written["label"]),
        policy=written["policy"],
        item=_item(written),
        role=written.get("role"),
        essential=written["necessity"] == "required",
        applies_when=_condition(written.get("applies_when")),
        status=written.get("status", status),
        codes=written.get("codes", {}),
        derive=_derivation(written),
        visible_when=_on_answer(written.get("visible_when")),
        offers=tuple(map(_offer, written.get("offers", ()))),
    )


def _offer(written: OfferBody) -> Offer:
    return Offer(written["role"], ItemId(written["item"]), _on_answer(written.get("when")))


def _column(place: str, written: ColumnBody, listed: ListBody, status: Status) -> Field:
    return Field(
        pointer=place,
        label=text_of(written["label"]),
        policy=written["policy"],
        item=_item(written),
        role=listed.get("role"),
        essential=written["necessity"] == "required",
        applies_when=None,
        status=written.get("status", listed.get("status", status)),
        codes=written.get("codes", {}),
        derive=_derivation(written),
    )


def _list_field(place: str, written: ListBody, status: Status) -> Field:
    return Field(
        pointer=place,
        label=text_of(written["label"]),
        policy=written["policy"],
        item=ItemId(written["list"]) if "list" in written else None,
        role=written.get("role"),
        essential=written["necessity"] == "required",
        applies_when=_condition(written.get("applies_when")),
        status=written.get("status", status),
        visible_when=_on_answer(written.get("visible_when")),
    )


def _rows(place: str, written: ListBody, status: Status) -> RowList:
    columns = tuple(_column(at, column, written, status) for at, column in written["columns"].items())
    return RowList(place, ItemId(written["list"]) if "list" in written else None, written.get("role"), columns)


def _item(written: ColumnBody) -> ItemId | None:
    return ItemId(written["item"]) if "item" in written else None


def _derivation(written: ColumnBody) -> Derivation | None:
    if "derive" not in written:
        return None
    return Derivation(written["derive"]["rule"], tuple(ItemId(item) for item in written["derive"]["of"]))


def _condition(written: ConditionBody | None) -> Condition | None:
    return None if written is None else Condition(ItemId(written["item"]), tuple(written["one_of"]))


def _on_answer(written: OnAnswerBody | None) -> OnAnswer | None:
    return None if written is None else OnAnswer(written["pointer"], tuple(written["one_of"]))


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
        life_events=tuple(body["life_events"]),
        components=tuple(_component(written, envelope.status) for written in body["components"]),
        deadline=None if body["deadline"] is None else _deadline(body["deadline"], envelope.status),
        fee_schedule=body["fee_schedule"],
        survey=body["survey"],
        result=body["result"]["document"],
        agency_rule=_agency_rule(body["agency_rule"]),
    )


def _component(written: ComponentBody, status: Status) -> Component:
    return Component(
        code=written["code"],
        name=text_of(written["name"]),
        when=_on_answer(written.get("when")),
        any_of=tuple(tuple(map(_evidence, way["all_of"])) for way in written["evidence"]["any_of"]),
        essential=written["needed"] == "essential",
        status=written.get("status", status),
        role=written.get("role"),
    )


def _evidence(written: EvidenceBody) -> Evidence:
    where = tuple(Condition(ItemId(each["item"]), tuple(each["one_of"])) for each in written.get("where", ()))
    return Evidence(tuple(ItemId(item) for item in written.get("items", ())), written.get("document"), where)


def _deadline(written: DeadlineBody, status: Status) -> Deadline:
    return Deadline(
        working_days=written.get("working_days"),
        working_hours=written.get("working_hours"),
        longest=written.get("longest_working_days"),
        cutoff=written.get("cutoff"),
        note=text_of(written["note"]) if "note" in written else None,
        source=written["source"],
        status=written.get("status", status),
    )


def _agency_rule(written: AgencyRuleBody) -> AgencyRule:
    note = text_of(written["note"]) if "note" in written else None
    return AgencyRule(written["by"], tuple(ItemId(item) for item in written["items"]), note)


def _compile_life_event(envelope: Envelope, body: LifeEventBody) -> LifeEvent:
    return LifeEvent(envelope.code, text_of(body["name"]), text_of(body["about"]))


FORMS: Final[Kind[Form]] = Kind("forms", parser(FormBody), _compile_form, check_form)
PROCEDURES: Final[Kind[Procedure]] = Kind(
    "procedures", parser(ProcedureBody), _compile_procedure, check_procedure, brief
)
LIFE_EVENTS: Final[Kind[LifeEvent]] = Kind("life_events", parser(LifeEventBody), _compile_life_event)
KINDS: Final[tuple[Kind[object], ...]] = (FORMS, PROCEDURES, LIFE_EVENTS)
