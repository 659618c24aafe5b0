"""Whatever happened to a file on its way, opening it gives an answer and never an error."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.papers.model import MEDIA_TYPES, REASONS, MediaType, Opened, Refused
from chalicelib.papers.service import RealPapers
from tests.support.honest_files import honest_files

HONEST = honest_files()
PAPERS = RealPapers()
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def answers(body: bytes, declared: MediaType) -> None:
    verdict = PAPERS.open(body, declared)
    assert isinstance(verdict, Opened | Refused)
    if isinstance(verdict, Refused):
        assert verdict.reason in REASONS


@SLOW
@given(which=st.sampled_from(HONEST), cut=st.floats(0, 1))
def test_a_file_cut_anywhere_is_answered(which: object, cut: float) -> None:
    honest = next(each for each in HONEST if each is which)
    answers(honest.body[: int(len(honest.body) * cut)], honest.media_type)


@SLOW
@given(
    which=st.sampled_from(HONEST),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=8),
)
def test_a_file_with_bits_turned_is_answered(which: object, flips: list[tuple[float, int]]) -> None:
    honest = next(each for each in HONEST if each is which)
    body = bytearray(honest.body)
    for where, mask in flips:
        body[int(where * len(body))] ^= mask
    answers(bytes(body), honest.media_type)


@SLOW
@given(which=st.sampled_from(HONEST), at=st.integers(0, 400), mask=st.integers(1, 255), rest=st.binary(max_size=40))
def test_a_file_with_a_broken_head_is_answered(which: object, at: int, mask: int, rest: bytes) -> None:
    honest = next(each for each in HONEST if each is which)
    body = bytearray(honest.body)
    body[at % len(body)] ^= mask
    answers(bytes(body) + rest, honest.media_type)


@given(body=st.binary(max_size=300), declared=st.sampled_from(sorted(MEDIA_TYPES.values())))
@example(b"\xff\xd8\xff\xe0\x00\x02\xff\xd9", "image/jpeg")
@example(b"[" * 9000, "application/json")
@example(b"{" + b'"a":{' * 39, "application/json")
@example(b'["\\ud800"]', "application/json")
def test_any_bytes_are_answered(body: bytes, declared: MediaType) -> None:
    answers(body, declared)
