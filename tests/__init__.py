"""Tests of the complaint-channel monitor: every test states a fact in its docstring or its name."""
