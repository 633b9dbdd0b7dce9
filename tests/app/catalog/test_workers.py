"""Several workers over one register: one moment at a time, one base between them, nothing lost."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.catalog import build, layout
from app.catalog import live as live_module
from app.db import make_engine, make_sessions, reading
from app.register.changes import latest
from app.register.statements import record
from app.settings import Settings
from app.tables import Register
from catalog_worker import Maker, Worker
from random_register import TODAY
from small_register import fill, seen, venue_id


def say(engine: Engine, status: str, letters: str = "abcd") -> None:
    """Somebody finds in one go that these venues take cash, or do not."""
    with make_sessions(engine).begin() as session:
        record(session, [seen(letter, "cash", status, str(TODAY)) for letter in letters], SYSTEM)


def statuses(view: Worker) -> set[str]:
    """The statuses of cash that the worker gives for the four venues."""
    features = [json.loads(view.catalog.one(venue_id(letter)) or b"") for letter in "abcd"]
    return {f["properties"]["capabilities"].get("cash", {}).get("status", "unknown") for f in features}


def after_first(engine: Engine, words: str, write: Callable[[], None]) -> None:
    """Have somebody write when the first query with these words has been answered."""
    done: list[bool] = []

    @event.listens_for(engine, "after_cursor_execute")
    def _then(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if words in statement and not done:
            done.append(True)
            write()


def waits_for(what: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true in time."""
    end = monotonic() + seconds
    while monotonic() < end:
        if what():
            return True
        sleep(0.02)
    return what()


def bases(view: Worker) -> set[str]:
    """What lies in the folder that workers share."""
    return {path.name for path in (view.settings.var_dir / "catalog").iterdir() if path.is_dir()}


def test_a_session_for_reading_sees_one_moment(register: Engine) -> None:
    """What is committed while a session reads is not in its later answers, only in those of the next one."""
    fill(register)
    other = make_engine(register.url.render_as_string(hide_password=False))
    with reading(make_sessions(register)) as session:
        before = latest(session)
        say(other, "yes")
        assert latest(session) == before
    with reading(make_sessions(register)) as session:
        assert latest(session) == before + 1
    other.dispose()


@pytest.mark.parametrize("words", ["change_counter", "FROM venue", "capability_summary"])
def test_a_base_holds_the_change_it_is_named_for(register: Engine, worker: Maker, words: str) -> None:
    """A write that comes in the middle of the building is not in the base, and is followed next."""
    fill(register)
    say(register, "yes")
    other = make_engine(register.url.render_as_string(hide_password=False))
    after_first(register, words, lambda: say(other, "no"))
    view = worker(register)
    assert (view.catalog.change, statuses(view)) == (1, {"yes"})
    view.refresh()
    assert (view.catalog.change, statuses(view)) == (2, {"no"})
    other.dispose()


@pytest.mark.parametrize("words", ["change_counter", "FROM venue", "capability_summary"])
def test_a_delta_holds_the_change_it_is_named_for(register: Engine, worker: Maker, words: str) -> None:
    """A write that comes while a worker follows is seen whole or not at all."""
    fill(register)
    view = worker(register)
    say(register, "yes")
    other = make_engine(register.url.render_as_string(hide_password=False))
    after_first(register, words, lambda: say(other, "no"))
    view.refresh()
    assert (view.catalog.change, statuses(view)) == (1, {"yes"})
    other.dispose()


def test_readers_never_see_half_a_write(register: Engine, worker: Maker) -> None:
    """While somebody writes four venues at a time, no worker ever gives them different answers."""
    fill(register)
    other, stop = make_engine(register.url.render_as_string(hide_password=False)), Event()

    def write() -> None:
        while not stop.is_set():
            say(other, "yes")
            say(other, "no")

    writer = Thread(target=write)
    view = worker(register)
    writer.start()
    try:
        for number in range(8):
            view.refresh()
            torn = {frozenset(statuses(view)), frozenset(statuses(worker(register, f"fresh-{number}")))}
            assert torn <= {frozenset({s}) for s in ("unknown", "yes", "no")}
    finally:
        stop.set()
        writer.join()
        other.dispose()


