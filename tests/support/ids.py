"""Ids that tests can foretell."""

from chalicelib.kernel.ids import encode_ulid


class CountedIds:
    """ULIDs 1, 2, 3, …: the same in every run."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> str:
        self._last += 1
        return encode_ulid(0, self._last)
