"""The policy of a city: every number with the place where it stands."""

from pathlib import Path

import pytest

from app.errors import BadFile
from app.policy import Policy, policy_of, read_policy
from app.settings import Settings
from app.vocabulary import CAPABILITIES, CATEGORIES

DOCUMENT = '[document]\ndate = 2024-07-03\n[[class_lead]]\nlead = "W"\ncategory = ["hotel"]\n'


def test_liaocheng_has_a_lead_for_every_class_and_capability() -> None:
    """No venue and no ground is without a department."""
    policy = read_policy(Settings(_env_file=None))
    assert set(policy.class_lead) == set(CATEGORIES)
    assert set(policy.area_lead) == set(CAPABILITIES)


def test_the_usual_standard_comes_first() -> None:
    """The figures and gaps of a capability are measured against its usual standard."""
    standards = read_policy(Settings(_env_file=None)).standards_of("foreign_card")
    assert [s.usual for s in standards] == [True, False, False]
    assert standards[0].metres == 5000


def test_a_city_without_a_folder_has_no_policy() -> None:
    """Nothing is borrowed from another city."""
    assert read_policy(Settings(city="370100", _env_file=None)) == Policy()


@pytest.mark.parametrize("missing", ["clause", "document", "date"])
def test_an_entry_that_says_not_where_it_stands_is_refused(tmp_path: Path, missing: str) -> None:
    """The message names the file, the entry and what is missing."""
    cited = {"clause": '"二"', "document": '"notice"', "date": "2024-07-03"}
    lines = "".join(f"{name} = {value}\n" for name, value in cited.items() if name != missing)
    (tmp_path / "policy.toml").write_text(DOCUMENT + lines, "utf-8")
    with pytest.raises(BadFile, match=rf"policy.toml: class_lead 1: {missing} missing"):
        policy_of(tmp_path / "policy.toml")
