"""One commit for all writers that wait (SQLite): the disk is waited for once, and pages that they share go out once.

Writers take turns on SQLite. Whoever has the turn prepares and carries out the works of all who wait, and of those who
come meanwhile. Where one of them fails all are taken back and carried out once more, each under a savepoint of its own:
the one that fails is taken back alone. While the disk is waited for the next one has the turn, and prepares what has
come by then. Nobody is answered before the common commit.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlmodel import Session

from leptobridge.store.bulk import Statement
from leptobridge.store.driver_errors import driver_errors_wrapped

P = TypeVar("P")
T = TypeVar("T")

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

    prepare: Callable[[], Any]
    work: Callable[[Session, Any], Any]
    is_prepared: bool = False
    is_sound: bool = False
    prepared: Any = None
    result: Any = None
    error: BaseException | None = None
    is_done: bool = False
    call: threading.Lock = field(default_factory=_held)


class JointCommit:
    """Works of many threads, in few transactions. ``transaction`` opens one and commits it at its end; while one is
    open another one waits.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]]) -> None:
        self._transaction = transaction
        self._queue = threading.Lock()
        self._is_running = False
        self._waiting: list[_Ticket] = []

    def run(self, prepare: Callable[[], P], work: Callable[[Session, P], T]) -> T:
        """The result of ``work`` on what ``prepare`` made without a database, once it is committed; or what one of them
        raised, once the work is taken back. ``work`` may be carried out twice; what it did the first time is gone then.
        """
        ticket = _Ticket(prepare, work)
        with self._queue:
            self._waiting.append(ticket)
            has_turn, self._is_running = not self._is_running, True
        if not has_turn:
            ticket.call.acquire()
        if not ticket.is_done:
            self._take_turn(ticket)
        if ticket.error is not None:
            raise ticket.error
        result: T = ticket.result
        return result

    def _take_turn(self, own: _Ticket) -> None:
        batch: list[_Ticket] = []
        turn = ExitStack()
        turn.callback(self._pass_turn_on)
        with turn:
            try:
                self._prepare_waiting(batch, first=own)
                try:
                    self._commit(batch, turn, _carry_out)
                except _WorkFailedError:
                    self._commit(batch, turn, _carry_out_alone)
            except BaseException as error:
                for ticket in batch:
                    ticket.error = error
        for ticket in batch:
            ticket.is_done = True
            if ticket is not own:
                ticket.call.release()

    def _commit(self, batch: list[_Ticket], turn: ExitStack, carry_out: Callable[[Session, _Ticket], None]) -> None:
        with self._transaction() as session:
            carried_out = 0
            # Those who come while others are carried out go along.
            while self._prepare_waiting(batch) > carried_out:
                for ticket in batch[carried_out:]:
                    if ticket.is_sound:
                        carry_out(session, ticket)
                carried_out = len(batch)
            turn.close()

    def _prepare_waiting(self, batch: list[_Ticket], first: _Ticket | None = None) -> int:
        """Move those who wait into the batch, as many as it takes, and prepare their works; how many there are."""
        with self._queue:
            if first is not None:
                self._waiting.remove(first)
                batch.append(first)
            room = MOST_TOGETHER - len(batch)
            batch += self._waiting[:room]
            del self._waiting[:room]
        for ticket in batch:
            if not ticket.is_prepared:
                ticket.is_prepared = True
                try:
                    ticket.prepared = ticket.prepare()
                    ticket.is_sound = True
                except Exception as error:
                    ticket.error = error
        return len(batch)

    def _pass_turn_on(self) -> None:
        with self._queue:
            following = self._waiting[0] if self._waiting else None
            self._is_running = following is not None
        if following is not None:
            following.call.release()


class _WorkFailedError(Exception):
    """One of the works raised something; they are taken back together."""


def _carry_out(session: Session, ticket: _Ticket) -> None:
    try:
        with driver_errors_wrapped():
            ticket.result = ticket.work(session, ticket.prepared)
            session.flush()
    except Exception as error:
        raise _WorkFailedError from error
    if session.identity_map:
        # The next work must not see objects of this one in place of rows.
        session.expunge_all()


def _carry_out_alone(session: Session, ticket: _Ticket) -> None:
    _BEGIN.execute(session)
    try:
        _carry_out(session, ticket)
    except _WorkFailedError as failure:
        ticket.error = failure.__cause__
        _TAKE_BACK.execute(session)
        session.expunge_all()
    _END.execute(session)
