"""The pure core: what an event, a case and a verdict are.

Nothing here reads a clock, a file or the network, and nothing here imports more than the standard
library: time is always an argument. The whole monitor stands on three functions::

    observe(timeline, event) -> Timeline                    set union
    evaluate(timeline, as_of, policy) -> tuple[Verdict, …]   one for each case of the timeline
    next_check(timeline, as_of, policy) -> datetime | None   when silence alone changes one of them
"""
