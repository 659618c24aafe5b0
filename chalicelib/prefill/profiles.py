"""Which projection a caller means, and answers that are said in its keys. Must not know HTTP or storage."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.errors import FieldProblem, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, FormCode
from chalicelib.prefill.answers import InvalidAnswer
from chalicelib.prefill.job import Order, looked_up
from chalicelib.prefill.projection import Projection
from chalicelib.prefill.projection_definition import PROJECTIONS
from chalicelib.prefill.unprojection import answers_of, in_their_places

_ANSWERS = "/answers"


class NoSuchProfile(Unprocessable):
    """No projection of that code that this client may use."""

    code = "no_such_profile"


class ProfileOfOtherForm(Unprocessable):
    """The projection is of another form than the one that is prefilled."""

    code = "profile_of_other_form"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as a caller names it: the code, through which client, and where in the request it stands."""

    code: str
    client: ClientId
    at: str = "/profile"


def projection_of(catalogue: Catalogue, profile: Profile, form: FormCode) -> Projection:
    """Return the projection that is meant. Raises NoSuchProfile, for another client's too, and ProfileOfOtherForm."""
    found = catalogue.find(PROJECTIONS, profile.code)
    if found is None or found.client not in {None, profile.client}:
        raise NoSuchProfile(FieldProblem(profile.at, NoSuchProfile.code))
    if found.form != form:
        raise ProfileOfOtherForm(FieldProblem(profile.at, ProfileOfOtherForm.code))
    return found


@contextmanager
def in_keys_of(catalogue: Catalogue, profile: Profile, order: Order, data: JsonObject) -> Iterator[JsonObject]:
    """Yield answers that are said in a profile's keys as the ordered form shapes them.

    What is wrong with them, here or while the context lasts, is told where it stands in the caller's data. Raises
    NoSuchProcedure, NoSuchForm, NoSuchProfile, ProfileOfOtherForm, InvalidAnswer.
    """
    projection = projection_of(catalogue, profile, looked_up(catalogue, order)[1].code)
    try:
        document = answers_of(projection, data)
    except InvalidAnswer as error:
        raise InvalidAnswer(*(_below(each) for each in error.problems)) from error
    try:
        yield document
    except InvalidAnswer as error:
        bare = tuple(FieldProblem(each.pointer.removeprefix(_ANSWERS), each.code) for each in error.problems)
        raise InvalidAnswer(*map(_below, in_their_places(projection, bare))) from error


def _below(problem: FieldProblem) -> FieldProblem:
    return FieldProblem(_ANSWERS + problem.pointer, problem.code)
