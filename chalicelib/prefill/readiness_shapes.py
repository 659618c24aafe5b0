"""The request and the answer of readiness as the API declares them, and how the answer is put into words."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from chalicelib.consent.model import Refusal
from chalicelib.definitions.model import Catalogue, Status
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.components_shapes import ComponentFound
from chalicelib.prefill.model import Outcome
from chalicelib.prefill.provenance_shapes import Answered, Words
from chalicelib.prefill.readiness import ComponentReady, EvidenceReady, FieldReady, Filler, Readiness
from chalicelib.prefill.render_components import component_shown
from chalicelib.prefill.shapes import Code, NamedSubject
from chalicelib.sources.definition import REGISTERS
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import vocabulary
from chalicelib.web.shape import Shape, told


class ReadinessRequest(Shape):
    """Which procedure, and for whom; without a token nobody can be named."""

    procedure: Annotated[
        str, Field(pattern=r"^[0-9]\.[0-9]{6}$", **told("Mã thủ tục hành chính.", "Code of the procedure."))
    ]
    form: Annotated[
        Code | None,
        Field(**told("Để trống: biểu mẫu đầu tiên của thủ tục.", "Leave out for the procedure's first form.")),
    ] = None
    subjects: Annotated[
        dict[Code, NamedSubject],
        Field(
            max_length=20,
            default_factory=dict,
            **told(
                "Vai trong biểu mẫu → người. Để trống: chính bạn ở mọi vai.",
                "Role of the form → person. Left out: you, in every role.",
            ),
        ),
    ]
    province: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{2}$",
            **told("Mã tỉnh có cơ sở dữ liệu riêng cần hỏi.", "Code of the province whose own registers are meant."),
        ),
    ] = None
    prefill: Annotated[
        str | None,
        Field(
            max_length=64,
            **told(
                "Mã một lần điền sẵn của bạn: trả lời theo kết quả đã có, không hỏi lại.",
                "Id of a prefill of yours: answered from what it found, nothing is asked again.",
            ),
        ),
    ] = None


class _Answered(Answered):
    model_config = ConfigDict(populate_by_name=True)


class RoleShown(_Answered):
    """A part in the form; `refusal` is why registers may not be asked about the one who plays it."""

    role: str
    label: Words
    reached_through: Annotated[str | None, Field(description="The role whose register record names this person.")] = (
        None
    )
    refusal: Refusal | None = None
    reason: str | None = None


class FieldReadyShown(_Answered):
    """Who fills a field."""

    pointer: str
    label: Words
    filler: Filler
    register_: Annotated[str | None, Field(alias="register")] = None
    reason: Annotated[str | None, Field(description="Why nobody fills it, or on what it still depends.")] = None
    second: Annotated[
        bool, Field(description="It may take a second question, about somebody whom the first answers name.")
    ]
    outcome: Annotated[Outcome | None, Field(description="How it ended in the prefill named.")] = None
    detail: str | None = None


class NamedItem(_Answered):
    """A piece of information."""

    item: str
    label: Words


class EvidenceShown(_Answered):
    """One thing that proves a component: items, or a document of a type."""

    items: list[NamedItem]
    document: str | None = None
    supplied: Annotated[bool, Field(description="Registers are able to supply it.")]
    missing: Annotated[list[str], Field(description="Items that no register may be asked for here.")]


class ComponentShown(_Answered):
    """A part of the dossier (thành phần hồ sơ). One of `any_of` is enough, and takes all that stands in it."""

    code: str
    name: Words
    needed: Literal["essential", "helpful"]
    role: Annotated[str | None, Field(description="Whose items prove it; none where only documents do.")] = None
    conditional: Annotated[bool, Field(description="Asked for only in some cases, by your answers.")]
    status: Status
    supplied: Annotated[bool, Field(description="One way needs nothing but what registers are able to supply.")]
    any_of: list[list[EvidenceShown]]
    satisfied: Annotated[bool | None, Field(description="Nothing has to be attached, by the prefill named.")] = None
    found: Annotated[
        ComponentFound | None, Field(description="Which evidence the prefill chose and why, or what is missing.")
    ] = None


class RegisterShown(_Answered):
    """A register that a prefill would ask, and for what."""

    register_: Annotated[str, Field(alias="register")]
    name: Words
    items: list[NamedItem]


class ReadinessAnswer(_Answered):
    """What a procedure takes, and what a prefill of it found if one was named. Nothing was asked to say so."""

    procedure: str
    name: Words
    form: str
    form_title: Words
    status: Status
    catalogue: str
    personal: Annotated[bool, Field(description="The caller's own rights are in the answer.")]
    prefill: str | None = None
    revision: Annotated[int | None, Field(description="The revision of the prefill that answers.")] = None
    roles: list[RoleShown]
    components: list[ComponentShown]
    fields: list[FieldReadyShown]
    counts: Annotated[dict[Filler, int], Field(description="How many fields each fills.")]
    sources: list[RegisterShown]


def readiness_answer(found: Readiness) -> ReadinessAnswer:
    """Write the answer."""
    job = found.job
    fillers = [each.filler for each in found.fields]
    return ReadinessAnswer(
        procedure=job.procedure.code,
        name=_both(job.procedure.name),
        form=job.form.code,
        form_title=_both(job.form.title),
        status=job.procedure.status,
        catalogue=job.catalogue.hash,
        personal=found.is_personal,
        prefill=None if found.revision is None else found.revision.header.id,
        revision=None if found.revision is None else found.revision.number,
        roles=_roles(found),
        components=[_component(each, job.catalogue) for each in found.components],
        fields=[_field(each) for each in found.fields],
        counts={filler: fillers.count(filler) for filler in sorted(set(fillers))},
        sources=[
            RegisterShown(
                register_=code, name=_both(job.catalogue.get(REGISTERS, code).name), items=_items(items, job.catalogue)
            )
            for code, items in found.asked.items()
        ],
    )


def _roles(found: Readiness) -> list[RoleShown]:
    shown = []
    for role, rule in found.job.form.roles.items():
        named = found.job.subjects.get(role)
        right = None if named is None else named.right
        shown.append(
            RoleShown(
                role=role,
                label=_both(rule.label),
                reached_through=rule.via[0].role if rule.via else None,
                refusal=None if right is None else right.refusal,
                reason=None if right is None else right.reason,
            )
        )
    return shown


def _field(ready: FieldReady) -> FieldReadyShown:
    return FieldReadyShown(
        pointer=ready.field.pointer,
        label=_both(ready.field.label),
        filler=ready.filler,
        register_=ready.register,
        reason=ready.reason,
        second=ready.second,
        outcome=None if ready.answer is None else ready.answer.outcome,
        detail=None if ready.answer is None else ready.answer.detail,
    )


def _component(ready: ComponentReady, catalogue: Catalogue) -> ComponentShown:
    component, answer = ready.component, ready.answer
    found = None if answer is None else component_shown(component, answer, catalogue)
    return ComponentShown(
        code=component.code,
        name=_both(component.name),
        needed="essential" if component.essential else "helpful",
        role=component.role,
        conditional=component.when is not None,
        status=component.status,
        supplied=ready.is_supplied,
        any_of=[[_evidence(each, catalogue) for each in way] for way in ready.ways],
        satisfied=None if answer is None else answer.is_satisfied,
        found=None if found is None else ComponentFound.model_validate(found),
    )


def _evidence(ready: EvidenceReady, catalogue: Catalogue) -> EvidenceShown:
    return EvidenceShown(
        items=_items(ready.evidence.items, catalogue),
        document=ready.evidence.document,
        supplied=ready.is_supplied,
        missing=list(ready.missing),
    )


def _items(items: tuple[ItemId, ...], catalogue: Catalogue) -> list[NamedItem]:
    words = vocabulary(catalogue)
    return [NamedItem(item=item, label=_both(words.item(item).label)) for item in items]


def _both(text: Text) -> Words:
    return Words(vi=text.vi, en=text.en)
