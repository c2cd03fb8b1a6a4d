"""Fine-tuned in domain: complaints-acl2019 under ten folds, as published figures are measured.
with its upper layers tuned on the other nine, beside a logistic regression on words and on what the
rules saw; their logits are added.
"""

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.evaluation.measures import Figure, macro_f1, macro_f1_of
from models.evaluation.sets import load_acl2019
from models.rules.reader import RulesReader
from models.stack.features import features_of
from models.stack.outputs import COLUMNS, SEVERITIES, SEVERITY
from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer
from models.training.example import Example
from models.training.linear import fit_linear, matrix_of
from models.training.targets import inputs_of, targets_of
from models.training.tuning import Recipe, fit, lower_states, predict

FOLDS: Final = 10
Matrix = NDArray[np.float32]


def in_domain_figures(data: Path, recipe: Recipe, log: Callable[[str], None]) -> list[Figure]:
    """Complaint and severity, each tenth judged by a model of the other nine.

    Raises:
        ImportError: the extra ``train`` is not installed.
    """
    examples = _examples(data)
    tenth = np.array([hashlib.sha256(one.text.id.encode()).digest()[0] % FOLDS for one in examples])
    words = _words(examples, tenth)
    log("words and rules: done")
    deep = _encoder(examples, tenth, recipe, log)
    figures = []
    for name, logits in (("words and rules", words), ("encoder", deep), ("both", words + deep)):
        figures += _judged(name, examples, logits)
    return figures


def _examples(data: Path) -> list[Example]:
    with (data / "complaints-acl2019" / "severity.csv").open(encoding="utf-8") as file:
        severity = {_key(row["tweet"]): int(row["Severity"]) for row in csv.DictReader(file)}
    found = []
    for one in load_acl2019(data):
        level = severity.get(_key(one.text.text))
        found.append(replace(one, severity=None if level is None else SEVERITIES[level]))
    return found


def _key(words: str) -> str:
    return " ".join(words.split()).lower()


def _words(examples: Sequence[Example], tenth: NDArray[np.int64]) -> Matrix:
    rules = RulesReader()
    features = [features_of(one.text, rules.examine(one.text)) for one in examples]
    targets, weights = targets_of(examples), np.ones(len(examples), dtype=np.float32)
    found = np.zeros_like(targets)
    for fold in range(FOLDS):
        test, rest = np.flatnonzero(tenth == fold).tolist(), np.flatnonzero(tenth != fold).tolist()
        heads = fit_linear([features[row] for row in rest], targets[rest], weights[rest])
        matrix = matrix_of([features[row] for row in test], heads.rows, heads.rarity)
        found[test] = matrix @ heads.table + heads.bias
    return found


def _encoder(
    examples: Sequence[Example],
    tenth: NDArray[np.int64],
    recipe: Recipe,
    log: Callable[[str], None],
) -> Matrix:
    _, tokenize, marks = load_tokenizer(DEFAULT_ENCODER)
    inputs = inputs_of(examples, tokenize, marks)
    states = lower_states(build_net(DEFAULT_ENCODER, 6).eval(), inputs, recipe.tuned)
    targets, weights = targets_of(examples), np.ones(len(examples), dtype=np.float32)
    found = np.zeros((len(examples), len(COLUMNS)), dtype=np.float32)
    for fold in range(FOLDS):
        test, rest = np.flatnonzero(tenth == fold).tolist(), np.flatnonzero(tenth != fold).tolist()
        upper = fit(
            build_net(DEFAULT_ENCODER, 6),
            [inputs[row] for row in rest],
            [states[row] for row in rest],
            targets[rest],
            weights[rest],
            recipe,
        )
        found[test] = predict(upper, [inputs[row] for row in test], [states[row] for row in test])
        log(f"encoder, fold {fold + 1} of {FOLDS}")
    return found


def _judged(name: str, examples: Sequence[Example], logits: Matrix) -> list[Figure]:
    told = np.array(["complaint" in one.names for one in examples])
    found = logits[:, COLUMNS.index("complaint")] >= 0
    directed = np.array([dict(one.slices)["directed"] == "True" for one in examples])
    figures = [
        Figure(
            name=f"acl2019 in domain, complaint or not, macro F1, {slice_name}: {name}",
            value=macro_f1(found[rows], told[rows]),
            n=int(rows.sum()),
            positives=int(told[rows].sum()),
            aim=aim,
        )
        for slice_name, rows, aim in (
            ("all", np.ones(len(told), dtype=bool), 0.90),
            ("directed", directed, 0.86),
        )
    ]
    graded = [row for row, one in enumerate(examples) if one.severity not in (None, "none")]
    levels = logits[graded][:, SEVERITY][:, 1:].argmax(axis=1)
    figures.append(
        Figure(
            name=f"acl2019 in domain, severity of complaints, macro F1: {name}",
            value=macro_f1_of(
                [SEVERITIES[1 + level] for level in levels.tolist()],
                [str(examples[row].severity) for row in graded],
                SEVERITIES[1:],
            ),
            n=len(graded),
            aim=0.557,
        )
    )
    return figures
