"""Settings, servers and processes: the only place that knows every door."""

from config import zones

zones.pin()
