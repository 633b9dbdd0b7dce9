"""One history of migrations for both databases, up and down."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from app.db import check_schema, downgrade, make_engine, migrate
from app.errors import SchemaMismatch
from app.tables import Base

POSTGIS_S_OWN = {"spatial_ref_sys", "alembic_version"}


def test_history_makes_what_the_code_describes(database_url: str) -> None:
    """After the upgrade nothing differs from the tables in code; after the downgrade nothing is left."""
    engine = make_engine(database_url)
    migrate(engine)
    if engine.dialect.name == "postgresql":
        assert "ix_venue_geometry" in {i["name"] for i in inspect(engine).get_indexes("venue")}
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert [d for d in differences if not _of_postgis(d)] == []
    downgrade(engine)
    assert set(inspect(engine).get_table_names()) - POSTGIS_S_OWN == set()
    migrate(engine)
    check_schema(engine)
    engine.dispose()


def _of_postgis(difference: object) -> bool:
    """PostGIS keeps a table of its own, and SQLite has no spatial index."""
    kind, thing = difference if isinstance(difference, tuple) else ("", None)
    return (kind == "remove_table" and thing.name in POSTGIS_S_OWN) or (
        kind == "add_index" and thing.name.endswith("_geometry")
    )


@pytest.mark.parametrize(("revision", "mend"), [(None, "paymap init"), ("9999", "newer Paymap")])
def test_a_schema_that_does_not_fit_says_the_mend(sqlite_url: str, revision: str | None, mend: str) -> None:
    """An empty database, and one newer than the code, are told apart, each with what to do."""
    engine = create_engine(sqlite_url)
    if revision:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:r)"), {"r": revision})
    with pytest.raises(SchemaMismatch, match=mend):
        check_schema(engine)
    engine.dispose()
