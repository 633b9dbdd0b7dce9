"""Text in a CSV file that a spreadsheet would otherwise take for a formula; and the same text again.

A leading apostrophe keeps a spreadsheet from reckoning. One is added before every text that would be reckoned once its
apostrophes are gone, and one taken from every text that can only have come by it: so each text comes back as it was.
"""

import re

FORMULA = "=+-@\t\r\n＝＋－＠"  # noqa: RUF100, RUF001 - spreadsheets reckon with the wide ones, too
_RECKONED = re.compile(f"'*[{re.escape(FORMULA)}]")
_GUARDED = re.compile(f"'+[{re.escape(FORMULA)}]")


def guarded(text: str) -> str:
    """A text that no spreadsheet reckons.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("酒店")
    ("'=1+1", "''=1+1", '酒店')
    """
    return f"'{text}" if _RECKONED.match(text) else text


def bare(text: str) -> str:
    """What `guarded` was given.

    >>> bare("'=1+1"), bare("=1+1"), bare("'tis")
    ('=1+1', '=1+1', "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text
