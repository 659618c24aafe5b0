"""The kind `fees`: from what is written to the values that pricing uses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Envelope, Kind
from chalicelib.fees.cells import cell_of, fraction_of
from chalicelib.fees.checks import check_fees
from chalicelib.fees.effect import (
    AmountEffect,
    Effect,
    Fraction,
    Limit,
    NotDue,
    OffEffect,
    Rounding,
    ShareEffect,
    Times,
    UnknownEffect,
    ZeroEffect,
)
from chalicelib.fees.inputs import inputs_of
from chalicelib.fees.model import (
    Basis,
    Condition,
    FeeFile,
    Input,
    Line,
    Parameter,
    Place,
    Policy,
    Row,
    Schedule,
    Selector,
    Yearly,
)
from chalicelib.fees.written import (
    BasisBody,
    EffectBody,
    FeesBody,
    OffBody,
    ParameterBody,
    PlaceBody,
    PolicyBody,
    RoundBody,
    ScheduleBody,
    SelectorBody,
    TimesBody,
    YearlyBody,
)
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.definition import TextBody, text_of
from chalicelib.vocabulary.model import Text


def compile_fees(envelope: Envelope, body: FeesBody) -> FeeFile:
    """Return the schedule or policy that a checked body says."""
    if body["type"] == "schedule":
        return _schedule(envelope, body)
    return _policy(envelope, body)


def _schedule(envelope: Envelope, body: ScheduleBody) -> Schedule:
    inputs = inputs_of(body)
    procedures = body["procedures"]
    return Schedule(
        code=envelope.code,
        title=text_of(body["title"]),
        procedures=None if isinstance(procedures, str) else _named(procedures),
        inputs=inputs,
        parameters=_parameters(body.get("parameters", {})),
        yearly=_yearly(body.get("yearly", {})),
        lines={
            name: Line(name, text_of(each["name"]), each["kind"], each["authority"], frozenset(each.get("tags", ())))
            for name, each in body["lines"].items()
        },
        rows=tuple(_row(each, inputs) for each in body["rows"]),
        status=envelope.status,
    )


def _named(procedures: Mapping[str, TextBody]) -> dict[ProcedureCode, Text]:
    return {ProcedureCode(code): text_of(name) for code, name in procedures.items()}


def _policy(envelope: Envelope, body: PolicyBody) -> Policy:
    inputs = inputs_of(body)
    places, channels = body["places"], body.get("channels")
    return Policy(
        code=envelope.code,
        title=text_of(body["title"]),
        lines=_selector(body["lines"]),
        places=None if isinstance(places, str) else tuple(map(_place, places)),
        channels=None if channels is None else frozenset(channels),
        stacks=body["stacks"],
        inputs=inputs,
        parameters=_parameters(body.get("parameters", {})),
        yearly=_yearly(body.get("yearly", {})),
        rows=tuple(_row(each, inputs) for each in body["rows"]),
        status=envelope.status,
    )


def _row(written: Any, inputs: Mapping[str, Input]) -> Row:  # noqa: ANN401 - a row of either
    selector: SelectorBody | None = written.get("lines")
    return Row(
        id=written["id"],
        name=text_of(written["name"]),
        role=written["role"],
        when=tuple(Condition(name, cell_of(inputs[name], cell)) for name, cell in written["when"].items()),
        effect=effect_of(written["effect"]),
        basis=basis_of(written["basis"]),
        line=written.get("line"),
        lines=None if selector is None else _selector(selector),
        review=_maybe(written.get("review")),
        yearly=written.get("yearly"),
        note=_maybe(written.get("note")),
    )


def _maybe(text: TextBody | None) -> Text | None:
    return None if text is None else text_of(text)


def basis_of(written: BasisBody) -> Basis:
    """Return the basis."""
    until, verified = written.get("effective_to"), written.get("last_verified_on")
    return Basis(
        document=written["document"],
        article=written["article"],
        since=date.fromisoformat(written["effective_from"]),
        until=None if until is None else date.fromisoformat(until),
        status=written["status"],
        source=written["source"],
        last_verified_on=None if verified is None else date.fromisoformat(verified),
    )


def effect_of(written: EffectBody) -> Effect:  # noqa: PLR0911 - one answer for each kind of effect
    """Return the effect. Raises BadCell for a share above the whole."""
    match written["type"]:
        case "amount":
            return AmountEffect(
                amount=written.get("amount", 0),
                per=written.get("per"),
                tiers=tuple((each["since"], each["amount"]) for each in written.get("tiers", ())),
                least=_limit(written.get("least")),
                most=_limit(written.get("most")),
                times=written.get("times"),
            )
        case "share":
            share, rounding = fraction_of(written["share"]), _rounding(written.get("round"))
            return ShareEffect(
                share, written["of"], _limit(written.get("least")), _limit(written.get("most")), rounding
            )
        case "off":
            return _off(written)
        case "pay":
            return OffEffect(fraction_of(written["share"]), rounding=_rounding(written.get("round")))
        case "zero":
            return ZeroEffect(written["meaning"])
        case "unknown":
            return UnknownEffect(text_of(written["rate"]))
        case "not_due":
            return NotDue()


def _off(written: OffBody) -> OffEffect:
    off = fraction_of(written["share"])
    return OffEffect(
        left=Fraction(off.under - off.over, off.under),
        meaning=written.get("meaning", "reduced"),
        most_off=_limit(written.get("most_off")),
        least=_limit(written.get("least")),
        most=_limit(written.get("most")),
        rounding=_rounding(written.get("round")),
    )


def _limit(written: int | TimesBody | None) -> Limit | None:
    if written is None or isinstance(written, int):
        return written
    return Times(written["times"], written["of"])


def _rounding(written: RoundBody | None) -> Rounding | None:
    return None if written is None else Rounding(written["to"], written["mode"])


def _selector(written: SelectorBody) -> Selector:
    return Selector(
        kinds=frozenset(written["kinds"]),
        authorities=_set(written.get("authorities")),
        schedules=_set(written.get("schedules")),
        lines=_set(written.get("lines")),
        procedures=_set(written.get("procedures")),
        tags=_set(written.get("tags")),
        not_tags=frozenset(written.get("not_tags", ())),
    )


def _set(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _place(written: PlaceBody) -> Place:
    since, until = written.get("since"), written.get("until")
    return Place(
        province=written.get("province"),
        communes=frozenset(written.get("communes", ())),
        since=None if since is None else date.fromisoformat(since),
        until=None if until is None else date.fromisoformat(until),
    )


def _parameters(written: Mapping[str, ParameterBody]) -> dict[str, Parameter]:
    return {
        name: Parameter(
            text_of(each["name"]), tuple((value["amount"], basis_of(value["basis"])) for value in each["values"])
        )
        for name, each in written.items()
    }


def _yearly(written: Mapping[str, YearlyBody]) -> dict[str, Yearly]:
    return {
        name: Yearly(text_of(each["name"]), each.get("times"), _limit(each.get("amount")))
        for name, each in written.items()
    }


_SHAPE: Final[Any] = FeesBody
_PARSE: Final[Callable[[object], FeesBody]] = parser(_SHAPE)
FEES: Final[Kind[FeeFile]] = Kind("fees", _PARSE, compile_fees, check_fees)
KINDS: Final[tuple[Kind[object], ...]] = (FEES,)
