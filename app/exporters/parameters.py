"""What a file can be asked for: the filters of the venues, and the language of its headings."""

from app.parameter import LANG as OF_VENUES
from app.parameter import Word
from app.query import LANGUAGES
from app.venues.parameters import BBOX, FILTERS, UPDATED_SINCE

LANG = Word(
    name=OF_VENUES.name,
    says="Language of the headings, and in sheets of the words. Sheets (csv, xlsx) are Chinese unless another is asked"
    " for; the others have English names, and the register's own words in either language.",
    example="en",
    known=LANGUAGES,
)
TABLE = (BBOX, *(LANG if p is OF_VENUES else p for p in FILTERS), UPDATED_SINCE)
