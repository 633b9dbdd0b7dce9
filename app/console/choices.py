"""The words that a venue's attributes may have where there is a choice, with their names."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tables import Institution, Region
from app.vocabulary import CATEGORIES

Named = Mapping[str, tuple[str, str]]
"""Chinese and English name by key."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Counties (and the city, where the county is not known), zones, institutions; classes of the vocabulary."""

    region: Named
    zone: Named
    institution: Named

    @property
    def allowed(self) -> dict[str, Named]:
        """By attribute, what may be chosen."""
        return {"region": self.region, "zone": self.zone, "institution": self.institution}

    def institution_names(self, lang: str) -> dict[str, str]:
        """What institutions are called in a language, by code."""
        return dict(self.pairs("institution", lang))

    def region_names(self, lang: str) -> dict[str, str]:
        """What counties and zones are called in a language, by adcode."""
        return dict(self.pairs("region", lang) + self.pairs("zone", lang))

    def pairs(self, name: str, lang: str) -> list[tuple[str, str]]:
        """Key and name in a language, in order."""
        if name == "category":
            return [(c.key, c.zh if lang == "zh" else c.en) for c in CATEGORIES.values()]
        return [(key, zh if lang == "zh" else en or zh) for key, (zh, en) in self.allowed[name].items()]


def choices(session: Session) -> Choices:
    """What may be chosen in this register."""
    regions = session.execute(
        select(Region.adcode, Region.level, Region.name_zh, Region.name_en).order_by(Region.adcode)
    ).all()
    institutions = session.execute(
        select(Institution.code, Institution.name_zh, Institution.name_en).order_by(Institution.kind, Institution.code)
    ).all()
    return Choices(
        region={code: (zh, en) for code, level, zh, en in regions if level != "zone"},
        zone={code: (zh, en) for code, level, zh, en in regions if level == "zone"},
        institution={code: (zh, en) for code, zh, en in institutions},
    )
