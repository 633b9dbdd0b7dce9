"""An import as programs read it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.imports.receiving import MOST_BYTES
from app.jobs import queue
from app.tables import Import, ImportRow, Job

EXAMPLE: Any = {
    "id": 12, "kind": "venues", "file_name": "ledger.xlsx", "sha256": "9f86…", "state": "staged", "institution": None,
    "datum": "gcj02", "datum_how": "stated", "columns": {"name_zh": 1, "lon": 5, "lat": 6},
    "counts": {"rows": 40, "same": 12, "new": 25, "ask": 2, "refuse": 1, "changed": 3, "said": 61},
    "created_at": "2026-11-24T08:00:00Z", "created_by": "clerk", "applied_at": None, "undone_at": None, "stays": [],
    "job": None,
}  # fmt: skip


CHOICE_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["choice"],
    "properties": {
        "choice": {
            "type": "string",
            "description": "The id of a venue, `new`, `skip`, or `ask` to ask again.",
        }
    },
    "example": {"choice": "new"},
}


class JobTold(BaseModel):
    """Long work: `state` is waiting, running, done, failed or cancelled."""

    id: int
    kind: str
    state: str
    done: int
    total: int
    message: str = Field(description="What is being done; of a job that failed, why.")
    seconds_left: float | None = Field(description="At the pace so far; null where nobody can say.")


class ImportTold(BaseModel):
    """A file that was sent in. `state` is waiting, staged, applied, undone or failed."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: int
    kind: str
    file_name: str
    sha256: str
    state: str
    institution: str | None
    datum: str | None = Field(description="Datum of the positions that come without one.")
    datum_how: str = Field(description="stated, remembered, guessed (and accepted), file (each row says it), none.")
    datum_guess: str | None = Field(None, description="What rows with a known place suggest.")
    datum_evidence: list[dict[str, Any]] = Field(default_factory=list)
    columns: dict[str, int] = Field(description="Field -> place of its column, from 0.")
    counts: dict[str, int]
    created_at: datetime
    created_by: str
    applied_at: datetime | None
    undone_at: datetime | None
    stays: list[dict[str, Any]] = Field(description="What an undo left because somebody wrote it since.")
    job: JobTold | None


class RowTold(BaseModel):
    """A data row: `outcome` is same, new, ask or refuse."""

    row: int
    outcome: str
    venue_id: str | None
    settled: str | None
    name: str | None
    lon: float | None = Field(description="Of the row itself, WGS-84.")
    lat: float | None
    change: dict[str, Any] = Field(description="Attribute -> [before, after].")
    said: list[list[Any]] = Field(description="Statements: capability, aspect, status, day, source, details.")
    candidates: list[str] = Field(description="Of a row that asks: the venues that it may be, the likeliest first.")
    remarks: list[dict[str, str]]


def told(made: Import, job: Job | None) -> ImportTold:
    """An import."""
    datum = made.facts.get("datum", {})
    return ImportTold(
        **{name: getattr(made, name) for name in (
            "id", "kind", "file_name", "sha256", "state", "institution", "datum", "columns", "counts", "created_at",
            "created_by", "applied_at", "undone_at")},
        datum_how=datum.get("how", "none"),
        datum_guess=datum.get("guess"),
        datum_evidence=datum.get("evidence", []),
        stays=made.facts.get("stays", []),
        job=None if job is None else job_told(job),
    )  # fmt: skip


def job_told(job: Job) -> JobTold:
    """A job."""
    named = {name: getattr(job, name) for name in ("id", "kind", "state", "done", "total", "message")}
    return JobTold(**named, seconds_left=queue.seconds_left(job))


def row_told(row: ImportRow) -> RowTold:
    """A row."""
    cells = row.cells
    return RowTold(
        row=row.row,
        outcome=row.outcome,
        venue_id=row.venue_id or cells.get("id"),
        settled=row.settled,
        name=cells.get("name"),
        lon=cells.get("lon"),
        lat=cells.get("lat"),
        change=cells["change"] if isinstance(cells.get("change"), dict) else {},
        said=cells.get("say", []),
        candidates=cells.get("match", {}).get("candidates", []),
        remarks=[
            dict(zip(("column", "code", "zh", "en", "level", "letter"), said, strict=True))
            for said in row.remarks["said"]
        ],
    )


FILE_BODY = {
    "requestBody": {
        "required": True,
        "description": f"The file, at most {MOST_BYTES // 2**20} MB: the field `file` of a form, or the body itself.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""The body of an upload, for its OpenAPI description."""
