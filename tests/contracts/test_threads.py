"""Threads do what they are asked, and whoever asked goes on in the loop."""

import asyncio
import threading

import pytest

from chappe.engines.threads import Threads


async def test_who_asks_gets_what_was_returned_or_raised() -> None:
    """The work is done in another thread."""
    threads = Threads(1, "test")
    assert await threads.do(threading.get_ident) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        await threads.do(lambda: 1 // 0)
    assert await threads.do(lambda: "on") == "on"
    threads.close()


async def test_one_thread_does_things_in_the_order_they_were_asked() -> None:
    """As a file that has one writer needs it."""
    threads, done = Threads(1, "test"), list[int]()
    await asyncio.gather(*(threads.do(lambda n=n: done.append(n)) for n in range(50)))  # type: ignore[misc]
    assert done == list(range(50))
    threads.close()


async def test_no_more_threads_start_than_have_work() -> None:
    """One after the other needs one, at the same time as many as there may be."""
    threads = Threads(3, "test")
    for _ in range(5):
        await threads.do(lambda: None)
    first = {await threads.do(threading.get_ident) for _ in range(5)}
    assert len(first) == 1
    all_here = threading.Barrier(3)

    def meet() -> int:
        all_here.wait(30)
        return threading.get_ident()

    assert len(set(await asyncio.gather(*(threads.do(meet) for _ in range(3))))) == 3
    threads.close()


async def test_what_is_cancelled_is_done_all_the_same() -> None:
    """Nobody hears of it, and others are served behind it."""
    threads, go_on, done = Threads(1, "test"), threading.Event(), list[str]()

    def slowly() -> None:
        assert go_on.wait(30)
        done.append("slowly")

    waited = threads.do(slowly)
    waited.cancel()
    go_on.set()
    await threads.do(lambda: done.append("behind"))
    assert done == ["slowly", "behind"]
    assert waited.cancelled()
    threads.close()


async def test_closing_waits_for_what_was_asked() -> None:
    """Twice does no harm, and nothing is taken afterwards."""
    threads, done = Threads(2, "test"), list[int]()
    asked = [threads.do(lambda n=n: done.append(n)) for n in range(9)]  # type: ignore[misc]
    threads.close()
    threads.close()
    assert sorted(done) == list(range(9))
    await asyncio.gather(*asked)
    with pytest.raises(RuntimeError, match="closed"):
        threads.do(lambda: None)


def test_a_loop_that_has_ended_is_told_nothing() -> None:
    """What it asked for is done, and its threads end in peace."""
    threads, go_on, done = Threads(1, "test"), threading.Event(), list[bool]()

    async def ask() -> None:
        threads.do(lambda: done.append(go_on.wait(30)))

    asyncio.run(ask())
    go_on.set()
    threads.close()
    assert done == [True]
