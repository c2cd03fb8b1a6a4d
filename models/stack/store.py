"""Artefacts on disk: a folder a version, with a manifest that names each file and its digest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.reading import Direction
from models.stack.exits import Exit
from models.stack.linear import LinearHeads
from models.stack.outputs import COLUMNS
from models.stack.weighing import Weighing

FORMAT: Final = 2
MANIFEST: Final = "manifest.json"
HEADS: Final = "heads.npz"
FEATURES: Final = "features.txt"
WEIGHING: Final = "weighing.npz"
LOWER: Final = "encoder-lower.onnx"
UPPER: Final = "encoder-upper.onnx"
UNSEEN: Final = "unseen.npz"
"""What was said in training of texts that no stage, nor the weighing, had been fitted on."""

STAGES: Final = ("quick", "half", "full")
"""What has been asked: rules and linear heads; the lower layers too; the whole encoder."""

BUNDLED: Final = Path(__file__).resolve().parent.parent / "artefacts"
_BESIDE: Final = frozenset({MANIFEST, "figures.json"})
"""Files of the folder that are no part of the model."""

_DIRECTIONS: Final[tuple[Direction, ...]] = ("inbound", "outbound")


class BadArtefact(ValueError):
    """A model that cannot be used; the message says what was found, where, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The learnt parts of an artefact, but for the encoder's session.

    Attributes:
        version: of the artefact.
        folder: where it lies; the encoder is loaded from there.
        heads: the linear heads.
        weighings: by direction, one a stage (``STAGES``): with rules and linear heads alone, with
            the encoder's early head, with its last.
        exits: by direction, one a stage but the last: when its word is believed.
    """

    version: str
    folder: Path
    heads: LinearHeads
    weighings: Mapping[Direction, Sequence[Weighing]]
    exits: Mapping[Direction, Sequence[Exit]]


def list_artefacts(root: Path = BUNDLED) -> list[Path]:
    """The folders of artefacts below ``root``, the latest version last."""
    found = [path.parent for path in root.glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def load_stack(folder: Path) -> Stack:
    """The artefact of a folder, after every file was checked against the manifest.

    Raises:
        BadArtefact: a file is missing, cut short, changed, or of another format.
    """
    manifest = verify(folder)
    try:
        return _stack(folder, manifest)
    except (KeyError, OSError, ValueError) as error:
        raise BadArtefact(f"{folder}: cannot be read as a model ({error}); {_MEND}") from None


_MEND: Final = (
    'get it anew from the release, train one (`ccm models train`), or set model = "rules"'
)


def verify(folder: Path) -> dict[str, Any]:
    """The manifest of a folder, once the files are what it says they are.

    Raises:
        BadArtefact: they are not.
    """
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_text("utf-8"))
    except OSError as error:
        raise BadArtefact(f"{folder / MANIFEST}: {error.strerror}; {_MEND}") from None
    except ValueError as error:
        raise BadArtefact(f"{folder / MANIFEST}: is no JSON ({error}); {_MEND}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadArtefact(f"{folder / MANIFEST}: expected format {FORMAT}; {_MEND}")
    if manifest.get("columns") != list(COLUMNS):
        raise BadArtefact(f"{folder / MANIFEST}: made for other signals than these; {_MEND}")
    for name, told in manifest["files"].items():
        found = digest_of(folder / name)
        if found != told["sha256"]:
            raise BadArtefact(
                f"{folder / name}: {found or 'missing'}, expected sha256 {told['sha256']}; {_MEND}"
            )
    return manifest


def digest_of(path: Path) -> str | None:
    """The sha256 of a file in hexadecimal; null where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _stack(folder: Path, manifest: dict[str, Any]) -> Stack:
    with np.load(folder / WEIGHING, allow_pickle=False) as kept:
        weighings = {
            way: [_weighing(kept, f"{stage}-{way}") for stage in STAGES] for way in _DIRECTIONS
        }
        exits = {way: [_exit(kept, stage, way) for stage in STAGES[:-1]] for way in _DIRECTIONS}
    return Stack(
        version=str(manifest["version"]),
        folder=folder,
        heads=_heads(folder),
        weighings=weighings,
        exits=exits,
    )


def _weighing(kept: Any, name: str) -> Weighing:
    return Weighing(
        table=kept[f"{name}-table"],
        bias=kept[f"{name}-bias"],
        thresholds=kept[f"{name}-thresholds"],
    )


def _exit(kept: Any, stage: str, way: str) -> Exit:
    width, most, *weights = kept[f"exit-{stage}-{way}"]
    return Exit(width=float(width), most=float(most), weights=np.array(weights, dtype=np.float32))


def _heads(folder: Path) -> LinearHeads:
    names = (folder / FEATURES).read_text("utf-8").splitlines()
    with np.load(folder / HEADS, allow_pickle=False) as kept:
        scale, table, rarity, bias = (kept[name] for name in ("scale", "table", "rarity", "bias"))
    if table.shape != (len(names), len(COLUMNS)):
        raise ValueError(f"{HEADS} has {table.shape[0]} rows for {len(names)} features")
    return LinearHeads(
        rows={name: row for row, name in enumerate(names)},
        rarity=rarity.astype(np.float32),
        table=table.astype(np.float32) * scale,
        bias=bias,
    )


def save_stack(stack: Stack, about: Mapping[str, Any]) -> None:
    """Writes the learnt parts beside the encoder's files, and the manifest of all of them."""
    scale = np.abs(stack.heads.table).max(axis=0) / 127 + 1e-9
    np.savez_compressed(
        stack.folder / HEADS,
        table=np.round(stack.heads.table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        rarity=stack.heads.rarity.astype(np.float16),
        bias=stack.heads.bias,
    )
    (stack.folder / FEATURES).write_text("\n".join(stack.heads.rows) + "\n", "utf-8")
    kept: dict[str, Any] = {}
    for way in _DIRECTIONS:
        for stage, weighing in zip(STAGES, stack.weighings[way], strict=True):
            kept[f"{stage}-{way}-table"] = weighing.table
            kept[f"{stage}-{way}-bias"] = weighing.bias
            kept[f"{stage}-{way}-thresholds"] = weighing.thresholds
        for stage, leave in zip(STAGES, stack.exits[way], strict=False):
            numbers = [leave.width, leave.most, *leave.weights]
            kept[f"exit-{stage}-{way}"] = np.array(numbers, dtype=np.float32)
    np.savez_compressed(stack.folder / WEIGHING, **kept)
    write_manifest(stack.folder, stack.version, about)


def write_manifest(folder: Path, version: str, about: Mapping[str, Any]) -> None:
    """Writes which files a folder holds, and what they were made from."""
    files = {
        path.name: {"sha256": digest_of(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.suffix in {".npz", ".txt", ".onnx", ".json"} and path.name not in _BESIDE
    }
    told = {
        "format": FORMAT,
        "version": version,
        "columns": list(COLUMNS),
        **about,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", "utf-8")
