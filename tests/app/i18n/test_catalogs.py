"""Every sentence of the pages is translated."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import app
from app.i18n.catalogs import SOURCE_LANGUAGE, po_file, translations
from app.i18n.languages import LANGUAGES

APP = Path(app.__file__).parent
METHODS = [("visitor/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
TRANSLATED = sorted(set(LANGUAGES) - {SOURCE_LANGUAGE})


def sentences():
    """Every sentence that the pages and their templates mark for translation."""
    options = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    return {found[2] for found in extract_from_dir(APP, METHODS, options, KEYWORDS)}


def catalog(lang: str) -> Catalog:
    """The catalog of a language as it is kept."""
    with po_file(lang).open("rb") as file:
        return read_po(file, locale=lang)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_sentence_is_translated(lang: str):
    """No sentence is left in English, none is marked as doubtful, none is translated that nobody says."""
    kept = {m.id: m for m in catalog(lang) if m.id}
    assert sentences() == set(kept)
    assert [m.id for m in kept.values() if m.fuzzy or not all(_texts(m.string))] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_placeholders_are_kept(lang: str):
    """A translation fills in what the sentence fills in."""
    for message in catalog(lang):
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
