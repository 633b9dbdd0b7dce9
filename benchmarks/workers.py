"""Memory of one worker and of four over the same 1,000,000 venues: what all processes of `paymap serve` have."""

from pathlib import Path

from benchmarks import large_register
from benchmarks.rounds import Result, Verdict
from benchmarks.served.servers import load, paymap, wrk

VENUES, WORKERS, SECONDS = 1_000_000, (1, 4), 10
LITTLE = 0.5
"""What three workers more may add, as a share of what one takes."""
ASKED = [f"/api/v1/venues?bbox={115 + n / 500},35.5,{115.05 + n / 500},37.5&limit=1000" for n in range(800)]
"""Together these boxes have all of the venues."""
COLUMNS = ("workers", "in all", "read index and other files", "own")
TITLE = f"{VENUES:,} venues on SQLite; the workers have come to rest, then were asked for boxes all over the map."
PSS = (
    "The proportional set size (PSS) of all processes of `paymap serve`, the parent of four workers too: a page that "
    "several share counts once. Own: what is not a file's."
)


def run() -> Result:
    """Serve the same register with one worker and with four, and look at each once it has come to rest."""
    wrk()
    folder = large_register.kept(VENUES)
    found = {workers: _memory(folder, workers) for workers in WORKERS}
    rows = tuple((str(workers), *(f"{mb:,.0f} MB" for mb in each)) for workers, each in found.items())
    one, four = (found[workers][0] for workers in WORKERS)
    more = four / one - 1
    verdict = Verdict("memory of four workers", f"at most {LITTLE:.0%} more than one", f"{more:+.0%}", more <= LITTLE)
    return Result(TITLE, COLUMNS, rows, (PSS,), (verdict,))


def _memory(folder: Path, workers: int) -> tuple[float, float, float]:
    with paymap(folder, workers=workers) as server:
        server.rests()
        load(server, ASKED, SECONDS, connections=64)
        found = server.pss_mb()
    return found["Pss"], found["Pss_File"], found["Pss"] - found["Pss_File"]
