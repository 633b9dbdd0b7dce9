"""The shapes of the queue's answers, for its description."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Told(BaseModel):
    """One statement of a question."""

    id: int
    aspect: str = Field(description="The scheme, wallet, currency or direction; empty for the whole.")
    status: str
    observed_at: date
    recorded_at: datetime
    source: str = Field(description="The kind of source.")
    source_ref: str
    recorded_by: str
    details: dict[str, Any]
    decision: int = Field(description="The newest decision on it, to be sent back as `seen`; 0 where there is none.")
    attachments: list[int]


class Outcome(BaseModel):
    """What would be public."""

    status: str
    aspects: dict[str, str]


class Outlooks(BaseModel):
    """What is public now, and under each choice."""

    now: Outcome
    accepted: Outcome
    rejected: Outcome


class Waiting(BaseModel):
    """One question that waits for a person."""

    key: str
    kind: str = Field(description="`visitor_report`, `openstreetmap` or `conflict`.")
    venue: str
    name_zh: str
    category: str
    region: str
    capability: str
    since: datetime
    inspection: int | None = Field(description="The inspection that was asked for because of it and is due.")
    newer: list[Told] = Field(description="What is to be accepted or rejected.")
    against: list[Told] = Field(description="What it contradicts, or what is public now on the same question.")
    outlook: Outlooks


class Queue(BaseModel):
    """A page of the questions, those longest waiting first."""

    numberMatched: int  # noqa: N815 - OGC's name
    numberReturned: int  # noqa: N815 - OGC's name
    counts: dict[str, int]
    items: list[Waiting]


class Decided(BaseModel):
    """A decision as it was written."""

    observation: int
    outcome: str
    reason: str
    decision: int
    decided_by: str


class Deciding(BaseModel):
    """A decision to be made."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["accepted", "rejected"]
    reason: str = Field("", max_length=400, description="Needed to reject.")
    seen: int = Field(
        0, ge=0, lt=2**62, description="The newest decision that was known (`decision` of the statement); 0 for none."
    )
