"""Opening hours as signs say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from app.importers.clean.hours import is_osm, read_hours

TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("08:30-17:30", "08:30-17:30"), ("8:30—17:30", "08:30-17:30"), ("８：３０至１７：３０", "08:30-17:30"),
        ("早8点至晚6点", "08:00-18:00"), ("早上8点半到晚上9点", "08:30-21:00"), ("上午9点-下午5点半", "09:00-17:30"),
        ("周一至周五9:00—17:00", "Mo-Fr 09:00-17:00"), ("星期一到星期五 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("周一至周五9:00-17:00，周末10:00-16:00", "Mo-Fr 09:00-17:00; Sa-Su 10:00-16:00"),
        ("周一至周日 8:00-22:00", "08:00-22:00"), ("每天10:00-22:00", "10:00-22:00"),
        ("工作日8:30-17:00", "Mo-Fr 08:30-17:00"),
        ("11:00-14:00，17:00-21:00", "11:00-14:00,17:00-21:00"),
        ("周二至周日9:00-17:00；周一闭馆", "Tu-Su 09:00-17:00; Mo off"),
        ("24小时", "24/7"), ("全天", "24/7"), ("24小时营业", "24/7"), ("全天/24小时", "24/7"),
        ("Mo-Fr 08:00-18:00; PH off", "Mo-Fr 08:00-18:00; PH off"), ("24/7", "24/7"), ("17:00-02:00", "17:00-02:00"),
        ("08:00-24:00", "08:00-24:00"),
    ],
)  # fmt: skip
def test_hours_become_what_osm_writes(cell: str, hours: str) -> None:
    """Where they are sure to mean one thing; what OSM understands already stays as it is."""
    assert read_hours(cell) == (hours, ())


@given(TIMES, TIMES)
def test_every_span_of_a_day_is_read(start: tuple[int, int], end: tuple[int, int]) -> None:
    """With Chinese words for hour and minute, and what comes out parses."""
    if start == end:
        return
    wanted = f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"
    assert read_hours(f"{start[0]}：{start[1]:02}至{end[0]}：{end[1]:02}").value == wanted
    assert OpeningHours(wanted)


@pytest.mark.parametrize(
    "cell",
    [
        "日出到日落",
        "看店主心情",
        "9-5",
        "周一至周五",
        "25:00-26:00",
        "上午营业",
        "9:00开门",
        "8点",
        "全年",
        "17:00-次日2:00",
    ],
)
def test_what_is_not_sure_is_kept_as_text_with_a_remark(cell: str) -> None:
    """9-5 may end in the afternoon or at night."""
    read = read_hours(cell)
    assert (read.value, [(n.code, n.refuses) for n in read.notes]) == (cell, [("hours_kept_as_text", False)])


def test_a_comment_is_no_hours() -> None:
    """Nor is a word that OSM would accept without any time."""
    assert not is_osm("off")
    assert not is_osm("每天")
    assert read_hours("x" * 401).notes[0].refuses
    assert read_hours(None) == (None, ())