def test_one_worker_builds_and_all_read(register: Engine, worker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that start together share one base on the disk, which one of them made."""
    fill(register)
    made: list[Path] = []
    build_base = live_module.on_disk
    monkeypatch.setattr(live_module, "on_disk", lambda *a: (made.append(a[2]), sleep(0.2), build_base(*a)))
    views: list[Worker] = []
    starting = [Thread(target=lambda: views.append(worker(register))) for _ in range(3)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert len(made) == 1
    assert bases(views[0]) == {made[0].name}
    assert [view.catalog.count for view in views] == [4, 4, 4]


def test_every_worker_sees_a_write_by_itself(register: Engine, worker: Maker) -> None:
    """Workers that follow answer with a write of another soon; by the usual setting they ask twice a second."""
    fill(register)
    views = [worker(register, poll_seconds=0.05), worker(register, poll_seconds=0.05)]
    for view in views:
        view.follow()
    say(register, "limited")
    assert waits_for(lambda: all(statuses(view) == {"limited"} for view in views), 5.0)
    assert Settings(_env_file=None).poll_seconds <= 0.5


def test_one_s_own_write_is_seen_at_once(register: Engine, worker: Maker) -> None:
    """A request that knows the number of its change brings the worker to it; one already there asks nobody."""
    fill(register)
    view = worker(register)
    say(register, "yes")
    view.refresh(at_least=1)
    assert statuses(view) == {"yes"}
    say(register, "no")
    view.refresh(at_least=1)
    assert statuses(view) == {"yes"}


def test_a_rebuild_loses_no_later_change(register: Engine, worker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written while a large delta is folded into a new base is in what the worker then gives."""
    fill(register)
    view = worker(register)
    monkeypatch.setattr(live_module, "FOLD_ABOVE", 3)
    build_base, written = live_module.on_disk, Event()

    def slowly(*named: object) -> None:
        build_base(*named)
        written.wait(5)

    monkeypatch.setattr(live_module, "on_disk", slowly)
    say(register, "yes")
    view.refresh()
    say(register, "no", "b")
    view.refresh()
    written.set()
    assert waits_for(lambda: view.catalog.base.columns.facts["change"] == 1, 5)
    assert view.catalog.change == 2
    assert statuses(view) == {"yes", "no"}
    assert view.catalog.delta is not None
    assert len(view.catalog.delta.columns) == 1


def test_bases_do_not_pile_up(register: Engine, worker: Maker) -> None:
    """The newest two stay; a worker on an older one reads on; what a killed worker left half written goes."""
    fill(register)
    first = worker(register)
    folder = first.settings.var_dir / "catalog"
    (folder / ".half-written").mkdir()
    for status in ("yes", "no", "limited"):
        say(register, status)
        sleep(0.01)  # so that the folders' times differ
        newest = worker(register)
    assert len(bases(newest)) == 2
    assert ".half-written" not in bases(newest)
    assert json.loads(first.catalog.one(venue_id("a")) or b"")["id"] == venue_id("a")


@pytest.mark.parametrize("name", ["facts.json", "blob.bin", "search.bin", "lon.npy", "key.npy"])
@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_broken_base_is_built_anew(sqlite_register: Engine, worker: Maker, name: str, harm: str) -> None:
    """A base of which a file is missing or cut short, as after a crash, is not read."""
    fill(sqlite_register)
    view = worker(sqlite_register)
    (base,) = (path for path in (view.settings.var_dir / "catalog").iterdir() if path.is_dir())
    broken = base / name
    content = broken.read_bytes()
    broken.unlink()
    if harm == "cut":
        broken.write_bytes(content[:-1])
    again = worker(sqlite_register)
    assert [again.catalog.one(venue_id(x)) for x in "abcd"] == [view.catalog.one(venue_id(x)) for x in "abcd"]
    assert broken.read_bytes() == content


def test_a_build_that_fails_leaves_nothing(
    sqlite_register: Engine, worker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk while building is an error, and the folder is as it was."""
    fill(sqlite_register)
    view = worker(sqlite_register)
    before = bases(view)

    def full(*_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build.layout, "write", full)
    say(sqlite_register, "yes")
    with pytest.raises(OSError, match="No space"):
        worker(sqlite_register)
    assert bases(view) == before


def test_another_setting_makes_another_base(sqlite_register: Engine, worker: Maker) -> None:
    """A base made under another age of `stale`, or by another format, is not taken for one's own."""
    fill(sqlite_register)
    say(sqlite_register, "yes")
    short = worker(sqlite_register, stale_after_days=365)
    day = TODAY + timedelta(30)
    strict = worker(sqlite_register, day=day, stale_after_days=10)
    loose = worker(sqlite_register, day=day, stale_after_days=365)
    assert b'"stale":false' in (short.catalog.one(venue_id("a")) or b"")
    assert b'"stale":true' in (strict.catalog.one(venue_id("a")) or b"")
    assert b'"stale":false' in (loose.catalog.one(venue_id("a")) or b"")


def test_a_restored_register_is_not_mistaken_for_the_one_before(sqlite_register: Engine, worker: Maker) -> None:
    """When the register goes back to an older change, or becomes another one, the worker starts over."""
    fill(sqlite_register)
    say(sqlite_register, "yes")
    path = Path(sqlite_register.url.database or "")
    with sqlite_register.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    saved = shutil.copy(path, path.with_suffix(".saved"))
    say(sqlite_register, "no")
    view = worker(sqlite_register)
    sqlite_register.dispose()
    shutil.copy(saved, path)
    view.refresh()
    assert (view.catalog.change, statuses(view)) == (1, {"yes"})
    with Session(sqlite_register) as session:
        session.get_one(Register, 1).instance = "1" * 36
        session.commit()
    say(sqlite_register, "limited")
    view.refresh()
    assert view.catalog.instance == "1" * 36
    assert view.catalog.delta is None


def test_what_lies_elsewhere_is_not_read(tmp_path: Path) -> None:
    """A folder that is no base reads as none."""
    assert layout.read(tmp_path) is None
