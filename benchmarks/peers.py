"""Paymap, tipg, pygeoapi and PostGIS alone over the same 100,000 venues, beside how fast anything could answer."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

from benchmarks import large_register
from benchmarks.rounds import Result, Verdict
from benchmarks.served.cases import POOL, Case, cases
from benchmarks.served.contenders import BARE, CEILINGS, OURS, PYGEOAPI, TIPG, ceilings, contenders, database, versions
from benchmarks.served.questions import Venues
from benchmarks.served.servers import Load, Server, environment, load, wrk

VENUES, CHECKED, SIZED, ROUNDS, SECONDS, SLOW_TAIL = 100_000, 10, 300, 5, 3, 10
COLUMNS = ("", "requests/s", "share of bare", "least", "most", "by CPU", "p50", "p99")
SHARE = (
    "Share: requests a second over those of a bare application that sends as many bytes, in the same round; "
    "the median of the rounds, then the least and the most. By CPU: the same of the processor time that a request "
    "costs the server and its database, which a busy machine disturbs less."
)
CHECKS = (
    "Checked before the clock starts: a box has the ids that brute force finds, the nearest ten are so by geodesic "
    "metres, a tile has as many features (PostGIS rounds on its edge; tipg's lacks the venues just outside). Tiles of "
    "over 2,500 venues, which Paymap gathers, are not asked for."
)
POOLS = (
    f"Nobody can answer from memory but where it says cached: {POOL:,} boxes and points are asked for by turns, and "
    "tiles under 64 spellings of their address, more than Paymap keeps."
)
ALONE = (
    "PostGIS, ready-made: one statement through asyncpg behind bare ASGI. It has Paymap's own features as text, `<->` "
    "for the nearest, and ST_AsMVT with the same properties. tipg's nearest is a function of the database."
)
Loads = Mapping[str, Sequence[Load]]


def run() -> Result:
    """Start everything, check the answers, then load each server by turns, round after round."""
    wrk()
    for name in (TIPG, PYGEOAPI):
        environment(name)
    with TemporaryDirectory(prefix="paymap-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        large_register.write(folder / "paymap.sqlite", VENUES)
        asked = cases(Venues.of(folder / "paymap.sqlite"))
        cluster = stack.enter_context(database())
        servers = stack.enter_context(contenders(folder, cluster))
        rows, verdicts = measured(asked, servers)
        return Result(_title(), COLUMNS, rows, (SHARE, CHECKS, POOLS, ALONE, versions(cluster)), verdicts)


def _title() -> str:
    return (
        f"{VENUES:,} venues in one PostGIS. {ROUNDS} rounds of {SECONDS} s each, by turns; 16 connections of wrk "
        "on one core; on another the server, with its PostGIS."
    )


def measured(
    asked: Sequence[Case], servers: Mapping[str, Server]
) -> tuple[tuple[tuple[str, ...], ...], tuple[Verdict, ...]]:
    """The rows of a table, each case and below it each server that answers it; and what was aimed for."""
    sizes = [_checked(case, servers) for case in asked]
    for server in servers.values():
        server.rests()
    with ceilings(sizes) as limits:
        seen = [_in_rounds(_beside(case, size), {**servers, **limits}) for case, size in zip(asked, sizes, strict=True)]
    found = list(zip(asked, sizes, seen, strict=True))
    rows = tuple(row for case, size, loads in found for row in _rows(case, size, loads))
    return rows, tuple(verdict for case, _, loads in found for verdict in _verdicts(case, loads))


def _checked(case: Case, servers: Mapping[str, Server]) -> int:
    """How many bytes Paymap sends on average, once everybody has given the right answers."""
    for name, paths in case.paths.items():
        for number, path in enumerate(paths[:CHECKED]):
            if not case.right(name, number, body := servers[name].get(path)):
                raise SystemExit(f"benchmarks: {name} gives a wrong answer to {path}: {body[:1000]!r}")
    ours = next(iter(case.paths))
    return round(fmean(len(servers[ours].get(path)) for path in case.paths[ours][:SIZED]))


def _beside(case: Case, size: int) -> Case:
    """The case with those that only send bytes, first."""
    return replace(case, paths={**{name: [f"/{size}"] for name in CEILINGS}, **case.paths})


def _in_rounds(case: Case, servers: Mapping[str, Server]) -> Loads:
    """What each server bears, by turns; the first round warms up and is not counted."""
    print(f"benchmarks: {case.name} ...", file=sys.stderr)
    seen: dict[str, list[Load]] = {name: [] for name in case.paths}
    for _ in range(ROUNDS + 1):
        for name, loads in seen.items():
            first = sum(found.requests for found in loads) if case.fresh else 0
            found = load(servers[name], case.paths[name], SECONDS, first=first)
            if found.failed:
                raise SystemExit(f"benchmarks: {name} failed {found.failed} of {found.requests} requests: {case.name}")
            loads.append(found)
    return {name: loads[1:] for name, loads in seen.items()}


def _rows(case: Case, size: int, seen: Loads) -> list[tuple[str, ...]]:
    """A row for the case, and one for each server."""
    head = f"**{case.name}**, {size / 1000:,.0f} kB"
    return [(head, *("" for _ in COLUMNS[1:])), *(_row(name, loads, seen[BARE]) for name, loads in seen.items())]


def _row(name: str, loads: Sequence[Load], bare: Sequence[Load]) -> tuple[str, ...]:
    shares, thrift = ratios(loads, bare), median(thrifts(loads, bare))
    rate = median(found.rate for found in loads)
    spread = (f"{share:.3f}" for share in (median(shares), min(shares), max(shares)))
    lags = (f"{median(getattr(found, which) for found in loads):,.1f} ms" for which in ("p50_ms", "p99_ms"))
    return (name, f"{rate:,.0f}", *spread, f"{thrift:.3f}", *lags)


def ratios(loads: Sequence[Load], others: Sequence[Load]) -> list[float]:
    """How many times the rate of the others, round by round."""
    return [one.rate / other.rate for one, other in zip(loads, others, strict=True)]


def thrifts(loads: Sequence[Load], others: Sequence[Load]) -> list[float]:
    """How many times the requests of the others for the same processor time, round by round."""
    return [other.cpu_ms / one.cpu_ms for one, other in zip(loads, others, strict=True)]


def _verdicts(case: Case, seen: Loads) -> Iterator[Verdict]:
    """The aims of a case, and whether they are reached."""
    aim = case.aim
    times, thrift = (median(each(seen[OURS], seen[aim.of])) for each in (ratios, thrifts))
    tail = median(found.p99_ms / found.p50_ms for found in seen[OURS])
    found = f"{times:.2f} (by CPU {thrift:.2f})"
    yield Verdict(case.name, f"at least {aim.least:g} of {aim.of}", found, times >= aim.least)
    yield Verdict(f"slowest of {case.name}", f"p99 under {SLOW_TAIL} of p50", f"{tail:.1f}", tail < SLOW_TAIL)
