"""What a feature tells of a venue, and what stays inside."""

import pytest

from app.catalog.feature import public_phone


@pytest.mark.parametrize(
    "written",
    ["0635-8412418", "(0635)8239155", "400-100-1234", "95588", "12345", "+86 635 8412418", "010-12345678 转 13"],
)
def test_the_number_of_a_desk_is_public(written: str) -> None:
    """Landlines, 400 and short numbers stand as they were written."""
    assert public_phone(written) == written


@pytest.mark.parametrize(
    "written",
    ["13806350000", "138-0635-0000", "138 063 50000", "+86 13806350000", "008613806350000", "013806350000",
     "张三 19912345678", "13806350000转8", "", None],
)  # fmt: skip
def test_a_mobile_number_stays_inside(written: str | None) -> None:
    """However it is written."""
    assert public_phone(written) is None


def test_a_desk_is_told_without_the_person_beside_it() -> None:
    """Of several numbers, those of desks are left."""
    assert public_phone("0635-8412418/13806350000；0635-8412419") == "0635-8412418; 0635-8412419"
