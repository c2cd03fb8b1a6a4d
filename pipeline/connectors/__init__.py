"""The connectors: how payloads get from a source to us, and never twice, whatever breaks.

``ports`` says what a connector is, ``taking`` turns payloads into kept lines, ``runner`` keeps one
source going, ``supervisor`` all of them, ``receiving`` takes what sources send by themselves.
How to add a channel stands in ``pipeline/channels/README.md``.
"""
