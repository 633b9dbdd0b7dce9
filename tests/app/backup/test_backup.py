"""A backup holds the register row for row, on either database and from one to the other."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import shapely
from sqlalchemy import Engine, func, insert, inspect, select
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.backup import restore, save
from app.backup.cells import asked, kind_of
from app.db import check_schema, make_engine, make_sessions, migrate, reading, revision_of
from app.errors import BadFile, PaymapError, SchemaMismatch, StartRefused
from app.register.changes import latest
from app.register.statements import Statement, record
from app.tables import Account, Attachment, Base, Case, Institution, Observation, Region, Register, Venue
from random_register import RandomRegister

Rows = dict[str, list[tuple[Any, ...]]]
DERIVED_KEY = "instance"


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A register made by chance, with something in it of every kind that a column holds."""
    made = make_engine(migrated_url)
    register = RandomRegister(made, 7)
    register.fill(20)
    for _ in range(12):
        register.write()
    with make_sessions(made).begin() as session:
        _add_one_of_each(session, register.ids)
    yield made
    made.dispose()


def _add_one_of_each(session: Session, ids: list[str]) -> None:
    """Bytes, areas, null objects and empty ones, a whole that comes after its part, moments with microseconds."""
    session.add(
        Institution(code="icbc", kind="bank", name_zh="工商银行", contact={"电话": "0635", "n": 1.5}, source="-")
    )
    session.add(Account(login="li", role="admin", created_at=datetime.now(UTC)))
    content = bytes(range(256)) * 9
    session.add(Attachment(subject="venue", subject_id=ids[0], media_type="image/png", sha256="0" * 64, content=content,
                           recorded_by="-"))  # fmt: skip
    box = shapely.box(115.9, 36.4, 116.0, 36.5)
    session.add(
        Case(kind="gap", state="open", title='a "title"\n二', area=box, due_on=date(2027, 1, 1), created_by="-")
    )
    part, whole = sorted(ids)[:2]
    session.get_one(Venue, part).part_of = whole
    session.get_one(Venue, whole).area = box


def rows_of(engine: Engine) -> Rows:
    """Every row of every table, objects as the text that they are kept as, geometries as WKB."""
    with reading(make_sessions(engine)) as session:
        found = {}
        for table in Base.metadata.sorted_tables:
            columns = [asked(column, kind_of(column.type)) for column in table.c if column.name != DERIVED_KEY]
            found[table.name] = sorted(map(tuple, session.execute(select(*columns))), key=repr)
        return found


Fresh = Callable[..., Engine]


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """A function that gives an empty database of a kind; with `bare`, one without a schema."""
    made: list[Engine] = []

    def give(kind: str, *, bare: bool = False) -> Engine:
        if kind == "sqlite":
            file = tmp_path / f"restored{len(made)}.sqlite"
            url = f"sqlite:///{file if bare else shutil.copy(request.getfixturevalue('migrated_sqlite'), file)}"
        else:
            cluster = request.getfixturevalue("postgis")
            url = cluster.fresh() if bare else cluster.fresh(request.getfixturevalue("migrated_template"))
        made.append(make_engine(url))
        return made[-1]

    yield give
    for engine in made:
        engine.dispose()
        if engine.dialect.name == "postgresql":
            request.getfixturevalue("postgis").drop(engine.url.render_as_string(hide_password=False))


def silent(_done: int, _total: int) -> None:
    """No progress is told."""


@pytest.mark.parametrize("kind", ["sqlite", "postgis"])
def test_the_restored_register_is_the_same(engine: Engine, fresh: Fresh, tmp_path: Path, kind: str) -> None:
    """Row for row, on both databases and across them; only the instance is another."""
    path = tmp_path / "backup.zip"
    told: list[tuple[int, int]] = []
    count = save(engine, path, lambda done, total: told.append((done, total)))
    other = fresh(kind)
    assert restore(other, path, silent) == count == sum(map(len, rows_of(engine).values()))
    assert rows_of(other) == rows_of(engine)
    assert told[-1] == (count, count)
    instances = [Session(e).get_one(Register, 1).instance for e in (engine, other)]
    assert len(set(instances)) == 2
    check_schema(other)


@pytest.mark.parametrize("kind", ["sqlite", "postgis"])
def test_writing_goes_on_after_it(engine: Engine, fresh: Fresh, tmp_path: Path, kind: str) -> None:
    """New rows get numbers of their own, and new changes numbers after those of the old register."""
    save(engine, tmp_path / "backup.zip", silent)
    other = fresh(kind)
    restore(other, tmp_path / "backup.zip", silent)
    with make_sessions(other).begin() as session:
        before, newest = latest(session), session.scalar(select(func.max(Observation.id)))
        venue = session.scalars(select(Venue.id)).first()
        said = Statement(venue, "cash", "yes", date(2026, 11, 1), "inspection", "-")
        assert record(session, [said], SYSTEM) == [newest + 1]
        assert latest(session) == before + 1


def test_others_write_meanwhile(engine: Engine, fresh: Fresh, tmp_path: Path) -> None:
    """The backup is of the moment at which it was begun, however much is written before it is done."""
    before = rows_of(engine)
    others = RandomRegister(engine, 8, ids=[row[0] for row in before["venue"]])

    def tell(_done: int, _total: int) -> None:
        others.write()

    save(engine, tmp_path / "backup.zip", tell)
    assert rows_of(engine) != before
    other = fresh("sqlite")
    restore(other, tmp_path / "backup.zip", silent)
    assert rows_of(other) == before


def test_only_the_owner_may_read_it(engine: Engine, tmp_path: Path) -> None:
    """Hashes of passwords are in it."""
    save(engine, tmp_path / "backup.zip", silent)
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0


