"""The kinds `forms`, `procedures` and `life_events`: from what is written to the values that slices use."""

from typing import Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Envelope, Kind, Status
from chalicelib.forms.checks import check_form
from chalicelib.forms.model import (
    OURS,
    AgencyRule,
    Component,
    Condition,
    Deadline,
    Derivation,
    Evidence,
    Field,
    Form,
    LifeEvent,
    Need,
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
    OnAnswerBody,
    RoleBody,
    SectionBody,
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
    via = Via(written["via"]["role"], ItemId(written["via"]["item"])) if "via" in written else None
    return RoleRule(role, text_of(written["label"]), _condition(written.get("requires")), via)


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
        needs=_needs(written),
    )


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
        needs="rows" if written["policy"] in OURS else None,
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
        needs="rows" if written["policy"] in OURS else None,
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


def _needs(written: ColumnBody) -> Need | None:
    if written["policy"] not in OURS:
        return None
    if "derive" in written:
        return "derivation"
    return "translation" if "codes" in written else None


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
    return Evidence(tuple(ItemId(item) for item in written.get("items", ())), written.get("document"))


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
