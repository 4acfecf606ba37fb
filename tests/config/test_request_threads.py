"""A few threads answer, and more only while one of those stands still."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from config.front.request_threads import RequestThreads

FOR_EVER, AT_ONCE = 3600.0, 0.0


async def run(threads: RequestThreads, act: Callable[[], object]) -> object:
    async with threads.one() as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, act)


def name() -> str:
    return threading.current_thread().name


def test_many_requests_that_move_on_are_answered_by_a_few_threads() -> None:
    async def ask() -> set[object]:
        threads = RequestThreads(16, usual=2, patience=FOR_EVER)
        return set(await asyncio.gather(*(run(threads, name) for _ in range(200))))

    assert asyncio.run(ask()) <= {"web_0", "web_1"}


def test_what_stands_still_holds_nobody_up() -> None:
    released = threading.Event()

    async def ask() -> list[object]:
        threads = RequestThreads(5, usual=2, patience=AT_ONCE)
        standing = [asyncio.create_task(run(threads, released.wait)) for _ in range(4)]
        answered = [await run(threads, name) for _ in range(10)]
        released.set()
        await asyncio.gather(*standing)
        return [*answered, await run(threads, name)]

    *meanwhile, afterwards = asyncio.run(ask())
    assert len(meanwhile) == 10
    assert str(meanwhile[-1]).startswith("web-more")
    assert str(afterwards) in {"web_0", "web_1"}


def test_as_many_stand_still_as_there_may_be_threads_and_no_more() -> None:
    together, one_by_one = threading.Barrier(3), threading.Lock()
    running: set[str] = set()
    most = 0

    def stand() -> None:
        nonlocal most
        with one_by_one:
            running.add(name())
            most = max(most, len(running))
        together.wait()
        with one_by_one:
            running.remove(name())

    async def ask() -> None:
        threads = RequestThreads(3, usual=2, patience=AT_ONCE)
        await asyncio.gather(*(run(threads, stand) for _ in range(9)))

    asyncio.run(ask())
    assert most == 3
