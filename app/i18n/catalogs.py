"""The words of each language, read from the `.po` files when the first page asks for them."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.i18n.languages import LANGUAGES

LOCALE_DIR = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


def po_files(lang: str) -> list[Path]:
    """The catalogs of a language: `messages` for the visitor's pages, and one for each room of the staff's."""
    return sorted((LOCALE_DIR / lang / "LC_MESSAGES").glob("*.po"))


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
    whole = Catalog(locale=lang)
    for path in po_files(lang):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang):
                if message.id:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def later(message: str) -> str:
    """The message itself: marks a sentence that is translated where it is shown."""
    return message
