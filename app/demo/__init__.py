"""The sandbox's ledger: an invented town life over real borders, marked as simulated in every row.

`recipe` reads the invented rates and names, `towns` places towns, `mix` shares venues out, `venues` and
`labels` make them, `visits`, `truth` and `sayings` make what was seen, `lists` the lists, licences and counts,
`rows` turns frames into table rows, `load` is the edge that writes them all in one transaction.
"""

from app.demo.load import load

__all__ = ["load"]
