"""Failures of real parts: generator, nemesis and checker kept apart; a seed replays the faults."""
