"""What several commands share."""

from argparse import Namespace
from dataclasses import replace

from pipeline.config import Settings, load_settings


def settings_of(arguments: Namespace) -> Settings:
    """Return the settings of ``--config``, with ``--data`` before them."""
    settings = load_settings(arguments.config)
    if arguments.data is None:
        return settings
    return replace(settings, engine=replace(settings.engine, data=arguments.data))
