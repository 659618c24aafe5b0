"""What the routes of procedures and forms answer, made from the slice's values."""

from typing import Any

from chalicelib.forms.model import (
    AgencyRule,
    Component,
    Condition,
    Deadline,
    Derivation,
    Evidence,
    Form,
    Offer,
    OnAnswer,
    RoleRule,
    RowList,
)
from chalicelib.forms.model import Field as FormField
from chalicelib.forms.service import FormView, ProcedureView
from chalicelib.forms.shapes import (
    AgencyRuleAnswer,
    Both,
    ColumnAnswer,
    ComponentAnswer,
    ConditionAnswer,
    DeadlineAnswer,
    DerivationAnswer,
    EvidenceAnswer,
    FieldAnswer,
    FormAnswer,
    ItemAnswer,
    ListAnswer,
    Named,
    OfferAnswer,
    OnAnswerShown,
    ProcedureAnswer,
    ProcedureDetail,
    RoleAnswer,
    SectionAnswer,
    ViaAnswer,
)
from chalicelib.kernel.canonical import Json
from chalicelib.vocabulary.model import Item, Text
from chalicelib.vocabulary.service import vocabulary


def procedure_answer(view: ProcedureView) -> ProcedureAnswer:
    """Write a procedure as a list of them shows it."""
    return ProcedureAnswer(**_procedure(view))


def procedure_detail(view: ProcedureView) -> ProcedureDetail:
    """Write a procedure with what it takes, how long it lasts and what one gets."""
    procedure = view.procedure
    return ProcedureDetail(
        **_procedure(view),
        components=[_component(view, each) for each in procedure.components],
        deadline=None if procedure.deadline is None else _deadline(procedure.deadline),
        fee_schedule=procedure.fee_schedule,
        survey=procedure.survey,
        result=None if procedure.result is None else _document(view, procedure.result),
        agency_rule=None if procedure.agency_rule is None else _agency_rule(procedure.agency_rule),
    )


def _procedure(view: ProcedureView) -> dict[str, Any]:
    procedure = view.procedure
    return {
        "code": procedure.code,
        "name": _both(procedure.name),
        "authority": _both(procedure.authority),
        "level": procedure.level,
        "partial_reason": _maybe(procedure.partial_reason),
        "mechanism": procedure.mechanism,
        "forms": [*procedure.forms],
        "life_events": [Named(code=each.code, name=_both(each.name)) for each in view.life_events],
        "status": procedure.status,
        "notice": _maybe(view.notice),
        "sources": [*procedure.sources],
    }


def _component(view: ProcedureView, component: Component) -> ComponentAnswer:
    return ComponentAnswer(
        code=component.code,
        name=_both(component.name),
        needed="essential" if component.essential else "helpful",
        when=_on_answer(component.when),
        role=component.role,
        any_of=[[_evidence(view, each) for each in way] for way in component.any_of],
        status=component.status,
    )


def _evidence(view: ProcedureView, evidence: Evidence) -> EvidenceAnswer:
    if evidence.document is not None:
        return EvidenceAnswer(document=_document(view, evidence.document))
    where = [shown for shown in map(_condition, evidence.where) if shown is not None]
    return EvidenceAnswer(items=[*evidence.items], where=where or None)


def _document(view: ProcedureView, code: str) -> Named:
    return Named(code=code, name=_both(view.documents[code]))


def _deadline(deadline: Deadline) -> DeadlineAnswer:
    return DeadlineAnswer(
        working_days=deadline.working_days,
        working_hours=deadline.working_hours,
        longest_working_days=deadline.longest,
        cutoff=deadline.cutoff,
        note=_maybe(deadline.note),
        source=deadline.source,
        status=deadline.status,
    )


def _agency_rule(rule: AgencyRule) -> AgencyRuleAnswer:
    return AgencyRuleAnswer(by=rule.by, items=[*rule.items], note=_maybe(rule.note))


def form_answer(view: FormView) -> FormAnswer:
    """Write a form."""
    form: Form = view.form
    return FormAnswer(
        code=form.code,
        version=form.version,
        title=_both(form.title),
        status=form.status,
        notice=_maybe(vocabulary(view.catalogue).notice(form.status)),
        catalogue=view.catalogue.hash,
        schema_=form.schema,
        layout=[SectionAnswer.model_validate(section) for section in form.layout],
        roles={role: _role(rule) for role, rule in form.roles.items()},
        fields={field.pointer: _field(field) for field in form.fields},
        lists={pointer: _list(rows) for pointer, rows in form.lists.items()} or None,
        items={id_: _item(item) for id_, item in view.items.items()},
    )


def _role(rule: RoleRule) -> RoleAnswer:
    via = [ViaAnswer(role=each.role, item=each.item, when=_on_answer(each.when)) for each in rule.via] or None
    return RoleAnswer(label=_both(rule.label), requires=_condition(rule.requires), kind=rule.kind, via=via)


def _field(field: FormField) -> FieldAnswer:
    return FieldAnswer(
        **_column_of(field),
        role=field.role,
        applies_when=_condition(field.applies_when),
        visible_when=_on_answer(field.visible_when),
        offers=[_offer(each) for each in field.offers] or None,
    )


def _offer(offer: Offer) -> OfferAnswer:
    return OfferAnswer(role=offer.role, item=offer.item, when=_on_answer(offer.when))


def _list(rows: RowList) -> ListAnswer:
    columns = {column.pointer: ColumnAnswer(**_column_of(column)) for column in rows.columns}
    return ListAnswer(list=rows.item, columns=columns)


def _column_of(field: FormField) -> dict[str, Any]:
    return {
        "label": _both(field.label),
        "policy": field.policy,
        "necessity": "required" if field.essential else "optional",
        "item": field.item,
        "codes": dict(field.codes) or None,
        "derive": _derivation(field.derive),
        "status": field.status,
    }


def _derivation(derivation: Derivation | None) -> DerivationAnswer | None:
    return None if derivation is None else DerivationAnswer(rule=derivation.rule, of=[*derivation.sources])


def _item(item: Item) -> ItemAnswer:
    codes = {code: _both(text) for code, text in item.codes.items()}
    return ItemAnswer(type=item.type, label=_both(item.label), sensitive=item.sensitive, codes=codes or None)


def _condition(condition: Condition | None) -> ConditionAnswer | None:
    return None if condition is None else ConditionAnswer(item=condition.item, one_of=_scalars(condition.one_of))


def _on_answer(test: OnAnswer | None) -> OnAnswerShown | None:
    return None if test is None else OnAnswerShown(pointer=test.pointer, one_of=_scalars(test.one_of))


def _scalars(values: tuple[Json, ...]) -> list[str | int | bool]:
    return [value for value in values if isinstance(value, str | int)]


def _maybe(text: Text | None) -> Both | None:
    return None if text is None else _both(text)


def _both(text: Text) -> Both:
    return Both(vi=text.vi, en=text.en)
