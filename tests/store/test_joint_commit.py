"""Works that wait for the writer's turn share one commit, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session

from leptobridge.store.database import Database
from leptobridge.store.due import count_due, mark_due
from leptobridge.store.joint_commit import JointCommit
from leptobridge.store.schema import Due

T = TypeVar("T")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """SQLite: PostgreSQL joins commits by itself."""
    opened = Database.open(f"sqlite:///{tmp_path / 'lepto.db'}")
    yield opened
    opened.close()


class _Counted:
    """A joint commit whose first work waits until it may go on, and whose commit fails where it is told to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_open, self._may_go_on = threading.Event(), threading.Event()
        self.commits = 0
        self.failing_commit = 0
        self.joint = JointCommit(self._transaction)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._database.transaction() as session:
            yield session
            self.commits += 1
            if self.commits == self.failing_commit:
                raise OSError("disk is full")

    def _run(self, work: Callable[[Session], T]) -> T:
        return self.joint.run(lambda: None, lambda session, _nothing: work(session))

    def run_together(self, works: list[Callable[[Session], T]]) -> list[Future[T]]:
        """Start the works while another one is carried out, so that all of them go along with it."""

        def hold(_session: Session) -> None:
            self._is_open.set()
            self._may_go_on.wait(10)

        with ThreadPoolExecutor(len(works) + 1) as pool:
            pool.submit(self._run, hold)
            self._is_open.wait(10)
            waiting = [pool.submit(self._run, work) for work in works]
            while len(self.joint._waiting) < len(works):
                threading.Event().wait(0.001)
            self._may_go_on.set()
        return waiting


def _mark(person: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        mark_due(session, [person], NOON)
        return person

    return work


def _fail(session: Session) -> None:
    mark_due(session, ["lost"], NOON)
    raise ValueError("refused")


def _count(database: Database) -> int:
    with database.reading() as session:
        return count_due(session, NOON)


def test_those_who_wait_are_committed_together_and_each_gets_its_own_result(database: Database) -> None:
    counted = _Counted(database)
    futures = counted.run_together([_mark(f"person-{number}") for number in range(6)])
    assert [future.result() for future in futures] == [f"person-{number}" for number in range(6)]
    assert counted.commits == 1
    assert _count(database) == 6


def test_a_work_that_fails_is_taken_back_alone(database: Database) -> None:
    futures = _Counted(database).run_together([_mark("ann"), _fail, _mark("bob")])
    assert futures[0].result() == "ann"
    assert futures[2].result() == "bob"
    with pytest.raises(ValueError, match="refused"):
        futures[1].result()
    assert _count(database) == 2


def test_nobody_is_answered_as_if_stored_when_the_common_commit_fails(database: Database) -> None:
    counted = _Counted(database)
    counted.failing_commit = 1
    for future in counted.run_together([_mark("ann"), _mark("bob")]):
        with pytest.raises(OSError, match="disk is full"):
            future.result()
    assert _count(database) == 0


def test_a_work_sees_the_rows_of_the_one_before_and_not_its_objects(database: Database) -> None:
    def read(session: Session) -> int:
        row = session.get(Due, "ann")
        return row.generation if row else 0

    def change(session: Session) -> int:
        before = read(session)
        mark_due(session, ["ann"], NOON)
        return before

    futures = _Counted(database).run_together([change, change, change])
    assert sorted(future.result() for future in futures) == [0, 1, 2]


def test_a_work_that_cannot_be_prepared_is_taken_alone_from_the_others(database: Database) -> None:
    joint = JointCommit(database.transaction)

    def broken() -> str:
        raise ValueError("no message")

    with pytest.raises(ValueError, match="no message"):
        joint.run(broken, lambda session, _: mark_due(session, ["ann"], NOON))
    assert joint.run(lambda: "bob", lambda session, name: mark_due(session, [name], NOON)) is None
    assert _count(database) == 1


def test_the_next_work_is_prepared_while_the_disk_is_waited_for(database: Database) -> None:
    is_committing, is_prepared = threading.Event(), threading.Event()

    @contextmanager
    def slow_disk() -> Iterator[Session]:
        with database.transaction() as session:
            yield session
            is_committing.set()
            assert is_prepared.wait(10)

    def prepare() -> str:
        is_prepared.set()
        return "bob"

    joint = JointCommit(slow_disk)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(joint.run, lambda: "ann", lambda session, name: mark_due(session, [name], NOON))
        assert is_committing.wait(10)
        second = pool.submit(joint.run, prepare, lambda session, name: mark_due(session, [name], NOON))
        first.result(20)
        second.result(20)
    assert _count(database) == 2
