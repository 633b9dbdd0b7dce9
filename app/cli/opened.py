"""The register that the settings name, opened, or one line that says why not."""

from app.db import check_schema, make_engine, make_sessions, reading
from app.errors import SchemaMismatch, StartRefused
from app.settings import Settings
from app.tables import Register


def opened(settings: Settings) -> Settings:
    """The settings with the city of their register, which is there, complete, and of the right kind.

    Raises:
        SchemaMismatch: the database is missing, empty, older or newer than the code.
        StartRefused: it holds another city than the one asked for, or is a sandbox where a register should be.
        DatabaseUnavailable: it does not answer.
    """
    made_by, mended_by = ("paymap demo", "paymap demo") if settings.sandbox else ("paymap init", "paymap migrate")
    engine = make_engine(settings.engine_url)
    try:
        check_schema(engine, made_by, mended_by)
        with reading(make_sessions(engine)) as session:
            city = _checked(session.get(Register, 1), settings, made_by)
    except SchemaMismatch as error:
        raise SchemaMismatch(f"the sandbox: {error}" if settings.sandbox else str(error)) from error
    finally:
        engine.dispose()
    return settings.model_copy(update={"city": city})


def with_city_of_register(settings: Settings) -> Settings:
    """The settings with their register's city where nobody named one and a register is there."""
    if "city" in settings.model_fields_set:
        return settings
    try:
        return opened(settings)
    except (SchemaMismatch, StartRefused):
        return settings


def _checked(register: Register | None, settings: Settings, made_by: str) -> str:
    """The city of a register of the right kind."""
    if register is None:
        raise SchemaMismatch(f"the database holds no city yet: run `{made_by}`")
    if register.simulated and not settings.sandbox:
        msg = "PAYMAP_DATABASE_URL is a sandbox, full of simulated answers: name another database"
        raise StartRefused(msg)
    if settings.sandbox and not register.simulated:
        msg = "PAYMAP_DEMO_DATABASE_URL is a real register, not a sandbox: name another database"
        raise StartRefused(msg)
    if "city" in settings.model_fields_set and register.city != settings.city:
        held = "the sandbox" if settings.sandbox else "the database"
        msg = f"{held} holds city {register.city}, not {settings.city}: set PAYMAP_CITY, or name another database"
        raise StartRefused(msg)
    return register.city
