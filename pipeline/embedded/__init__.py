"""One process, no broker: durable inbox and state in SQLite, the loop, replay and audit."""
