"""What was refused to somebody leaves a line, though the request that was refused is undone."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from app.accounts.asking import ASKED, Asker
from app.accounts.trail import note
from app.errors import NotAllowed, NotTrusted

log = logging.getLogger("paymap")


def record(request: Request, error: NotAllowed | NotTrusted) -> None:
    """Leave a line in a transaction of its own; where that fails, the refusal stands all the same.

    Of nobody there is none: anybody could fill the trail with them.
    """
    who: Asker | None = request.scope.get("state", {}).get(ASKED)
    if who is None:
        return
    action, subject = (error.action, error.subject) if isinstance(error, NotAllowed) else ("write", "")
    facts = {"method": request.method, "path": request.scope["path"][:200]}
    if isinstance(error, NotTrusted):
        facts["why"] = str(error)
    try:
        with request.app.state.sessions.begin() as session:
            note(session, who.actor, action, "refused", subject, **facts)
    except SQLAlchemyError as failed:
        log.warning("a refusal could not be recorded: %s", type(failed).__name__)
