"""`ccm models train`: a model from our own texts and the public sets that allow it."""

import sys
from argparse import Namespace

from pipeline.errors import ConfigError


def main(arguments: Namespace) -> int:
    """Train; tell the progress on stderr and the new folder on stdout."""
    try:
        from models.training.encoder import DEFAULT_ENCODER
        from models.training.run import Plan, train, with_seed
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is missing: training needs more than reading does; "
            "pip install complaint-channel-monitor[train]"
        ) from None
    plan = Plan(
        data=arguments.data,
        out=arguments.out,
        encoder=arguments.encoder or DEFAULT_ENCODER,
        folds=arguments.folds,
    )
    folder = train(with_seed(plan, arguments.seed), lambda told: print(told, file=sys.stderr))
    print(folder)
    return 0
