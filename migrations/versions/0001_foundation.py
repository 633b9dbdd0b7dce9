"""The foundation: every table that the register needs.

The tables stand here as they were on this day; later revisions change them, this text never does.
"""

import sqlalchemy as sa
from alembic import op

from app.tables.base import Instant
from app.tables.geometry import geometry_column

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = sa.MetaData()

sa.Table(
    "attachment",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("subject", sa.String(length=40), nullable=False),
    sa.Column("subject_id", sa.String(length=36), nullable=False),
    sa.Column("media_type", sa.String(length=80), nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.Column("facts", sa.JSON(), nullable=True),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_attachment"),
)
sa.Index("ix_attachment_subject_id", TABLES.tables["attachment"].c["subject_id"])
sa.Table(
    "change",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("number", BIG, nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=True),
    sa.Column("at", Instant(), nullable=False),
    sa.Column("by", sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_change"),
)
sa.Index("ix_change_number", TABLES.tables["change"].c["number"])
sa.Table(
    "change_counter",
    TABLES,
    sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("value", BIG, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_change_counter"),
)
sa.Table(
    "institution",
    TABLES,
    sa.Column("code", sa.String(length=40), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("name_zh", sa.String(length=120), nullable=False),
    sa.Column("name_en", sa.String(length=160), nullable=False),
    sa.Column("bank_class", sa.String(length=40), nullable=True),
    sa.Column("national_commercial", sa.Boolean(), nullable=False),
    sa.Column("contact", sa.JSON(), nullable=False),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint("code", name="pk_institution"),
)
sa.Table(
    "job",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("state", sa.String(length=40), nullable=False),
    sa.Column("arguments", sa.JSON(), nullable=False),
    sa.Column("result", sa.JSON(), nullable=False),
    sa.Column("done", sa.Integer(), nullable=False),
    sa.Column("total", sa.Integer(), nullable=False),
    sa.Column("message", sa.String(length=400), nullable=False),
    sa.Column("cancel_asked", sa.Boolean(), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("created_by", sa.String(length=80), nullable=False),
    sa.Column("started_at", Instant(), nullable=True),
    sa.Column("heartbeat_at", Instant(), nullable=True),
    sa.Column("ended_at", Instant(), nullable=True),
    sa.PrimaryKeyConstraint("id", name="pk_job"),
)
sa.Index("ix_job_state", TABLES.tables["job"].c["state"])
sa.Table(
    "key_list",
    TABLES,
    sa.Column("code", sa.String(length=40), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("title_zh", sa.String(length=120), nullable=False),
    sa.Column("title_en", sa.String(length=160), nullable=False),
    sa.Column("complete", sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint("code", name="pk_key_list"),
)
sa.Table(
    "population_cell",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("lon", sa.Double(), nullable=False),
    sa.Column("lat", sa.Double(), nullable=False),
    sa.Column("people", sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_population_cell"),
)
sa.Table(
    "region",
    TABLES,
    sa.Column("adcode", sa.String(length=12), nullable=False),
    sa.Column("level", sa.String(length=40), nullable=False),
    sa.Column("parent", sa.String(length=12), nullable=True),
    sa.Column("name_zh", sa.String(length=40), nullable=False),
    sa.Column("name_en", sa.String(length=80), nullable=False),
    sa.Column("geometry", geometry_column("MULTIPOLYGON"), nullable=True),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(["parent"], ["region.adcode"], name="fk_region_parent"),
    sa.PrimaryKeyConstraint("adcode", name="pk_region"),
)
sa.Table(
    "register",
    TABLES,
    sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("city", sa.String(length=12), nullable=False),
    sa.Column("instance", sa.String(length=36), nullable=False),
    sa.Column("simulated", sa.Boolean(), nullable=False),
    sa.Column("directory", sa.String(length=64), nullable=False),
    sa.Column("population_source", sa.String(length=400), nullable=False),
    sa.Column("loaded_at", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_register"),
)
sa.Table(
    "account",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("login", sa.String(length=80), nullable=False),
    sa.Column("name", sa.String(length=80), nullable=False),
    sa.Column("role", sa.String(length=40), nullable=False),
    sa.Column("institution", sa.String(length=40), nullable=True),
    sa.Column("region", sa.String(length=12), nullable=True),
    sa.Column("password_hash", sa.String(length=200), nullable=True),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("locked_until", Instant(), nullable=True),
    sa.Column("created_at", Instant(), nullable=False),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_account_institution"),
    sa.ForeignKeyConstraint(["region"], ["region.adcode"], name="fk_account_region"),
    sa.PrimaryKeyConstraint("id", name="pk_account"),
    sa.UniqueConstraint("login", name="uq_account_login"),
)
sa.Table(
    "activity",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("institution", sa.String(length=40), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("held_on", sa.Date(), nullable=False),
    sa.Column("title", sa.String(length=200), nullable=False),
    sa.Column("facts", sa.JSON(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_activity_institution"),
    sa.PrimaryKeyConstraint("id", name="pk_activity"),
)
sa.Table(
    "import",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("file_name", sa.String(length=300), nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=True),
    sa.Column("institution", sa.String(length=40), nullable=True),
    sa.Column("datum", sa.String(length=12), nullable=True),
    sa.Column("columns", sa.JSON(), nullable=False),
    sa.Column("counts", sa.JSON(), nullable=False),
    sa.Column("state", sa.String(length=40), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("created_by", sa.String(length=80), nullable=False),
    sa.Column("applied_at", Instant(), nullable=True),
    sa.Column("undone_at", Instant(), nullable=True),
    sa.Column("undone_by", sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_import_institution"),
    sa.PrimaryKeyConstraint("id", name="pk_import"),
)
sa.Index("ix_import_sha256", TABLES.tables["import"].c["sha256"])
sa.Table(
    "key_list_version",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("list_code", sa.String(length=40), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.Column("drafted_at", Instant(), nullable=False),
    sa.Column("drafted_by", sa.String(length=80), nullable=False),
    sa.Column("confirmed_at", Instant(), nullable=True),
    sa.Column("confirmed_by", sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(["list_code"], ["key_list.code"], name="fk_key_list_version_list_code"),
    sa.PrimaryKeyConstraint("id", name="pk_key_list_version"),
    sa.UniqueConstraint("list_code", "number", name="uq_key_list_version_list_code_number"),
)
sa.Index("ix_key_list_version_list_code", TABLES.tables["key_list_version"].c["list_code"])
sa.Table(
    "population",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("region", sa.String(length=12), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False),
    sa.Column("people", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("covers", sa.String(length=40), nullable=False),
    sa.Column("quality", sa.String(length=40), nullable=False),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.Column("notes", sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(["region"], ["region.adcode"], name="fk_population_region"),
    sa.PrimaryKeyConstraint("id", name="pk_population"),
    sa.UniqueConstraint("region", "year", "kind", "covers", name="uq_population_region_year_kind_covers"),
)
sa.Index("ix_population_region", TABLES.tables["population"].c["region"])
sa.Table(
    "venue",
    TABLES,
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("external_id", sa.String(length=120), nullable=True),
    sa.Column("category", sa.String(length=40), nullable=False),
    sa.Column("level", sa.String(length=20), nullable=True),
    sa.Column("name_zh", sa.String(length=200), nullable=False),
    sa.Column("name_en", sa.String(length=200), nullable=True),
    sa.Column("address_zh", sa.String(length=300), nullable=True),
    sa.Column("address_en", sa.String(length=300), nullable=True),
    sa.Column("phone", sa.String(length=60), nullable=True),
    sa.Column("opening_hours", sa.String(length=400), nullable=True),
    sa.Column("operator", sa.String(length=120), nullable=True),
    sa.Column("institution", sa.String(length=40), nullable=True),
    sa.Column("region", sa.String(length=12), nullable=False),
    sa.Column("zone", sa.String(length=12), nullable=True),
    sa.Column("part_of", sa.String(length=36), nullable=True),
    sa.Column("geometry", geometry_column("POINT"), nullable=True),
    sa.Column("area", geometry_column("GEOMETRY"), nullable=True),
    sa.Column("original_lon", sa.Double(), nullable=True),
    sa.Column("original_lat", sa.Double(), nullable=True),
    sa.Column("original_datum", sa.String(length=12), nullable=True),
    sa.Column("location_quality", sa.String(length=12), nullable=True),
    sa.Column("location_error_m", sa.Double(), nullable=True),
    sa.Column("opened_on", sa.Date(), nullable=True),
    sa.Column("closed_on", sa.Date(), nullable=True),
    sa.Column("serves_public", sa.Boolean(), nullable=False),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.Column("source_date", sa.Date(), nullable=True),
    sa.Column("notes", sa.String(length=1000), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("updated_at", Instant(), nullable=False),
    sa.Column("deleted_at", Instant(), nullable=True),
    sa.CheckConstraint("(geometry IS NULL) = (location_quality IS NULL)", name="ck_venue_located"),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_venue_institution"),
    sa.ForeignKeyConstraint(["part_of"], ["venue.id"], name="fk_venue_part_of"),
    sa.ForeignKeyConstraint(["region"], ["region.adcode"], name="fk_venue_region"),
    sa.ForeignKeyConstraint(["zone"], ["region.adcode"], name="fk_venue_zone"),
    sa.PrimaryKeyConstraint("id", name="pk_venue"),
    sa.UniqueConstraint("institution", "external_id", name="uq_venue_institution_external_id"),
)
sa.Index("ix_venue_category", TABLES.tables["venue"].c["category"])
sa.Index("ix_venue_institution", TABLES.tables["venue"].c["institution"])
sa.Index("ix_venue_part_of", TABLES.tables["venue"].c["part_of"])
sa.Index("ix_venue_region", TABLES.tables["venue"].c["region"])
sa.Index("ix_venue_updated_at_id", TABLES.tables["venue"].c["updated_at"], TABLES.tables["venue"].c["id"])
sa.Table(
    "api_token",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("account_id", BIG, nullable=False),
    sa.Column("name", sa.String(length=80), nullable=False),
    sa.Column("token_hash", sa.String(length=64), nullable=False),
    sa.Column("scopes", sa.JSON(), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("expires_at", Instant(), nullable=False),
    sa.Column("revoked_at", Instant(), nullable=True),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_api_token_account_id"),
    sa.PrimaryKeyConstraint("id", name="pk_api_token"),
    sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
)
sa.Index("ix_api_token_account_id", TABLES.tables["api_token"].c["account_id"])
sa.Table(
    "case",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("state", sa.String(length=40), nullable=False),
    sa.Column("title", sa.String(length=200), nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=True),
    sa.Column("region", sa.String(length=12), nullable=True),
    sa.Column("area", geometry_column("GEOMETRY"), nullable=True),
    sa.Column("gap_id", sa.String(length=40), nullable=True),
    sa.Column("institution", sa.String(length=40), nullable=True),
    sa.Column("due_on", sa.Date(), nullable=True),
    sa.Column("facts", sa.JSON(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("created_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_case_institution"),
    sa.ForeignKeyConstraint(["region"], ["region.adcode"], name="fk_case_region"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_case_venue_id"),
    sa.PrimaryKeyConstraint("id", name="pk_case"),
)
sa.Index("ix_case_gap_id", TABLES.tables["case"].c["gap_id"])
sa.Index("ix_case_institution", TABLES.tables["case"].c["institution"])
sa.Index("ix_case_venue_id", TABLES.tables["case"].c["venue_id"])
sa.Table(
    "change_pack_count",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("institution", sa.String(length=40), nullable=False),
    sa.Column("month", sa.Date(), nullable=False),
    sa.Column("recipient_kind", sa.String(length=40), nullable=False),
    sa.Column("packs", sa.Integer(), nullable=False),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.Column("import_id", BIG, nullable=True),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_change_pack_count_import_id"),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_change_pack_count_institution"),
    sa.PrimaryKeyConstraint("id", name="pk_change_pack_count"),
    sa.UniqueConstraint(
        "institution", "month", "recipient_kind", name="uq_change_pack_count_institution_month_recipient_kind"
    ),
)
sa.Table(
    "import_row",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("import_id", BIG, nullable=False),
    sa.Column("row", sa.Integer(), nullable=False),
    sa.Column("outcome", sa.String(length=40), nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=True),
    sa.Column("cells", sa.JSON(), nullable=False),
    sa.Column("remarks", sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_import_row_import_id"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_import_row_venue_id"),
    sa.PrimaryKeyConstraint("id", name="pk_import_row"),
    sa.UniqueConstraint("import_id", "row", name="uq_import_row_import_id_row"),
)
sa.Index("ix_import_row_venue_id", TABLES.tables["import_row"].c["venue_id"])
sa.Table(
    "inspection",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("institution", sa.String(length=40), nullable=True),
    sa.Column("due_on", sa.Date(), nullable=True),
    sa.Column("done_on", sa.Date(), nullable=True),
    sa.Column("result", sa.JSON(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["institution"], ["institution.code"], name="fk_inspection_institution"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_inspection_venue_id"),
    sa.PrimaryKeyConstraint("id", name="pk_inspection"),
)
sa.Index("ix_inspection_venue_id", TABLES.tables["inspection"].c["venue_id"])
sa.Table(
    "key_list_entry",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("version_id", BIG, nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("large", sa.Boolean(), nullable=False),
    sa.Column("clause", sa.String(length=80), nullable=False),
    sa.Column("reason", sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_key_list_entry_venue_id"),
    sa.ForeignKeyConstraint(["version_id"], ["key_list_version.id"], name="fk_key_list_entry_version_id"),
    sa.PrimaryKeyConstraint("id", name="pk_key_list_entry"),
    sa.UniqueConstraint("version_id", "venue_id", name="uq_key_list_entry_version_id_venue_id"),
)
sa.Index("ix_key_list_entry_venue_id", TABLES.tables["key_list_entry"].c["venue_id"])
sa.Index("ix_key_list_entry_version_id", TABLES.tables["key_list_entry"].c["version_id"])
sa.Table(
    "licence",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("held", sa.Boolean(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("source", sa.String(length=400), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_licence_venue_id"),
    sa.PrimaryKeyConstraint("id", name="pk_licence"),
)
sa.Index("ix_licence_venue_id", TABLES.tables["licence"].c["venue_id"])
sa.Table(
    "observation",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("capability", sa.String(length=40), nullable=False),
    sa.Column("aspect", sa.String(length=40), nullable=False),
    sa.Column("status", sa.String(length=40), nullable=False),
    sa.Column("details", sa.JSON(), nullable=False),
    sa.Column("observed_at", sa.Date(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.Column("source_kind", sa.String(length=40), nullable=False),
    sa.Column("source_ref", sa.String(length=400), nullable=False),
    sa.Column("import_id", BIG, nullable=True),
    sa.Column("withdraws", BIG, nullable=True),
    sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_observation_import_id"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_observation_venue_id"),
    sa.ForeignKeyConstraint(["withdraws"], ["observation.id"], name="fk_observation_withdraws"),
    sa.PrimaryKeyConstraint("id", name="pk_observation"),
)
sa.Index(
    "ix_observation_current",
    TABLES.tables["observation"].c["venue_id"],
    TABLES.tables["observation"].c["capability"],
    TABLES.tables["observation"].c["aspect"],
)
sa.Index("ix_observation_import_id", TABLES.tables["observation"].c["import_id"])
sa.Index("ix_observation_venue_id", TABLES.tables["observation"].c["venue_id"])
sa.Index("ix_observation_withdraws", TABLES.tables["observation"].c["withdraws"])
sa.Table(
    "pos_device",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("acquirer", sa.String(length=40), nullable=False),
    sa.Column("device_no", sa.String(length=80), nullable=True),
    sa.Column("schemes", sa.JSON(), nullable=False),
    sa.Column("placed_on", sa.Date(), nullable=True),
    sa.Column("removed_on", sa.Date(), nullable=True),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["acquirer"], ["institution.code"], name="fk_pos_device_acquirer"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_pos_device_venue_id"),
    sa.PrimaryKeyConstraint("id", name="pk_pos_device"),
)
sa.Index("ix_pos_device_venue_id", TABLES.tables["pos_device"].c["venue_id"])
sa.Table(
    "sign_in",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("account_id", BIG, nullable=False),
    sa.Column("token_hash", sa.String(length=64), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("expires_at", Instant(), nullable=False),
    sa.Column("revoked_at", Instant(), nullable=True),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_account_id"),
    sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
    sa.UniqueConstraint("token_hash", name="uq_sign_in_token_hash"),
)
sa.Index("ix_sign_in_account_id", TABLES.tables["sign_in"].c["account_id"])
sa.Table(
    "venue_history",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("recorded_by", sa.String(length=80), nullable=False),
    sa.Column("attributes", sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_venue_history_venue_id"),
    sa.PrimaryKeyConstraint("id", name="pk_venue_history"),
)
sa.Index("ix_venue_history_venue_id", TABLES.tables["venue_history"].c["venue_id"])
sa.Table(
    "capability_summary",
    TABLES,
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("capability", sa.String(length=40), nullable=False),
    sa.Column("status", sa.String(length=40), nullable=False),
    sa.Column("observation_id", BIG, nullable=False),
    sa.ForeignKeyConstraint(["observation_id"], ["observation.id"], name="fk_capability_summary_observation_id"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_capability_summary_venue_id"),
    sa.PrimaryKeyConstraint("venue_id", "capability", name="pk_capability_summary"),
)
sa.Table(
    "case_event",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("case_id", BIG, nullable=False),
    sa.Column("kind", sa.String(length=40), nullable=False),
    sa.Column("facts", sa.JSON(), nullable=False),
    sa.Column("at", Instant(), nullable=False),
    sa.Column("by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_event_case_id"),
    sa.PrimaryKeyConstraint("id", name="pk_case_event"),
)
sa.Index("ix_case_event_case_id", TABLES.tables["case_event"].c["case_id"])
sa.Table(
    "current_status",
    TABLES,
    sa.Column("venue_id", sa.String(length=36), nullable=False),
    sa.Column("capability", sa.String(length=40), nullable=False),
    sa.Column("aspect", sa.String(length=40), nullable=False),
    sa.Column("status", sa.String(length=40), nullable=False),
    sa.Column("observation_id", BIG, nullable=False),
    sa.ForeignKeyConstraint(["observation_id"], ["observation.id"], name="fk_current_status_observation_id"),
    sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_current_status_venue_id"),
    sa.PrimaryKeyConstraint("venue_id", "capability", "aspect", name="pk_current_status"),
)
sa.Table(
    "decision",
    TABLES,
    sa.Column("id", BIG, autoincrement=True, nullable=False),
    sa.Column("observation_id", BIG, nullable=False),
    sa.Column("outcome", sa.String(length=40), nullable=False),
    sa.Column("reason", sa.String(length=400), nullable=False),
    sa.Column("decided_at", Instant(), nullable=False),
    sa.Column("decided_by", sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(["observation_id"], ["observation.id"], name="fk_decision_observation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_decision"),
)
sa.Index("ix_decision_observation_id", TABLES.tables["decision"].c["observation_id"])

for name in ("region", "venue"):
    sa.Index(f"ix_{name}_geometry", TABLES.tables[name].c["geometry"], postgresql_using="gist").ddl_if(
        dialect="postgresql"
    )


def upgrade() -> None:
    """Make the tables, and the one row that numbers changes."""
    TABLES.create_all(op.get_bind())
    op.bulk_insert(TABLES.tables["change_counter"], [{"id": 1, "value": 0}])


def downgrade() -> None:
    """Remove them all."""
    TABLES.drop_all(op.get_bind())
