"""Drawing a page: one Jinja environment per language, and what every page knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from gettext import NullTranslations
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import State
from starlette.responses import HTMLResponse

from app.errors import DatabaseUnavailable
from app.i18n.catalogs import translations
from app.i18n.languages import LANGUAGES, LOCALES, negotiated
from app.public import foreign_links_allowed
from app.settings import Settings
from app.static import link
from app.visitor import listing
from app.visitor.city import City, city
from app.visitor.listing import Source
from app.visitor.script import isolated, number, term

NOTHING: Mapping[str, object] = MappingProxyType({})
TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page: in which language, of which register, under which prefix."""

    request: Request
    root: str
    lang: str
    lang_in_url: bool
    settings: Settings
    register: Source
    city: City
    places: dict[str, tuple[str, str]]

    @property
    def words(self) -> NullTranslations:
        """The translations into the visit's language."""
        return translations(self.lang)

    @property
    def counties(self) -> list[str]:
        """The adcodes of the city's counties."""
        return [code for code in self.places if code != self.settings.city]

    def href(self, path: str, **query: str | None) -> str:
        """A link inside this instance that stays in the visit's language."""
        asked = {name: value for name, value in query.items() if value}
        if self.lang_in_url and "lang" not in asked:
            asked["lang"] = self.lang
        return f"{self.root}{path}" + (f"?{urlencode(asked)}" if asked else "")

    def place(self, adcode: str) -> str:
        """A county's or the city's name in the visit's language; the code where it has no name."""
        zh, en = self.places.get(adcode, (adcode, adcode))
        return zh if self.lang == "zh" else en or zh


def visit(request: Request) -> Visit:
    """What is known about a request before its page is drawn."""
    settings: Settings = request.app.state.settings
    register: Source = request.app.state.register
    named = names(request.app.state, register)
    asked = request.query_params.get("lang")
    lang = negotiated(asked, request.headers.get("accept-language"))
    return Visit(
        request=request,
        root=request.scope.get("root_path", "").rstrip("/"),
        lang=lang,
        lang_in_url=asked == lang,
        settings=settings,
        register=register,
        city=city(settings, named.get(settings.city, (settings.city, settings.city))),
        places=named,
    )


def names(state: State, register: Source) -> dict[str, tuple[str, str]]:
    """The names of the city and its counties; those of the version before while the database is away."""
    version = register.catalog.version
    known, named = getattr(state, "visitor_places", (None, {}))
    if known == version:
        return named
    try:
        named = listing.places(register)
    except DatabaseUnavailable:
        if not named:
            raise
        return named
    state.visitor_places = (version, named)
    return named


def page(
    here: Visit, template: str, context: Mapping[str, object] = NOTHING, status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """A drawn page."""
    known = {
        "visit": here,
        "settings": here.settings,
        "href": here.href,
        "asset": partial(link, settings=here.settings),
        "languages": _language_links(here),
        "foreign_links": foreign_links_allowed(here.settings),
    }
    text = environment(here.lang).get_template(template).render(known, **context)
    return HTMLResponse(text, status, kept(here))


def kept(here: Visit) -> dict[str, str]:
    """What a cache must know about any page: to ask each time, and that it comes in several languages."""
    return {"cache-control": "no-cache", "vary": "Accept-Language", "content-language": LOCALES[here.lang]}


@cache
def environment(lang: str) -> Environment:
    """Jinja with escaping on, undefined names forbidden, and the words of one language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = translations(lang)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        lang=lang,
        locale=LOCALES[lang],
        isolated=partial(isolated, lang=lang),
        number=partial(number, lang=lang),
        term=term,
    )
    return made


def _language_links(here: Visit) -> list[tuple[str, str, str, str]]:
    """Code, `lang` attribute, name and link of each language, on the page being read."""
    path = here.request.scope["path"].removeprefix(here.root)
    kept = [(k, v) for k, v in here.request.query_params.multi_items() if k != "lang"]
    return [
        (code, LOCALES[code], name, f"{here.root}{path}?{urlencode([*kept, ('lang', code)])}")
        for code, name in LANGUAGES.items()
    ]
