"""Passwords: refused, kept, compared."""

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords
from app.errors import BadPerson
from staff import PASSWORD, password_hash


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 10"),
        ("x" * 9, "at least 10"),
        ("ab" * 101, "at most 200"),
        ("Wang.Fang.Icbc", "login"),
        ("  wang.fang.icbc ", "login"),
        ("ｗａｎｇ.fang.icbc", "login"),
        ("aaaaaaaaaaaa", "different"),
    ],
)
def test_a_bad_password_is_refused(password: str, why: str) -> None:
    """Too short, too long, the login in whichever writing, one sign over and over."""
    with pytest.raises(BadPerson, match=why):
        passwords.check(password, "wang.fang.icbc")


@pytest.mark.parametrize("password", ["ten signs.", "银行卡受理环境二〇二四年", "abcde" * 40])
def test_a_good_password_is_taken(password: str) -> None:
    """Ten signs are enough, of any script, up to two hundred."""
    passwords.check(password, "wang.fang")


def test_only_a_salted_slow_hash_is_kept() -> None:
    """Argon2id, another one each time, without the password in it."""
    one, other = password_hash(), passwords.hashed(PASSWORD)
    assert one.startswith("$argon2id$")
    assert one != other
    assert PASSWORD not in one
    assert passwords.is_right(one, PASSWORD)
    assert not passwords.is_right(one, PASSWORD + " ")


def test_the_same_password_from_another_keyboard_is_right() -> None:
    """Full-width signs are the signs that they stand for."""
    assert passwords.is_right(passwords.hashed("ｐａｓｓ １２３４５６"), "pass 123456")


def test_nobody_costs_as_much_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A login that nobody has, or without a password, is compared with a hash of the same parameters, and is wrong."""
    compared: list[str] = []
    true = passwords._fits  # noqa: SLF001 - the one place where a password is compared
    monkeypatch.setattr(passwords, "_fits", lambda kept, said: compared.append(kept) or true(kept, said))
    assert not passwords.is_right(None, PASSWORD)
    assert passwords.is_right(password_hash(), PASSWORD)
    nobody, somebody = (kept.rsplit("$", 2)[0] for kept in compared)
    assert nobody == somebody


def test_a_long_password_is_not_hashed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is longer than a password may be is cut before the work, and wrong even if its start is right."""
    said: list[int] = []
    true = passwords._fits  # noqa: SLF001 - the one place where a password is compared
    monkeypatch.setattr(passwords, "_fits", lambda kept, given: said.append(len(given)) or true(kept, given))
    longest = "ab" * 100
    assert not passwords.is_right(passwords.hashed(longest), longest + "x" * 10**6)
    assert said == [passwords.LONGEST]


def test_a_hash_of_weaker_parameters_is_old() -> None:
    """It is right, and is to be made anew."""
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    assert passwords.is_right(weak, PASSWORD)
    assert (passwords.is_old(weak), passwords.is_old(password_hash())) == (True, False)


def test_a_damaged_hash_lets_nobody_in() -> None:
    """It is wrong for every password, and no error."""
    assert not passwords.is_right("damaged", PASSWORD)
