"""How long, how often, how many: every bound of the outbox."""

from __future__ import annotations

from datetime import timedelta

DEADLINE = 10.0
"""Seconds that an attempt may spend on the network, resolving and connecting included."""

HANDING_OVER = 10.0
"""Seconds more for a mail server that has let us in: it may look into a mail before it says that it has it, and what it
does not say in time may be so all the same."""

LEASE = timedelta(seconds=30)
"""How long an address is its worker's; longer than the longest attempt. Then whoever comes takes it over."""

BACK_OFF = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 7200, 21600))
"""How long to wait after each refusal of a message; after one more it is given up."""

MOST_ATTEMPTS = len(BACK_OFF) + 1

OLDEST = timedelta(days=3)
"""How long after the last thing that joined it a delivery is given up, whatever it waits for."""

PROBES = (timedelta(seconds=15), timedelta(minutes=5))
"""A way out that is down is probed after as long again as it has been down, within these bounds."""

LONGEST_WISH = timedelta(days=1)
"""How long a receiver may ask to be left alone."""

WAY_OUT_SHARE = 2
"""How many deliveries may be under way by one way out."""

PROBE_SHARE = 2
"""How many of all that is under way may be probes."""

MOST_ITEMS = 1000
"""How many things one delivery tells; what comes then goes with the next."""
