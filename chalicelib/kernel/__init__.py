"""Words that every slice shares; standard library only, no I/O but the log line."""
