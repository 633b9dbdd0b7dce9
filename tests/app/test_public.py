"""A public deployment in China starts only with what it must have."""

import pytest

from app.errors import StartRefused
from app.public import check_public, foreign_links_allowed
from app.settings import Settings

COMPLETE = {"public_cn": True, "map_approval": "鲁S(2026)001号", "boundaries_approved": True}


def settings(**named: object):
    """Settings that no environment touches."""
    return Settings(_env_file=None, **named)


def test_complete_deployment_may_start():
    """With 审图号 and approved boundaries nothing is refused."""
    check_public(settings(**COMPLETE))


@pytest.mark.parametrize("basemap", ["outline", "tianditu", "amap", "pmtiles"])
def test_domestic_basemaps_may_be_used(basemap: str):
    """Only tiles from abroad are refused."""
    check_public(settings(**COMPLETE, basemap=basemap))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"map_approval": None}, "PAYMAP_MAP_APPROVAL"),
        ({"map_approval": "  "}, "PAYMAP_MAP_APPROVAL"),
        ({"boundaries_approved": False}, "PAYMAP_BOUNDARIES_APPROVED"),
        ({"basemap": "osm"}, "PAYMAP_BASEMAP"),
        ({"demo": True}, "PAYMAP_DEMO"),
        ({"sandbox": True}, "PAYMAP_DEMO"),
    ],
)
def test_each_lack_is_refused_by_name(wrong: dict[str, object], named: str):
    """The message names the setting to mend, and it alone."""
    with pytest.raises(StartRefused, match=named) as refused:
        check_public(settings(**{**COMPLETE, **wrong}))
    assert str(refused.value).count("PAYMAP_") == 2


def test_all_lacks_are_named_at_once():
    """Nobody has to start four times to learn four things."""
    with pytest.raises(StartRefused, match=r"MAP_APPROVAL.*BOUNDARIES_APPROVED.*BASEMAP.*DEMO"):
        check_public(settings(public_cn=True, basemap="osm", demo=True))


def test_private_deployment_is_free():
    """Without the switch nothing is asked, and foreign links may be used."""
    check_public(settings(basemap="osm", demo=True))
    assert foreign_links_allowed(settings())
    assert not foreign_links_allowed(settings(**COMPLETE))
