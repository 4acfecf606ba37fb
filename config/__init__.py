"""Settings, servers and processes: the only place that knows every door."""
