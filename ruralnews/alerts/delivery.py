"""Why an alert did not arrive."""

from __future__ import annotations


class DeliveryError(Exception):
    """An attempt that failed."""

    def __init__(self, reason: str, *, again: bool, after: float = 0.0, detail: str = "") -> None:
        """A code for counting, whether another attempt may help, and what the service said.

        `after` are the seconds that it asked to wait.
        """
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.again = again
        self.after = after
