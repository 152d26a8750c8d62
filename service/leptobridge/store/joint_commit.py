"""One commit for all writers that wait (SQLite): the disk is waited for once, and pages that they share go out once.

Writers take turns on SQLite. Whoever has the turn carries out the works of all who wait, each under a savepoint of its
own: one that fails is taken back alone. Nobody is answered before the common commit.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlmodel import Session

from leptobridge.store.bulk import Statement
from leptobridge.store.driver_errors import driver_errors_wrapped

T = TypeVar("T")
Work = Callable[[Session], Any]

#: Works in one commit; bounds how long the first of them waits for the last.
MOST_TOGETHER: Final = 32
_BEGIN, _TAKE_BACK, _END = (Statement(f"{verb} one_work") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Ticket:
    """A work that waits, then what came of it. Who brought it sleeps until ``call`` is released: it is done, or it is
    its turn.
    """

    work: Work
    result: Any = None
    error: BaseException | None = None
    is_done: bool = False
    call: threading.Lock = field(default_factory=_held)


class JointCommit:
    """Works of many threads, in few transactions. ``transaction`` opens one and commits it at its end."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]]) -> None:
        self._transaction = transaction
        self._queue = threading.Lock()
        self._is_running = False
        self._waiting: list[_Ticket] = []

    def run(self, work: Callable[[Session], T]) -> T:
        """The result of ``work`` once it is committed, or what it raised once it is taken back."""
        ticket = _Ticket(work)
        with self._queue:
            self._waiting.append(ticket)
            has_turn, self._is_running = not self._is_running, True
        if not has_turn:
            ticket.call.acquire()
        if not ticket.is_done:
            try:
                self._run_waiting(ticket)
            finally:
                self._pass_turn_on()
        if ticket.error is not None:
            raise ticket.error
        result: T = ticket.result
        return result

    def _pass_turn_on(self) -> None:
        with self._queue:
            following = self._waiting[0] if self._waiting else None
            self._is_running = following is not None
        if following is not None:
            following.call.release()

    def _run_waiting(self, own: _Ticket) -> None:
        batch: list[_Ticket] = []
        try:
            with self._transaction() as session:
                # Those who came while the database was waited for go along.
                batch = self._take_waiting(own)
                for ticket in batch:
                    _carry_out(session, ticket)
        except BaseException as error:
            batch = batch or self._take_waiting(own)
            for ticket in batch:
                ticket.error = error
        for ticket in batch:
            ticket.is_done = True
            if ticket is not own:
                ticket.call.release()

    def _take_waiting(self, own: _Ticket) -> list[_Ticket]:
        with self._queue:
            self._waiting.remove(own)
            batch = [own, *self._waiting[: MOST_TOGETHER - 1]]
            del self._waiting[: MOST_TOGETHER - 1]
        return batch


def _carry_out(session: Session, ticket: _Ticket) -> None:
    _BEGIN.execute(session)
    try:
        with driver_errors_wrapped():
            ticket.result = ticket.work(session)
            session.flush()
    except Exception as error:
        ticket.error = error
        _TAKE_BACK.execute(session)
    if session.identity_map:
        # The next work must not see objects of this one in place of rows.
        session.expunge_all()
    _END.execute(session)
