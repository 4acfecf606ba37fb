"""Settings, servers and processes: the only place that knows every door."""

import os

from config import zones

zones.pin()
os.umask(0o077)  # what any process of ours writes (mail, logs, keys, backups) is for nobody else to read
