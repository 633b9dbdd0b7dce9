"""What a page was asked for. Pages are forgiving: what cannot be read counts as not asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

from app.vocabulary import CAPABILITIES, CATEGORIES, SCENES, Status

ROWS = 20
MOST_ROWS = 500
LONGEST_SEARCH = 80

SCENE_KEYS = frozenset(scene.key for scene in SCENES)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the list; None means all."""

    q: str | None = None
    capability: str | None = None
    scene: str | None = None
    category: str | None = None
    region: str | None = None
    status: str | None = None
    limit: int = ROWS

    @property
    def anything(self) -> bool:
        """Whether the list is narrowed at all."""
        return self.filters() != {}

    def filters(self) -> dict[str, str]:
        """The filters that are set, as query parameters."""
        named = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "limit"}
        return {name: value for name, value in named.items() if value is not None}

    def but(self, **changed: str | None) -> "Asked":
        """The same question with some filters changed, from the top of the list again."""
        changes = {"limit": ROWS, **changed}
        if changed.get("scene"):
            changes.setdefault("category", None)
        if "capability" in changed and not changed["capability"]:
            changes.setdefault("status", None)
        return replace(self, **changes)  # type: ignore[arg-type]  # the names are Asked's own


def asked(query: Mapping[str, str], regions: Collection[str]) -> Asked:
    """The question in a page's query string.

    Args:
        query: as it came; unknown names are ignored.
        regions: the adcodes that the city has.
    """
    capability = _known(query.get("capability"), CAPABILITIES)
    return Asked(
        q=_search(query.get("q", "")),
        capability=capability,
        scene=_known(query.get("scene"), SCENE_KEYS),
        category=_known(query.get("category"), CATEGORIES),
        region=_known(query.get("region"), regions),
        status=_known(query.get("status"), tuple(Status)) if capability else None,
        limit=_rows(query.get("limit", "")),
    )


def _known(word: str | None, words: Collection[str]) -> str | None:
    return word if word is not None and word in words else None


def _search(text: str) -> str | None:
    plain = "".join(c for c in text if c.isprintable())
    return " ".join(plain.split())[:LONGEST_SEARCH] or None


def _rows(text: str) -> int:
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else ROWS
    return min(max(wanted, ROWS), MOST_ROWS)
