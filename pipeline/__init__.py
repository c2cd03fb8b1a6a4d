"""The complaint-channel monitor: complaints in, evidence-backed verdicts out."""

__version__ = "0.1.0"
