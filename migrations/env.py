"""Alembic's entry: the engine is handed in by the application, or made from the settings."""

from alembic import context
from sqlalchemy import Engine

from app.db import make_engine
from app.settings import Settings
from app.tables import Base


def _ours(_object: object, name: str | None, kind: str, reflected: bool, _compare_to: object) -> bool:  # noqa: FBT001
    """PostGIS keeps tables of its own in the same schema: not ours to compare."""
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


def run(engine: Engine) -> None:
    """Run the revisions in one transaction: a run that is killed leaves the schema as it was."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Python's sqlite3 begins a transaction before DML only, so tables would be made one by one.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=_ours,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        context.run_migrations()


run(context.config.attributes.get("engine") or make_engine(Settings().engine_url))
