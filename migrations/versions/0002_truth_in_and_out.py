"""People's password links and the trail of what was refused; which import a row of any ledger came with."""

import sqlalchemy as sa
from alembic import op

from app.tables.base import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
CAME_WITH_AN_IMPORT = ("activity", "inspection", "key_list_version", "licence", "pos_device", "venue_history")


def upgrade() -> None:
    """Add the columns and tables; SQLite adds a column with its reference in one statement, or not at all."""
    for table in CAME_WITH_AN_IMPORT:
        _add_reference(table, "import_id", "import")
        op.create_index(f"ix_{table}_import_id", table, ["import_id"])
    _add_reference("import", "job_id", "job")
    op.add_column("import", sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("import_row", sa.Column("settled", sa.String(40)))
    op.add_column("import_row", sa.Column("settled_by", sa.String(80)))
    op.add_column("inspection", sa.Column("reason", sa.String(400), nullable=False, server_default=""))
    op.add_column("account", sa.Column("oidc_subject", sa.String(200)))
    op.create_index("ix_account_oidc_subject", "account", ["oidc_subject"], unique=True)
    op.add_column("sign_in", sa.Column("browser", sa.String(80), nullable=False, server_default=""))
    _move_locks()
    _add_password_resets()
    _add_trail()


def downgrade() -> None:
    """Take the columns and tables away again."""
    op.drop_table("audit_line")
    op.drop_table("password_reset")
    op.drop_table("sign_in_lock")
    op.add_column("account", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("account", sa.Column("locked_until", Instant()))
    op.drop_column("sign_in", "browser")
    op.drop_index("ix_account_oidc_subject", "account")
    for table, column in (("account", "oidc_subject"), ("inspection", "reason"), ("import_row", "settled_by"),
                          ("import_row", "settled"), ("import", "facts")):  # fmt: skip
        op.drop_column(table, column)
    with op.batch_alter_table("import") as changed:
        changed.drop_column("job_id")
    for table in CAME_WITH_AN_IMPORT:
        with op.batch_alter_table(table) as changed:
            changed.drop_index(f"ix_{table}_import_id")
            changed.drop_column("import_id")


def _add_reference(table: str, column: str, target: str) -> None:
    kind = BIG.compile(op.get_bind().dialect)
    named = f"fk_{table}_{column}"
    op.execute(f'ALTER TABLE "{table}" ADD COLUMN {column} {kind} CONSTRAINT {named} REFERENCES "{target}" (id)')


def _move_locks() -> None:
    """Locks hang on what was typed, not on accounts: otherwise they would tell which logins there are."""
    op.drop_column("account", "locked_until")
    op.drop_column("account", "failures")
    op.create_table(
        "sign_in_lock",
        sa.Column("login_hash", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", Instant(), nullable=False),
        sa.Column("locked_until", Instant()),
        sa.PrimaryKeyConstraint("login_hash", name="pk_sign_in_lock"),
    )
    op.create_index("ix_sign_in_lock_tried_at", "sign_in_lock", ["tried_at"])


def _add_password_resets() -> None:
    op.create_table(
        "password_reset",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_password_reset"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_password_reset_account_id"),
        sa.UniqueConstraint("token_hash", name="uq_password_reset_token_hash"),
    )
    op.create_index("ix_password_reset_account_id", "password_reset", ["account_id"])


def _add_trail() -> None:
    op.create_table(
        "audit_line",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_line"),
    )
