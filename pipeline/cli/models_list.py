"""`ccm models list`: the models that are installed, and what they are made from."""

from argparse import Namespace

from models.readers import BadArtefact, installed
from pipeline.errors import ConfigError


def main(arguments: Namespace) -> int:  # noqa: ARG001  # every command is called so
    """Print one line a model; a damaged one is an error."""
    try:
        for one in installed():
            print(one)
    except BadArtefact as error:
        raise ConfigError(str(error)) from None
    return 0
