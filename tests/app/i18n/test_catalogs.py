"""Every sentence of the pages is translated."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import app
from app.i18n.catalogs import LOCALE_DIR, SOURCE_LANGUAGE, translations
from app.i18n.languages import LANGUAGES

APP = Path(app.__file__).parent
PEOPLE = {
    "messages": [("visitor/**.py", "python"), ("templates/*.html", "jinja2")],
}
STAFF = {
    room: [(f"{room}/**.py", "python"), (f"templates/{room}/**.html", "jinja2")]
    for room in ("console", "imports", "ledgers", "locating", "review")
}
STAFF["console"].append(("accounts/**.py", "python"))
CATALOGS = PEOPLE | STAFF
"""Where the sentences of each catalog are said; one that several rooms say may stand in the first of them only."""
STAFF_LANGUAGES = {"en", "zh"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
TRANSLATED = sorted(set(LANGUAGES) - {SOURCE_LANGUAGE})


def sentences(name: str):
    """Every sentence that the files of a catalog mark for translation."""
    options = {pattern: {"trim_blocks": "true", "lstrip_blocks": "true"} for pattern, _ in CATALOGS[name]}
    return {found[2] for found in extract_from_dir(APP, CATALOGS[name], options, KEYWORDS)}


def catalog(lang: str, name: str) -> Catalog:
    """A catalog of a language as it is kept; empty where it has no file."""
    path = LOCALE_DIR / lang / "LC_MESSAGES" / f"{name}.po"
    if not path.is_file():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize("name", CATALOGS)
def test_every_sentence_is_translated(lang: str, name: str):
    """No sentence is left in English, none is marked as doubtful, none is translated that nobody says."""
    if name in STAFF and lang not in STAFF_LANGUAGES:
        return
    kept = {m.id: m for m in catalog(lang, name) if m.id}
    before = list(CATALOGS)[: list(CATALOGS).index(name)]
    said = sentences(name)
    assert said - set().union(*(sentences(other) for other in before)) <= set(kept) <= said
    assert [m.id for m in kept.values() if m.fuzzy or not all(_texts(m.string))] == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize("name", CATALOGS)
def test_placeholders_are_kept(lang: str, name: str):
    """A translation fills in what the sentence fills in."""
    for message in catalog(lang, name):
        wanted = set(re.findall(r"%\((\w+)\)", " ".join(_texts(message.id))))
        for text in _texts(message.string) if message.id else ():
            assert wanted == set(re.findall(r"%\((\w+)\)", text)), message.id


def test_source_language_needs_no_catalog():
    """English says what the code says."""
    assert translations("en").gettext("Places") == "Places"


def test_plural_forms_are_the_languages_own():
    """Chinese has one form for one and for many."""
    words = translations("zh")
    one, many = (words.ngettext("%(num)s place", "%(num)s places", n) for n in (1, 5))
    assert one == many == "%(num)s 个场所"


def test_unknown_language_is_refused():
    """A language that is not offered has no catalog."""
    with pytest.raises(KeyError):
        translations("tlh")


def _texts(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
