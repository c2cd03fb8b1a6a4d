"""Text in, signals out: the readers of complaints. Imports nothing of pipeline."""
