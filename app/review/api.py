"""The queue for programs: the same questions and the same decisions, as JSON."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.encoders import jsonable_encoder
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from app.accounts.asking import Db, Staff, Writer
from app.console.api import takes
from app.console.routes import policy_of
from app.console.sent import Body, Number
from app.errors import BadFields, Fault
from app.own_writes import told
from app.parameter import Count, Parameter, Word, documented, names
from app.permissions import Action, require
from app.problems import problems
from app.query import Query
from app.register.changes import latest
from app.review.decisions import Ruling, decided, rule
from app.review.evidence import Evidence, Question, questions
from app.review.preview import Outlook
from app.review.queue import FILTERS, KINDS, Asked, counted, of_kind, waiting
from app.review.routes import claims_of
from app.review.shapes import Decided, Deciding, Queue
from app.review.shown import foretold
from app.vocabulary import CAPABILITIES, CATEGORIES

KIND = Word(name="kind", says="Only questions of this kind.", example="conflict", known=KINDS)
CAPABILITY = Word(name="capability", says="Only of this capability.", example="cash", known=tuple(CAPABILITIES))
CATEGORY = Word(name="category", says="Only at venues of this class.", example="hotel", known=tuple(CATEGORIES))
REGION = Parameter(name="region", says="Only at venues of this county or zone.", example="371502")
INSPECTION = Word(
    name="inspection",
    says="`asked`: only those that an inspection was asked for; `open`: only the others.",
    example="open",
    known=tuple(FILTERS["inspection"]),
)
LIMIT = Count(name="limit", says="How many at most.", example="20", low=1, high=500, usual=100)
OFFSET = Count(name="offset", says="How many to leave out first.", example="0", low=0, high=10**9, usual=0)
TABLE = (KIND, CAPABILITY, CATEGORY, REGION, INSPECTION, LIMIT, OFFSET)
_WHO = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

router = APIRouter(prefix="/api/v1", tags=["staff"])


@router.get(
    "/review",
    summary="List what waits for a decision",
    response_model=Queue,
    responses=problems(HTTPStatus.BAD_REQUEST, *_WHO),
    openapi_extra=documented(TABLE),
)
def review(request: Request, who: Staff, session: Db) -> Response:
    """List the statements of untrusted sources, and the claims that contradict each other, that are yours to decide."""
    require(who.actor, Action.REVIEW)
    query = Query.of(request.query_params.multi_items(), names(TABLE))
    asked = Asked(
        kind=KIND.read(query) or "",
        capability=CAPABILITY.read(query) or "",
        category=CATEGORY.read(query) or "",
        region=query.values.get(REGION.name, ""),
        inspection=INSPECTION.read(query) or "",
    )
    everything = waiting(session, who.actor, policy_of(request), claims_of(request), asked)
    items = of_kind(everything, asked.kind)
    start = OFFSET.read(query)
    shown = items[start : start + LIMIT.read(query)]
    outlook = foretold(session, shown)
    body = {
        "numberMatched": len(items),
        "numberReturned": len(shown),
        "counts": counted(everything),
        "items": [_question(q, outlook[q.item.key]) for q in questions(session, shown)],
    }
    return JSONResponse(jsonable_encoder(body))


@router.post(
    "/observations/{id}/decision",
    summary="Accept or reject a statement",
    status_code=HTTPStatus.CREATED,
    response_model=Decided,
    responses=problems(*_WHO, HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.UNPROCESSABLE_ENTITY),
    openapi_extra=takes(Deciding.model_json_schema()),
)
def decide(
    id: Number,  # noqa: A002 - the name in the address
    request: Request,
    who: Writer,
    session: Db,
    body: Body,
) -> Response:
    """Decide on a statement; what somebody else has decided since you read it is not overruled (412)."""
    said = _deciding(body)
    rule(session, Ruling({id: said.seen}, said.outcome, said.reason), who.actor, policy_of(request))
    session.commit()
    made = decided(session, [id])
    told_of = {
        "observation": id,
        "outcome": said.outcome,
        "reason": said.reason,
        "decision": made.id if made else 0,
        "decided_by": who.actor.name,
    }
    return told(JSONResponse(told_of, HTTPStatus.CREATED), latest(session), request.app.state.settings)


def _deciding(body: Any) -> Deciding:  # noqa: ANN401 - what came
    try:
        return Deciding.model_validate(body)
    except ValidationError as error:
        faults = {".".join(map(str, e["loc"])) or "body": Fault(e["msg"].replace("%", "%%")) for e in error.errors()}
        raise BadFields(faults) from None


def _question(question: Question, outlook: dict[str, Outlook]) -> dict[str, Any]:
    item, venue = question.item, question.venue
    return {
        "key": item.key,
        "kind": item.kind,
        "venue": venue.id,
        "name_zh": venue.name_zh,
        "category": venue.category,
        "region": venue.region,
        "capability": item.capability,
        "since": item.since,
        "inspection": item.asked,
        "newer": [_told(e) for e in question.newer],
        "against": [_told(e) for e in question.against],
        "outlook": {
            way: {"status": o.status, "aspects": {a: s for a, s in o.aspects.items() if a}}
            for way, o in outlook.items()
        },
    }


def _told(evidence: Evidence) -> dict[str, Any]:
    names_ = (n for n in Evidence.__dataclass_fields__ if n != "source_kind")
    return {**{n: getattr(evidence, n) for n in names_}, "source": evidence.source_kind}
