"""The monitor on Kafka: the only Faust code.

``protocol`` is the heart, and pure: how partitions that see one record at a time come to the same
timelines as one process that sees all. ``codec`` gives its records their bytes, ``topics`` says
which topics there are, ``admin`` creates and checks them, ``log`` reads them from the start,
``worker`` runs the protocol under Faust.
"""
