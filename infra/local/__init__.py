"""The service on one machine: embedded AWS, simulators and the app behind a threaded front, all on loopback."""
