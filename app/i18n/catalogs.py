"""The words of each language, read from the `.po` files when the first page asks for them."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.i18n.languages import LANGUAGES

LOCALE_DIR = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


def po_file(lang: str) -> Path:
    """Where the catalog of a language is kept."""
    return LOCALE_DIR / lang / "LC_MESSAGES" / "messages.po"


@cache
def translations(lang: str) -> NullTranslations:
    """The translations into `lang`; English is the source and needs none.

    Raises:
        KeyError: the language is not offered.
    """
    if lang not in LANGUAGES:
        raise KeyError(lang)
    if lang == SOURCE_LANGUAGE:
        return NullTranslations()
    with po_file(lang).open("rb") as file:
        catalog = read_po(file, locale=lang)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def later(message: str) -> str:
    """The message itself: marks a sentence that is translated where it is shown."""
    return message
