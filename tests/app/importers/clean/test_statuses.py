"""Yes, no, partly, unknown, and what stands in brackets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.clean.statuses import STATUS_OF, WORDS, StatusRead, read_flag, read_status
from app.vocabulary import SCHEMES, Status

CASES = [
    ("是", "yes"), ("有", "yes"), ("√", "yes"), ("支持", "yes"), ("Y", "yes"), ("ＹＥＳ", "yes"), (1, "yes"),
    (True, "yes"),
    (1.0, "yes"), ("否", "no"), ("无", "no"), ("×", "no"), ("不 支 持", "no"), ("N", "no"), (0, "no"), (False, "no"),
    ("拒收（经核实）", "no"), ("部分", "limited"), ("limited", "limited"), ("待核实", "unknown"), ("未知", "unknown"),
    ("unknown", "unknown"), ("受理。", "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "status"), CASES)
def test_a_word_is_a_status(cell: object, status: str) -> None:
    """In either language, as tick or number, of any width."""
    assert read_status(cell) == (StatusRead(status), ())


@given(st.sampled_from(sorted(STATUS_OF)), st.sampled_from(["", " ", "　", "\t", "\u00a0"]))
def test_spaces_of_any_kind_do_not_matter(word: str, space: str) -> None:
    """Nor does case."""
    assert read_status(f"{space}{word.upper()}{space}").value.status == STATUS_OF[word]


def test_no_word_means_two_things() -> None:
    """Each stands under one status."""
    words = [word for many in WORDS.values() for word in many]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("cell", ["可能", "看情况", "是否", "2", "Visa", "10:00", "○", "是/否"])
def test_a_word_that_is_not_known_refuses_the_row(cell: str) -> None:
    """And is not guessed."""
    read = read_status(cell)
    assert read.value is None
    assert [(n.code, n.refuses) for n in read.notes] == [("status_unreadable", True)]


def test_nothing_is_not_unknown() -> None:
    """An empty cell makes no statement; 未知 makes one."""
    assert [read_status(cell).value for cell in (None, "", "/", "-", "—")] == [None] * 5
    assert read_status("未知").value.status == "unknown"


def test_only_some_schemes() -> None:
    """受理(仅Visa) is limited on the whole and yes for Visa, with a remark."""
    for cell in ("受理(仅Visa)", "受理（仅 Visa）", "仅支持Visa", "是（only visa）"):
        read = read_status(cell)
        assert read.value == StatusRead("limited", {"visa": "yes"}), cell
        assert [(n.code, n.refuses) for n in read.notes] == [("status_of_aspects", False)]


def test_named_schemes_without_only() -> None:
    """The whole stays yes."""
    assert read_status("支持（Visa、万事达）").value == StatusRead("yes", {"visa": "yes", "mastercard": "yes"})


@given(st.sampled_from(SCHEMES))
def test_a_refused_scheme_says_nothing_of_the_others(scheme: str) -> None:
    """不受理(Visa) is no for Visa, and no statement on the whole."""
    assert read_status(f"不受理({scheme})").value == StatusRead(None, {scheme: "no"})


def test_a_number_of_terminals() -> None:
    """是(2台) tells of two terminals."""
    assert read_status("是(2台)").value == StatusRead("yes", {}, {"terminals": 2})


def test_a_condition_limits_and_is_kept() -> None:
    """支持(满200元) is limited; 是(前台) stays yes; the words stay as a note."""
    assert read_status("支持(满200元)").value == StatusRead("limited", {}, {"note": "支持(满200元)"})
    read = read_status("是（前台）")
    assert (read.value.status, read.notes[0].refuses) == ("yes", False)


def test_flags() -> None:
    """True, False, or nothing; partly is no answer."""
    assert [read_flag(cell).value for cell in ("是", "0", "未知", None)] == [True, False, None, None]
    assert read_flag("部分").notes[0].refuses
    assert set(STATUS_OF.values()) == set(Status)
