"""`ccm models bench`: fine-tuned in domain, each tenth of the tweets judged by the other nine."""

from argparse import Namespace

from rich.console import Console

from pipeline.cli.models_evaluate import data_of, fine_tuned, table_of
from pipeline.errors import ConfigError


def main(arguments: Namespace) -> int:
    """Measure and print; nothing that is trained here is kept."""
    data = data_of(arguments.data)
    try:
        figures = fine_tuned(data, arguments, arguments.keep)
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is missing: training needs more than reading does; "
            "pip install complaint-channel-monitor[train]"
        ) from None
    Console().print(table_of("In domain, ten folds", figures))
    return 0
