"""The gaps as a collection: of every capability for which there is a distance standard, or of the one asked for."""

from collections.abc import Collection
from functools import partial

from app.catalog.live import Live
from app.coverage.answer import gaps_as_geojson
from app.coverage.kept import Coverages
from app.ogc.asked import Asked
from app.ogc.fields import GAP_FIELDS
from app.ogc.held import Held
from app.ogc.kept import Kept
from app.ogc.page import Extent, Feature, Page
from app.ogc.pushed import words_of
from app.ogc.regions import Regions
from app.vocabulary import CAPABILITIES


class Gaps:
    """Under-served areas of the whole city, in order of id; `capability` says which figures are worked out."""

    name = "gaps"
    titles = ("服务缺口", "Gaps")
    says = (
        "距离标准内没有相应支付服务的区域；certainty=confirmed 表示即使所有未知情况均为可用，缺口仍然存在。",
        "Areas without a payment service within the distance standard (confirmed: even if every unknown were yes).",
    )
    fields = GAP_FIELDS

    def __init__(self, live: Live, coverages: Coverages, regions: Regions) -> None:
        self._live = live
        self._coverages = coverages
        self._regions = regions
        self._held: Kept[Held] = Kept(len(CAPABILITIES))

    def page(self, asked: Asked) -> Page:
        """The gaps asked for."""
        return self._of(self._asked_for(asked)).page(asked)

    def one(self, name: str) -> Feature | None:
        """The gap of an id."""
        return self._of(self._measured()).one(name)

    def extent(self) -> Extent:
        """The city's box."""
        return self._regions.extent()

    def _measured(self) -> list[str]:
        return [c for c in CAPABILITIES if self._coverages.policy.standards_of(c)]

    def _asked_for(self, asked: Asked) -> Collection[str]:
        wanted = set(self._measured())
        for name, words in filter(None, map(words_of, asked.filter.conditions)):
            if name == "capability":
                wanted &= words
        return wanted

    def _of(self, capabilities: Collection[str]) -> Held:
        version = self._live.catalog.version
        parts = [self._held.of((version, c), partial(self._work_out, c)) for c in sorted(capabilities)]
        return Held.of(feature for part in parts for feature in part.features)

    def _work_out(self, capability: str) -> Held:
        found = gaps_as_geojson(self._coverages.of(capability, self._live.settings.city))["features"]
        return Held.of({**feature, "properties": GAP_FIELDS.flat(feature["properties"])} for feature in found)
