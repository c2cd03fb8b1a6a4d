"""``python -m deploy.grafana``: write the dashboards' JSON anew.

With ``--config ccm.toml`` for a monitor with other settings: where its pages are
(``alerts.base_url``), its objective and its policy; into ``--out DIR``.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana import executives, on_call, operations
from deploy.grafana.frame import render
from pipeline.config import Settings, load_settings

FOLDER: Final = Path(__file__).parent / "dashboards"
BUILDERS: Final[tuple[Callable[[Settings], Dashboard], ...]] = (
    operations.build,
    on_call.build,
    executives.build,
)


def rendered(settings: Settings | None = None) -> dict[str, str]:
    """Return the files of all dashboards, by name; for the default settings where none are told."""
    made = [build(settings or Settings()) for build in BUILDERS]
    return {f"{one.uid}.json": render(one) for one in made}


def main() -> None:
    """Write them."""
    parser = ArgumentParser(prog="python -m deploy.grafana", description=__doc__)
    parser.add_argument("--config", type=Path, help="the settings of the monitor")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write into")
    told = parser.parse_args()
    settings = load_settings(told.config, {}) if told.config else Settings()
    told.out.mkdir(parents=True, exist_ok=True)
    for name, text in rendered(settings).items():
        (told.out / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
