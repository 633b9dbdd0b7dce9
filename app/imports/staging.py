"""A file judged row by row against the register as it stands; nothing is written to the register."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy.orm import Session

from app.errors import BadFile, NotAllowed
from app.importers.clean.columns import guess as guess_columns
from app.importers.clean.text import is_blank
from app.importers.datum_guess import Guess, guess
from app.importers.kinds import SAME, Outcome
from app.importers.ledger import read_ledger
from app.importers.name_words import name_words
from app.importers.opened import Opened
from app.importers.record import Record
from app.imports import datum as datums
from app.imports.asked import Asked
from app.imports.datum import Choice
from app.imports.held import Held, held, known
from app.imports.judge import Found, Judge
from app.imports.matching import found, houses
from app.imports.places import Placed, placed, said_region
from app.permissions import Action, Subject, require
from app.policy import read_policy
from app.settings import Settings
from geo.names import NameWords

if TYPE_CHECKING:
    import shapely

Told = Callable[[str, int, int], None]
"""Told of each stage: a word for it, the steps done, and the steps in all."""
SHOWN = 50


def silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody is told."""


@dataclass
class Staged:
    """What became of a file.

    outcomes: one per data row, in order. number: the change of the register that they were judged against.
    denied: the names of venues that rows wanted to write and that are not the actor's.
    """

    outcomes: list[Outcome]
    choice: Choice
    number: int
    ledger: Opened
    denied: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome, and how many of the same would change something."""
        return counts(self.outcomes)


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many rows have each outcome; `changed` of them change attributes, `said` statements would be recorded."""
    made = Counter(o.outcome for o in outcomes)
    return {
        **{name: made.get(name, 0) for name in ("same", "new", "ask", "refuse")},
        "rows": len(outcomes),
        "changed": sum(bool(o.cells.get("change")) for o in outcomes),
        "said": sum(len(o.cells.get("say", ())) for o in outcomes),
    }


def stage(
    session: Session,
    path: Path,
    asked: Asked,
    settings: Settings,
    *,
    told: Told = silent,
    before: Mapping[int, str] | None = None,
) -> Staged:
    """The outcome of every row of a ledger of venues.

    Args:
        session: reads one moment of the register.
        path: where the file lies.
        asked: what its user says of it.
        settings: city and data.
        told: of the progress.
        before: the ids that an earlier staging gave to new venues, by row.

    Raises:
        BadFile: it cannot be read. NotAllowed: it is of another institution, or every row is of others.
    """
    require(asked.actor, Action.IMPORT, whose(asked))
    there = held(session)
    words = words_of(there, settings)
    names = {n: code for code, r in there.regions.items() for n in (code, r.name_zh, r.name_en) if n}
    ledger = read_ledger(path, asked.name, columns=asked.columns, regions=names, progress=_stage(told, "reading"))
    if not settings.sandbox:
        _check_real(ledger, asked.name)
    records = ledger.records
    of = houses(records, there.institutions, asked.institution)
    told("matching", 0, len(records))
    choice = _datum(session, asked, records, of, there, words)
    places = placed(records, choice, there, settings.city)
    matches = found(records, of, places, there, words)
    judge = Judge(
        asked=asked,
        ledger=ledger,
        held=there,
        known=known(session, {m.venue for m in matches if m.outcome == SAME and m.venue}),
        policy=read_policy(settings),
        city=settings.city,
        source=source_of(asked, there),
        before=before or {},
    )
    made = _judged(judge, records, of, places, matches, told)
    if judge.denied and len(judge.denied) == len(made):
        raise NotAllowed(asked.actor.name, asked.actor.role, Action.IMPORT, judge.denied[0])
    return Staged(made, choice, there.number, ledger, judge.denied[:SHOWN])


def _check_real(ledger: Opened, name: str) -> None:
    """Nothing, if no row says that it was taken from a sandbox: nothing simulated enters a register."""
    at = guess_columns(ledger.names).columns.get("simulated")
    if at is not None and any(not is_blank(cell) for cell in ledger.cells(at)):
        raise BadFile(f"{name}: its rows are simulated, for it was taken from a sandbox: import it there (--demo)")


def words_of(there: Held, settings: Settings) -> NameWords:
    """What names of the city are made of."""
    return name_words(settings.data_dir, [r.name_zh for r in there.regions.values()], there.institution_names.values())


def whose(asked: Asked) -> Subject | None:
    """Whose a file is; None for nobody's: each row is asked for."""
    if asked.institution is None:
        return None
    return Subject(asked.institution, asked.institution, asked.institution, asked.actor.region)


def source_of(asked: Asked, there: Held) -> str:
    """Where the statements of a file are from that do not say it: the same for each ledger of an institution."""
    name = there.institution_names.get(asked.institution or "", "")
    return f"{name}台账"


def _judged(
    judge: Judge,
    records: Sequence[Record],
    of: Sequence[str | None],
    places: Sequence[Placed],
    matches: Sequence[Found],
    told: Told,
) -> list[Outcome]:
    made = []
    rows = zip(records, of, places, matches, strict=True)
    for number, (record, house, place, match) in enumerate(rows):
        if number % 1000 == 0:
            told("comparing", number, len(records))
        made.append(judge.outcome(record, house, place, match))
    told("comparing", len(records), len(records))
    return made


def _datum(
    session: Session,
    asked: Asked,
    records: Sequence[Record],
    of: Sequence[str | None],
    there: Held,
    words: NameWords,
) -> Choice:
    """The datum for the positions that come without one."""
    stated = datums.named(asked.datum)
    if stated is not None:
        return Choice(stated, "stated")
    if not datums.lacking(records):
        return Choice(None, "file")
    kept = datums.remembered(session, asked.institution)
    if kept is not None:
        return Choice(kept, "remembered")
    guessed = _guess(records, of, there, words)
    evidence = [asdict(told) for told in guessed.evidence]
    if guessed.datum is not None and asked.accept_guessed:
        return Choice(guessed.datum, "guessed", guessed.datum, evidence)
    return Choice(None, "none", guessed.datum, evidence)


def _guess(records: Sequence[Record], of: Sequence[str | None], there: Held, words: NameWords) -> Guess:
    """What the rows whose true place is known tell of the datum."""
    unplaced = [Placed(None, None, None, said_region(record)) for record in records]
    matches = found(records, of, unplaced, there, words)
    pairs = []
    for record, match in zip(records, matches, strict=True):
        if match.venue is None or record.lon is None or record.datum is not None:
            continue
        point = cast("shapely.Point | None", there.venues.geometry.get(match.venue))
        if point is not None and there.venues.at[match.venue, "location_quality"] != "approximate":
            pairs.append((record.lon, record.lat, point.x, point.y))
    lon, lat, known_lon, known_lat = zip(*pairs, strict=True) if pairs else ((), (), (), ())
    return guess(list(lon), list(lat), list(known_lon), list(known_lat))


def _stage(told: Told, name: str) -> Callable[[int, int], None]:
    return lambda done, total: told(name, done, total)