def test_an_interrupted_backup_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    """The file that had the name before has it still."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "backup.zip").write_text("before")
    with pytest.raises(KeyboardInterrupt):
        save(engine, folder / "backup.zip", _interrupted)
    assert [(p.name, p.read_text()) for p in folder.iterdir()] == [("backup.zip", "before")]


@pytest.mark.parametrize("kind", ["sqlite", "postgis"])
def test_an_interrupted_restore_leaves_nothing(small: Path, fresh: Fresh, kind: str) -> None:
    """The database is as empty as it was, and the same backup can be restored then."""
    other = fresh(kind, bare=True)
    with pytest.raises(KeyboardInterrupt):
        restore(other, small, _interrupted)
    assert revision_of(other) is None
    assert set(inspect(other).get_table_names()) & set(Base.metadata.tables) == set()
    restore(other, small, silent)


def _interrupted(_done: int, _total: int) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def small(migrated_sqlite_url: str, tmp_path: Path) -> Path:
    """The backup of a few rows."""
    made = make_engine(migrated_sqlite_url)
    RandomRegister(made, 1).fill(5)
    save(made, tmp_path / "small.zip", silent)
    made.dispose()
    return tmp_path / "small.zip"


def test_only_an_empty_database_is_filled(small: Path, fresh: Fresh) -> None:
    """A schema without a row is empty; one row is too much, and stays."""
    other = fresh("sqlite")
    with Session(other) as session:
        session.add(Account(login="li", role="admin"))
        session.commit()
    with pytest.raises(SchemaMismatch, match="not empty"):
        restore(other, small, silent)
    with Session(other) as session:
        assert session.scalars(select(Account.login)).all() == ["li"]
        session.delete(session.scalars(select(Account)).one())
        session.commit()
    restore(other, small, silent)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.99])
def test_a_file_that_is_cut_is_refused(small: Path, fresh: Fresh, kept: float) -> None:
    """Whatever is missing, the sentence says so and the database stays empty."""
    whole = small.read_bytes()
    small.write_bytes(whole[: int(len(whole) * kept)])
    other = fresh("sqlite", bare=True)
    with pytest.raises(BadFile, match="cut off"):
        restore(other, small, silent)
    assert revision_of(other) is None


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """The same zip with other content."""
    with ZipFile(path) as old:
        held = {name: old.read(name) for name in old.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name, content in held.items():
            new.writestr(name, change(name, content))


def manifest(**told: object) -> Callable[[str, bytes], bytes]:
    """A change of the manifest."""

    def change(name: str, content: bytes) -> bytes:
        return json.dumps({**json.loads(content), **told}).encode() if name == "manifest.json" else content

    return change


def in_table(name: str, old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    """A change of a table's rows."""
    return lambda found, content: content.replace(old, new) if found == f"tables/{name}.jsonl" else content


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (in_table("venue", b"chance", b"choice"), BadFile, "table venue is not as it was written"),
        (in_table("venue", b'"', b""), BadFile, "table venue is not as it was written"),
        (in_table("region", b"\n", b"\n\n"), BadFile, "table region is not as it was written"),
        (lambda name, content: b"{}" if name == "manifest.json" else content, BadFile, "no manifest"),
        (manifest(revision="9999"), SchemaMismatch, "install a newer Paymap"),
        (manifest(format=2), SchemaMismatch, "newer Paymap"),
        (manifest(simulated=True), StartRefused, "sandbox: give --demo"),
        (manifest(tables=[{"table": 'x"; DROP', "columns": [], "rows": 0, "sha256": ""}]), BadFile, "not one that"),
    ],
)
def test_a_file_that_was_altered_is_refused(
    small: Path, fresh: Fresh, change: Callable[[str, bytes], bytes], error: type[PaymapError], said: str
) -> None:
    """Nothing of it is kept, and the sentence says what is wrong."""
    rewritten(small, change)
    other = fresh("sqlite")
    with pytest.raises(error, match=said):
        restore(other, small, silent)
    with Session(other) as session:
        assert session.scalars(select(Region.adcode)).all() == []


def test_what_is_no_backup_is_refused(tmp_path: Path, fresh: Fresh) -> None:
    """A zip of something else is told apart from a backup that is cut."""
    with ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a.txt", "a")
    with pytest.raises(BadFile, match="no manifest"):
        restore(fresh("sqlite", bare=True), tmp_path / "other.zip", silent)


@pytest.mark.parametrize("laid_out", [False, True])
def test_an_older_backup_is_restored_and_migrated(tmp_path: Path, fresh: Fresh, *, laid_out: bool) -> None:
    """A backup of the first schema becomes a register of the newest, also where that is laid out already."""
    old = fresh("sqlite", bare=True)
    migrate(old, "0001")
    with old.begin() as connection:
        connection.execute(insert(Register), [{"id": 1, "city": "371500", "instance": "0" * 36}])
    assert "audit_line" not in inspect(old).get_table_names()
    save(old, tmp_path / "old.zip", silent)
    other = fresh("sqlite", bare=True)
    if laid_out:
        migrate(other)
    restore(other, tmp_path / "old.zip", silent)
    check_schema(other)
    with Session(other) as session:
        assert session.get_one(Register, 1).city == "371500"


def test_a_database_without_a_register_has_no_backup(fresh: Fresh, tmp_path: Path) -> None:
    """The sentence names the command that makes one."""
    with pytest.raises(SchemaMismatch, match="paymap init"):
        save(fresh("sqlite", bare=True), tmp_path / "backup.zip", silent)
    assert list(tmp_path.glob("*backup.zip*")) == []
