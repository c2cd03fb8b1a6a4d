"""What of Faust runs in a worker, and what does not."""

import asyncio
from typing import Any

from pipeline.config import KafkaSettings
from pipeline.topology.membership import build_app


def test_nothing_of_faust_runs_that_is_known_to_lose_records() -> None:
    """No agent, so no ``take`` and no concurrency; no table, so no window; no web server."""

    async def look() -> None:
        app = build_app(KafkaSettings())
        services = app.BootStrategy(app).server()
        names = {type(one).__name__ for one in services}
        assert {"_Producer", "_Consumer"} <= names
        assert names.isdisjoint({"AgentManager", "Conductor", "TableManager", "Fetcher", "Web"})
        assert not app.agents
        assert not app.tables
        assert not app.conf.web_enabled
        assert not app.in_transaction
        consumer: Any = app.consumer
        consumer._thread.thread_loop.close()  # which it would do when it ends

    asyncio.run(look())


def test_sessions_are_short_enough_to_be_replaced_and_long_enough_to_last() -> None:
    """6 to 15 seconds by default; several heartbeats fit in; partitions keep together."""
    app = build_app(KafkaSettings())
    assert 6 <= app.conf.broker_session_timeout <= 15
    assert app.conf.broker_heartbeat_interval <= app.conf.broker_session_timeout / 3
    assert app.conf.consumer_auto_offset_reset == "earliest"
