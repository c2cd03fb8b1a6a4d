"""`ccm models bench`: fine-tuned in domain, each tenth of the tweets judged by the other nine."""

import sys
from argparse import Namespace
from dataclasses import replace

from rich.console import Console

from pipeline.cli.models_evaluate import data_of, table_of
from pipeline.errors import ConfigError


def main(arguments: Namespace) -> int:
    """Measure and print; nothing that is trained here is kept."""
    data = data_of(arguments.data)
    try:
        from models.evaluation.indomain import RECIPE, InDomain, in_domain_figures

        recipe = replace(
            RECIPE, tuned=arguments.tuned, epochs=arguments.epochs, seed=arguments.seed
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
