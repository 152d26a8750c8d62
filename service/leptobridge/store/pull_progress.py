"""How far a pull from an EHR has come: kept after each page, gone at the end."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, SQLModel

from leptobridge.store.instant import instant_text


class PullProgress(SQLModel, table=True):
    """What remains of one pull: ``source`` is the EHR's base URL, ``request`` whom it asked for, ``plan`` JSON."""

    __tablename__ = "pull_progress"

    source: str = Field(primary_key=True)
    request: str = Field(primary_key=True)
    updated_at: str
    plan: str = Field(sa_column=Column(Text, nullable=False))


def read_progress(session: Session, source: str, request: str) -> str | None:
    """The plan that an interrupted pull left; None where there is none."""
    row = session.get(PullProgress, (source, request))
    return row.plan if row else None


def keep_progress(session: Session, source: str, request: str, plan: str, now: datetime) -> None:
    """Replace what remains."""
    session.merge(PullProgress(source=source, request=request, plan=plan, updated_at=instant_text(now)))


def forget_progress(session: Session, source: str, request: str) -> None:
    """The pull is over."""
    row = session.get(PullProgress, (source, request))
    if row is not None:
        session.delete(row)
