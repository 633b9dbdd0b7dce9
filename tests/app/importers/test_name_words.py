"""The lists of words are read with their kinds, and a city adds its own places and banks."""

import shutil
from pathlib import Path

import pytest

from app.errors import BadFile
from app.importers.name_words import name_words
from app.settings import ROOT
from app.vocabulary import CATEGORIES

DATA = ROOT / "data"


def test_places_lose_their_level_but_for_one_character() -> None:
    """聊城市 is found as 聊城 too; of 莘县 nothing is taken; provinces come from the list."""
    assert {"聊城", "东昌府", "莘县", "山东"} <= name_words(DATA, ("聊城市", "东昌府区", "莘县")).places


def test_a_bank_of_the_city_is_a_brand_without_its_place() -> None:
    """聊城农村商业银行 is 农村商业银行 in 聊城; 润昌农村商业银行 is called 润昌农商行; 北京银行 stays whole."""
    words = name_words(DATA, ("聊城市",), ("聊城农村商业银行", "山东聊城润昌农村商业银行", "北京银行"))
    assert {"农村商业银行", "润昌农村商业银行", "北京银行"} <= words.brands
    assert words.short["润昌农商行"] == "润昌农村商业银行"
    assert "" not in words.brands


def test_characters_that_sound_alike_are_taken_for_each_other() -> None:
    """Also with z for zh and n for ng; and such that look alike."""
    taken_for = name_words(DATA, ()).taken_for
    assert taken_for("河") & taken_for("荷")
    assert taken_for("明") & taken_for("民")
    assert taken_for("己") & taken_for("已")
    assert not taken_for("河") & taken_for("山")


def test_categories_in_the_lists_are_categories() -> None:
    """What stands apart is a category of the register, and each trade that does is one too."""
    words = name_words(DATA, ())
    assert words.apart <= set(CATEGORIES)
    assert words.apart <= set(words.trades.values())


@pytest.mark.parametrize("name", ["words", "short", "chains", "sounds", "shapes"])
def test_each_list_gives_the_source_of_each_row(name: str) -> None:
    """No row without a source, and no word twice."""
    lines = (DATA / "names" / f"{name}.csv").read_text("utf-8").splitlines()
    assert lines[0].endswith(",source")
    assert all(line.rpartition(",")[2].strip() for line in lines)
    assert len(set(lines)) == len(lines)


def test_a_kind_that_is_not_known_is_refused(tmp_path: Path) -> None:
    """The message names file, row and kind."""
    shutil.copytree(DATA / "names", tmp_path / "names")
    with (tmp_path / "names" / "words.csv").open("a", encoding="utf-8") as lists:
        lists.write("colour,红,,general knowledge\n")
    with pytest.raises(BadFile, match=r"words.csv row \d+: kind: 'colour' is not one of"):
        name_words(tmp_path, ())
