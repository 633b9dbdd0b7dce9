"""What can be wrong with what a caller hands in; each is also the builtin that fits."""


class BadCoordinates(ValueError):
    """A longitude or latitude is out of range, or the two do not belong together."""


class BadFrame(ValueError):
    """A frame breaks its contract: index, reference system, geometry or a column."""


class BadStatus(ValueError):
    """A status is none of yes, limited, no and unknown."""


class UnknownDatum(ValueError):
    """A datum that has no name here."""
