"""What simpler models make of the same training texts: the measure of what the stack is worth."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluation.measures import Figure, macro_f1
from models.evaluation.sets import load_2015, load_acl2019
from models.training.example import Example
from models.training.run import load_examples

Vectorise = Callable[[Sequence[str]], Any]


def baseline_figures(data: Path, log: Callable[[str], None]) -> list[Figure]:
    """TF-IDF and the frozen encoder, each with a logistic regression, on complaint or not.

    Raises:
        ImportError: the extra ``train`` is not installed.
    """
    examples = [one for one in load_examples(data) if "complaint" in one.known]
    texts = [one.text.text for one in examples]
    told = np.array(["complaint" in one.names for one in examples])
    weights = np.array([one.weight for one in examples])
    figures = []
    for name, vectorise in (
        ("TF-IDF + LR", tfidf(texts)),
        ("frozen MiniLM + LR", frozen_vectors()),
    ):
        log(f"baseline: {name}")
        model = regression().fit(vectorise(texts), told, sample_weight=weights)
        for source, load in (("acl2019", load_acl2019), ("complaints-2015", load_2015)):
            figures += _judged(name, source, load(data), model, vectorise)
    return figures


def _judged(
    name: str, source: str, examples: Sequence[Example], model: Any, vectorise: Vectorise
) -> list[Figure]:
    found: NDArray[np.bool_] = model.predict(vectorise([one.text.text for one in examples]))
    told = np.array(["complaint" in one.names for one in examples])
    return [
        Figure(
            name=f"{source}: complaint or not, macro F1, {name}",
            value=macro_f1(found, told),
            n=len(told),
            positives=int(told.sum()),
        )
    ]


def regression() -> Any:
    """The regression that each baseline ends in."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=4.0, max_iter=1000)


def tfidf(texts: Sequence[str]) -> Vectorise:
    """Words and pairs of words that were seen in ``texts``, weighed by rarity."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(texts)
    vectorise: Vectorise = vectoriser.transform
    return vectorise


def frozen_vectors() -> Vectorise:
    """Mean of the frozen encoder's pieces, of length 1."""
    import torch

    from models.stack.pieces import Pieces
    from models.stack.wording import wording
    from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer, padded

    _, tokenize, (start, stop) = load_tokenizer(DEFAULT_ENCODER)
    encoder = build_net(DEFAULT_ENCODER, 6).eval().encoder

    def vectorise(texts: Sequence[str]) -> NDArray[np.float32]:
        pieces = [[start, *tokenize(wording(text.lower()))[:94], stop] for text in texts]
        inputs = [Pieces(ids, [0] * len(ids)) for ids in pieces]
        found = np.zeros((len(texts), encoder.config.hidden_size), dtype=np.float32)
        order = sorted(range(len(inputs)), key=lambda row: len(inputs[row].ids))
        with torch.no_grad():
            for at in range(0, len(order), 32):
                rows = order[at : at + 32]
                ids, parts, mask = padded([inputs[row] for row in rows])
                states = encoder(
                    input_ids=ids, attention_mask=mask, token_type_ids=parts
                ).last_hidden_state
                shown = mask.unsqueeze(-1).to(states.dtype)
                mean = (states * shown).sum(1) / shown.sum(1)
                found[rows] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return found * 5

    return vectorise
