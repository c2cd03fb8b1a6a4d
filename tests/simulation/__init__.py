"""The simulator checked against itself, and the monitor checked against the simulator."""
