"""Real servers as children of the tests: started on loopback, killed, restarted, cleared away."""
