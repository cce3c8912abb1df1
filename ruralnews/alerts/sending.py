"""One message to all targets at the same time, within a bounded time."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from ruralnews.alerts.delivery import DeliveryError
from ruralnews.alerts.formats import visible
from ruralnews.alerts.mail import send_mail
from ruralnews.alerts.targets import Webhook
from ruralnews.alerts.webhook import post
from ruralnews.clock import now, utc_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ruralnews.alerts.message import Message
    from ruralnews.alerts.targets import Target

logger = logging.getLogger(__name__)

SENT = "sent"
ATTEMPTS = 4
LEAST, MOST = 0.1, 10.0
"""Seconds that one step of one attempt may take."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a delivery is tried; seconds."""

    all: float
    """For everything; what has not arrived then has failed as `timeout`."""
    first: float = 2.0
    """The first pause; each further one is twice as long."""


def send_all(targets: Sequence[Target], message: Message, patience: Patience) -> dict[str, str]:
    """Target name to `sent`, or to the reason why the message did not arrive. Logs both."""
    until = time.monotonic() + patience.all
    deliveries = [Delivery(target, message, patience.first, until) for target in targets]
    for delivery in deliveries:
        delivery.thread.start()
    ends = {}
    for delivery in deliveries:
        delivery.thread.join(max(0.0, until - time.monotonic()))
        delivery.over.set()
        ends[delivery.target.name] = delivery.end
        logger.info("Alert to %s: %s", delivery.target.name, delivery.end)
    return ends


class Delivery:
    """One message on its way to one target.

    In a thread that nobody waits for at the end: a name that is looked up for minutes, or an
    answer that trickles, cannot be timed in any other way.
    """

    def __init__(self, target: Target, message: Message, pause: float, until: float) -> None:
        self.target = target
        self.message = message
        self.pause = pause
        self.until = until
        self.over = Event()
        self.thread = Thread(target=self._deliver, daemon=True)
        self._end = ""

    @property
    def end(self) -> str:
        """`sent`, or why not. A thread that ended without a word met a bug; Python printed it."""
        return self._end or ("timeout" if self.thread.is_alive() else "bug")

    def _deliver(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._attempt(max(LEAST, min(MOST, self.until - time.monotonic())))
            except DeliveryError as error:
                self._end = error.reason
                said = clean(str(error), self.target)
                logger.info("Alert to %s: attempt %d: %s", self.target.name, attempt, said)
                wait = max(self.pause * 2 ** (attempt - 1), error.after)
                if not error.again or time.monotonic() + wait > self.until or self.over.wait(wait):
                    return
            else:
                self._end = SENT
                return

    def _attempt(self, seconds: float) -> None:
        if isinstance(self.target, Webhook):
            post(self.target, self.message, now(), seconds)
        else:
            send_mail(self.target, self.message, utc_now(), seconds)


def clean(text: str, target: Target) -> str:
    """What a service said, without the secrets of its target, fit for a log."""
    for secret in target.secrets:
        text = text.replace(secret, "***")
    return visible(text)
