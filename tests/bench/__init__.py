"""How fast, how flat, how lean: `python -m tests.bench` (make bench)."""
