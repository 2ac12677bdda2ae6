"""Writes and reads a static model in Model2Vec's layout: `config.json`, `tokenizer.json`, `model.safetensors`."""

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer


def write_tensors(file: Path, tensors: dict[str, tuple[str, np.ndarray]]) -> None:
    """A `.safetensors` file; its header is padded so that the data starts at a multiple of 8."""
    header, at = {}, 0
    for name, (kind, values) in tensors.items():
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(v.tobytes() for _, v in tensors.values()))


def write_vectors(file: Path, vectors: np.ndarray) -> None:
    """int8 rows with a float16 weight each."""
    weights = np.maximum(np.abs(vectors).max(1), 1e-8) / 127
    codes = np.clip(np.rint(vectors / weights[:, None]), -127, 127).astype(np.int8)
    write_tensors(file, {"embeddings": ("I8", codes), "weights": ("F16", (weights * 1000).astype(np.float16))})


def write_model(folder: Path, teacher_tokenizer: Path, kept: list[int], vectors: np.ndarray) -> None:
    """The model of these vectors; the tokenizer loses the tokens that have none."""
    folder.mkdir(parents=True, exist_ok=True)
    write_vectors(folder / "model.safetensors", vectors)
    data = json.loads(teacher_tokenizer.read_text())
    names = {i: token for token, i in data["model"]["vocab"].items()}
    data["model"]["vocab"] = {names[token]: row for row, token in enumerate(kept)}
    data["added_tokens"] = [dict(t, id=data["model"]["vocab"][t["content"]]) for t in data["added_tokens"] if t["content"] == "[UNK]"]
    data |= {"truncation": None, "padding": None, "post_processor": None}
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")
    config = {"model_type": "model2vec", "architectures": ["StaticModel"], "hidden_dim": vectors.shape[1], "normalize": True, "tokenizer_name": "sentence-transformers/all-MiniLM-L6-v2"}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


class StaticModel:
    """What `packages/client-js/src/engines/embeddings` computes, for the measurement."""

    def __init__(self, folder: Path):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        file = (folder / "model.safetensors").read_bytes()
        size = int.from_bytes(file[:8], "little")
        header, data = json.loads(file[8 : 8 + size]), file[8 + size :]
        part = lambda name, kind: np.frombuffer(data[slice(*header[name]["data_offsets"])], kind).reshape(header[name]["shape"])
        self.vectors = part("embeddings", np.int8) * part("weights", np.float16).astype(np.float32)[:, None]
        self.unknown = self.tokenizer.token_to_id("[UNK]")

    def embed(self, texts: list[str]) -> np.ndarray:
        rows = [[i for i in e.ids if i != self.unknown] for e in self.tokenizer.encode_batch(texts, add_special_tokens=False)]
        sums = np.stack([self.vectors[row].sum(0) for row in rows])
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
