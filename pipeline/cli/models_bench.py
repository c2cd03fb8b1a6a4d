"""`ccm models bench`: fine-tuned in domain, each tenth of the tweets judged by the other nine."""

import sys
from argparse import Namespace

from rich.console import Console

from pipeline.cli.models_evaluate import data_of, table_of
from pipeline.errors import ConfigError


def main(arguments: Namespace) -> int:
    """Measure and print; nothing that is trained here is kept."""
    data = data_of(arguments.data)
    try:
        from models.evaluation.indomain import InDomain, in_domain_figures
        from models.training.tuning import Recipe

        recipe = Recipe(
            tuned=arguments.tuned, epochs=arguments.epochs, rate=1e-4, seed=arguments.seed
        )
        plan = InDomain(recipe=recipe, keep=arguments.keep, start=arguments.start)
        figures = in_domain_figures(data, plan, lambda told: print(told, file=sys.stderr))
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is missing: training needs more than reading does; "
            "pip install complaint-channel-monitor[train]"
        ) from None
    Console().print(table_of("In domain, ten folds", figures))
    return 0
