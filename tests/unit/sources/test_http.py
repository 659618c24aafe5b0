"""The adapters of the ports, as far as they need no network."""

import threading

import pytest

from chalicelib.kernel.errors import BadDefinition
from chalicelib.kernel.ids import RegisterCode
from chalicelib.sources.http import HttpTransport, ThreadPool
from chalicelib.sources.model import Reply
from chalicelib.sources.service import NoRoom
from tests.support.builders import a_reply

TRANSPORT = HttpTransport("http://ngsp.test/bus/", "http://lgsp.test")


@pytest.mark.parametrize(
    ("route", "url"),
    [
        ("ngsp", "http://ngsp.test/bus/registers/population/query"),
        ("lgsp:79", "http://lgsp.test/79/registers/population/query"),
    ],
)
def test_a_route_leads_to_the_bus_that_settings_name(route: str, url: str) -> None:
    assert TRANSPORT._url(route, RegisterCode("population")) == url


@pytest.mark.parametrize(
    ("route", "register"),
    [
        ("http://elsewhere.test", "population"),
        ("ngsp:79", "population"),
        ("lgsp:", "population"),
        ("lgsp:../admin", "population"),
        ("lgsp:79@elsewhere", "population"),
        ("direct", "population"),
        ("ngsp", "../admin"),
        ("ngsp", "population?x="),
        ("ngsp", ""),
    ],
)
def test_a_route_that_settings_do_not_know_leads_nowhere(route: str, register: str) -> None:
    with pytest.raises(BadDefinition):
        TRANSPORT._url(route, RegisterCode(register))


def test_a_call_that_is_not_done_is_given_up_and_ends_by_itself() -> None:
    started, go, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> Reply:
        started.set()
        go.wait()
        ended.set()
        return a_reply()

    handle = ThreadPool().submit("population", slow)
    assert started.wait(5)
    assert handle.wait(0) is None
    go.set()
    assert ended.wait(5)


def test_a_call_that_is_done_gives_its_reply() -> None:
    reply = a_reply()
    assert ThreadPool().submit("population", lambda: reply).wait(5) is reply


def test_a_mistake_of_ours_is_not_taken_for_a_slow_register() -> None:
    def broken() -> Reply:
        raise BadDefinition

    with pytest.raises(BadDefinition):
        ThreadPool().submit("population", broken).wait(5)


def test_a_register_that_hangs_takes_its_own_threads_and_no_others() -> None:
    go, ended = threading.Event(), threading.Semaphore(0)

    def hangs() -> Reply:
        go.wait()
        ended.release()
        return a_reply()

    pool, reply = ThreadPool(), a_reply()
    hanging = [pool.submit("hangs", hangs) for _ in range(16)]
    too_many = pool.submit("hangs", hangs)
    try:
        assert pool.submit("sound", lambda: reply).wait(5) is reply
        with pytest.raises(NoRoom):
            too_many.wait(0)
    finally:
        go.set()
    assert [each.wait(5) for each in hanging] == [a_reply()] * 16
    assert all(ended.acquire(timeout=5) for _ in hanging)
    assert not ended.acquire(blocking=False)
