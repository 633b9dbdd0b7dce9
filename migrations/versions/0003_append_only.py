"""Statements, decisions and the trail stay as written, by the database's own rule; removals from a list say why.

A sandbox is cleared as a whole, so its rows may be deleted, though never changed. The trigger asks the register's own
row, which says once and for all which of the two it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = ("observation", "decision", "audit_line")
SIMULATED = "SELECT 1 FROM register WHERE simulated"
CHANGED = "a row of % is never changed: add another that says otherwise"
DELETED = "a row of % is never deleted: add another that says otherwise"


def upgrade() -> None:
    """Refuse changes and deletions; room for the reasons of removals."""
    op.add_column("key_list_version", sa.Column("removals", sa.JSON(), nullable=False, server_default="{}"))
    make = _on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite
    for statement in make():
        op.execute(statement)


def downgrade() -> None:
    """Take the rules and the column away again."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        for rule in ("changed", "deleted") + ("truncated",) * postgresql:
            on = f" ON {table}" if postgresql else ""
            op.execute(f"DROP TRIGGER {table}_never_{rule}{on}")
    if postgresql:
        op.execute("DROP FUNCTION never_changed")
        op.execute("DROP FUNCTION never_deleted")
    op.drop_column("key_list_version", "removals")


def _on_sqlite() -> list[str]:
    made = []
    for table in KEPT:
        changed, deleted = (text.replace("%", table) for text in (CHANGED, DELETED))
        made.append(
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{changed}'); END"
        )
        made.append(
            f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} WHEN NOT EXISTS ({SIMULATED}) "
            f"BEGIN SELECT RAISE(ABORT, '{deleted}'); END"
        )
    return made


def _on_postgresql() -> list[str]:
    refuse = "RAISE EXCEPTION '{}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';"
    function = "CREATE FUNCTION {} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; END $$"
    unless = f"IF NOT EXISTS ({SIMULATED}) THEN {refuse.format(DELETED)} END IF;"
    made = [
        function.format("never_changed()", refuse.format(CHANGED)),
        function.format("never_deleted()", unless),
    ]
    for table in KEPT:
        for rule, verb, asked in (
            ("changed", "UPDATE", "changed"),
            ("deleted", "DELETE", "deleted"),
            ("truncated", "TRUNCATE", "deleted"),
        ):
            trigger = f"CREATE TRIGGER {table}_never_{rule} BEFORE {verb} ON {table}"
            made.append(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION never_{asked}()")
    return made
