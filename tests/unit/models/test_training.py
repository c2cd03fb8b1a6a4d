"""How models are made: conversations stay together, what is unknown is masked, parts agree."""

from pathlib import Path

import numpy as np
import pytest

from models.evaluation.measures import calibration_error, f1, macro_f1
from models.reading import INBOUND, RESPONSE_CLASSES
from models.rules import RulesReader
from models.stack.features import features_of
from models.stack.outputs import CHOICES, COLUMNS, RESPONSE
from models.training.corpora import load_own
from models.training.targets import MASKED, targets_of

OWN = load_own()


def test_own_texts_are_wholly_labelled() -> None:
    """Every own text has its direction's labels, and every reply one response class."""
    for one in OWN:
        assert one.names <= one.known
        if one.direction == "outbound":
            assert one.response in RESPONSE_CLASSES, one.text.id


def test_targets_mask_what_is_not_known() -> None:
    """A customer's text says nothing of response classes; of a choice exactly one holds."""
    targets = targets_of(OWN)
    inbound = np.array([one.direction == "inbound" for one in OWN])
    assert np.all(targets[inbound][:, RESPONSE] == MASKED)
    assert np.all(targets[inbound][:, : len(INBOUND)] >= 0)
    assert np.all(targets[~inbound][:, : len(INBOUND)] == MASKED)
    for columns in CHOICES:
        known = targets[:, columns.start] != MASKED
        assert np.all(targets[known][:, columns].sum(axis=1) == 1)


def test_linear_heads_score_as_they_were_fitted() -> None:
    """One text at run time gets what the sparse matrix gave in training."""
    pytest.importorskip("sklearn", reason="SKIPPED: fitting needs the extra `train`")
    from models.training.linear import fit_linear, matrix_of

    some = OWN[::40]
    rules = RulesReader()
    features = [features_of(one.text, rules.examine(one.text)) for one in some]
    heads = fit_linear(features, targets_of(some), np.ones(len(some), dtype=np.float32))
    fitted = matrix_of(features, heads.rows, heads.rarity) @ heads.table + heads.bias
    scored = np.array([heads.score(one) for one in features])
    assert scored.shape == (len(some), len(COLUMNS))
    assert np.allclose(fitted, scored, atol=1e-3)


def test_a_stopped_run_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after some steps and begun anew, a training gives the very same weights."""
    pytest.importorskip("torch", reason="SKIPPED: the encoder needs the extra `train`")
    torch = pytest.importorskip("torch")
    from models.training import tuning
    from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer
    from models.training.targets import inputs_of

    monkeypatch.setattr(tuning, "KEEP_STEPS", 2)
    _, tokenize, marks = load_tokenizer(DEFAULT_ENCODER)
    inputs = inputs_of(OWN[:12], tokenize, marks)
    recipe = tuning.Recipe(tuned=1, epochs=2, batch=4)
    states = tuning.lower_states(build_net(DEFAULT_ENCODER, 2).eval(), inputs, 1)
    sheet = tuning.Sheet(
        inputs=inputs,
        states=states,
        targets=targets_of(OWN[:12]),
        weights=np.ones(12, dtype=np.float32),
    )

    def stop(told: str) -> None:
        if told.startswith("step 4"):
            raise KeyboardInterrupt

    keep = tmp_path / "run.pt"
    torch.manual_seed(7)
    net = build_net(DEFAULT_ENCODER, 2)
    whole = tuning.predict(tuning.fit(net, sheet, recipe), inputs, states)
    torch.manual_seed(7)
    with pytest.raises(KeyboardInterrupt):
        tuning.fit(build_net(DEFAULT_ENCODER, 2), sheet, recipe, stop, keep)
    resumed = tuning.fit(build_net(DEFAULT_ENCODER, 2), sheet, recipe, None, keep)
    assert np.array_equal(whole, tuning.predict(resumed, inputs, states))


def test_upper_layers_continue_where_the_lower_ended() -> None:
    """What is trained on kept states is the same function as the net that is exported."""
    pytest.importorskip("torch", reason="SKIPPED: the encoder needs the extra `train`")
    from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer, padded
    from models.training.targets import inputs_of
    from models.training.tuning import Upper, lower_states, predict

    _, tokenize, marks = load_tokenizer(DEFAULT_ENCODER)
    inputs = inputs_of(OWN[:6], tokenize, marks)
    net = build_net(DEFAULT_ENCODER, 6).eval()
    parts = predict(Upper(net, 2), inputs, lower_states(net, inputs, 2))
    assert np.allclose(net(*padded(inputs)).detach().numpy(), parts, atol=1e-2)


def test_measures_agree_with_a_hand_count() -> None:
    """Two of three found, one false: F1 is 2/3; sure and right is calibrated."""
    found = np.array([True, True, True, False, False, False])
    told = np.array([True, True, False, True, False, False])
    assert f1(found, told) == pytest.approx(2 / 3)
    assert macro_f1(found, told) == pytest.approx(2 / 3)
    assert calibration_error(told.astype(float), told) == 0
    assert calibration_error(np.full(6, 0.9), told) == pytest.approx(0.4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's older export, which fuses
def test_exported_encoder_says_what_the_net_says(tmp_path: Path) -> None:
    """As int8 files it is nearly the net, at either head, and norms stand apart from sums."""
    pytest.importorskip("torch", reason="SKIPPED: the encoder needs the extra `train`")
    import onnx
    import torch

    from models.plain import plain
    from models.stack.encoder import Encoder
    from models.stack.store import LOWER, UPPER
    from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer, padded
    from models.training.export import export
    from models.training.targets import inputs_of

    torch.manual_seed(7)
    tokenizer, tokenize, marks = load_tokenizer(DEFAULT_ENCODER)
    net = build_net(DEFAULT_ENCODER, 4).eval()
    export(net, tokenizer, tmp_path)
    for name in (LOWER, UPPER):
        kinds = {node.op_type for node in onnx.load(tmp_path / name).graph.node}
        assert "LayerNormalization" in kinds
        assert "SkipLayerNormalization" not in kinds
    encoder = Encoder(tmp_path)
    for one in OWN[:8]:
        with torch.no_grad():
            (told,) = net(*padded(inputs_of([one], tokenize, marks))).numpy()
        found = encoder.score(one.text, plain(one.text.text))
        assert np.corrcoef(told, found)[0, 1] > 0.97, one.text.id
