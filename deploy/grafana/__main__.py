"""``python -m deploy.grafana``: write the dashboards' JSON anew.

With ``--pages https://ccm.example`` for a monitor whose pages are elsewhere, into ``--out DIR``.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana import executives, on_call, operations
from deploy.grafana.frame import render

PAGES: Final = "http://127.0.0.1:8080"
"""Where `ccm run` and deploy/compose.yaml serve them."""
FOLDER: Final = Path(__file__).parent / "dashboards"
BUILDERS: Final[tuple[Callable[[str], Dashboard], ...]] = (
    operations.build,
    on_call.build,
    executives.build,
)


def rendered(pages: str = PAGES) -> dict[str, str]:
    """Return the files of all dashboards, by name."""
    made = [build(pages) for build in BUILDERS]
    return {f"{one.uid}.json": render(one) for one in made}


def main() -> None:
    """Write them."""
    parser = ArgumentParser(prog="python -m deploy.grafana", description=__doc__)
    parser.add_argument("--pages", default=PAGES, help="where the monitor's pages are")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write into")
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    for name, text in rendered(told.pages.rstrip("/")).items():
        (told.out / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
