"""What a staff page says when it cannot be shown, or when what was sent was not written."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from app.accounts.asking import asker
from app.console.pages import staff_page
from app.errors import NotAllowed, NotFound, NotTrusted, Overtaken, PaymapError, TooLarge
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message

BELOW = "/console"
SAYS: tuple[tuple[type[PaymapError], str], ...] = (
    (NotAllowed, N_("Your role does not allow this. Nothing was changed; the refusal is in the trail.")),
    (NotTrusted, N_("This was not written: the page is too old, or was not opened here. Load it again, then send it.")),
    (NotFound, N_("There is nothing at this address, or not any more.")),
    (Overtaken, N_("Somebody else has changed this meanwhile. Nothing was written: load the page again.")),
    (TooLarge, N_("This is more than is taken in at once.")),
)
NO_SENTENCE = N_("This cannot be done now.")


def refusal(request: Request, error: PaymapError, status: HTTPStatus) -> Response:
    """A staff page with the sentence of the error and its own words."""
    sentence = next((words for kind, words in SAYS if isinstance(error, kind)), NO_SENTENCE)
    context = {"sentence": sentence, "detail": str(error)}
    return staff_page(request, asker(request), "console/refusal.html", context, status)
