"""Makes the static model of what the teacher said: `python distil.py RUN OUT [--dimensions 128]`.

Each token starts as the teacher's state of it alone, in the first principal components, weighed down where it is
frequent (SIF). Then vectors and weights learn, together, that the sum over a text's tokens points where the teacher's
vector of the text does, and that texts are as near to each other as the teacher finds them. `answers.py` comes after.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from layout import write_model


def kept_tokens(tokenizer: Tokenizer) -> list[int]:
    """Tokens worth a vector: no control tokens, no scripts that the teacher does not read."""
    vocabulary = tokenizer.get_vocab()
    bare = lambda token: token.removeprefix("##")
    return sorted(i for token, i in vocabulary.items() if token == "[UNK]" or (not token.startswith("[") and all(ord(c) < 0x250 for c in bare(token))) or token in "[]")


def bags(tokenizer: Tokenizer, texts: list[str], index: dict[int, int], longest: int) -> list[np.ndarray]:
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [np.array([index[i] for i in e.ids[:longest] if i in index], np.int64) for e in encoded]


def principal(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """Directions [384, dimensions] of most variance, around zero: cosines of the teacher's vectors must stay."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return axes[:, ::-1][:, :dimensions].copy()


def frequency_weights(rows: list[np.ndarray], count: int, a: float = 1e-3) -> np.ndarray:
    """SIF: a / (a + frequency)."""
    seen = np.bincount(np.concatenate(rows), minlength=count).astype(np.float64) + 1
    return (a / (a + seen / seen.sum())).astype(np.float32)


class Sums(torch.nn.Module):
    def __init__(self, vectors: np.ndarray, weights: np.ndarray):
        super().__init__()
        self.table = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(vectors * weights[:, None]), freeze=False, mode="sum", sparse=False)

    def forward(self, rows: list[np.ndarray]) -> torch.Tensor:
        offsets = np.cumsum([0, *(len(r) for r in rows[:-1])])
        return F.normalize(self.table(torch.from_numpy(np.concatenate(rows)), torch.from_numpy(offsets)), dim=1)


def learn(model: Sums, rows: list[np.ndarray], wanted: torch.Tensor, options: argparse.Namespace) -> None:
    """Direction, and nearness within a batch; the vectors are drawn back to their start, so that rare tokens keep it."""
    start = model.table.weight.detach().clone()
    optimizer = torch.optim.Adam(model.parameters(), lr=options.rate)
    rng, size, steps = np.random.default_rng(1), options.batch, options.epochs * len(rows) // options.batch
    for step in range(steps):
        chosen = rng.choice(len(rows), size, replace=False)
        got, want = model([rows[i] for i in chosen]), wanted[chosen]
        direction = 1 - (got * want).sum(1).mean()
        off = ~torch.eye(size, dtype=torch.bool)
        near = F.kl_div(F.log_softmax((got @ got.T)[off].view(size, -1) / options.heat, 1), F.softmax((want @ want.T)[off].view(size, -1) / options.heat, 1), reduction="batchmean")
        home = ((model.table.weight - start) ** 2).sum(1).mean()
        loss = direction + options.nearness * near + options.home * home
        optimizer.param_groups[0]["lr"] = options.rate * (1 - step / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 200 == 0:
            print(f"step {step} of {steps}: direction {direction.item():.4f}, nearness {near.item():.4f}, from home {home.item():.4f}", flush=True)


def distil(options: argparse.Namespace) -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(options.run / "tokenizer.json"))
    tokenizer.no_truncation(), tokenizer.no_padding()
    kept = kept_tokens(tokenizer)
    index = {token: row for row, token in enumerate(kept)}
    taught = np.load(options.run / "taught.npz")["vectors"].astype(np.float32)
    texts = json.loads((options.run / "texts.json").read_text())
    rows = bags(tokenizer, texts[: len(taught)], index, 62)
    pairs = [(row, vector) for row, vector in zip(rows, taught) if len(row)]
    rows, taught = [r for r, _ in pairs], np.stack([v for _, v in pairs])
    axes = principal(taught, options.dimensions)
    tokens = np.load(options.run / "tokens.npz")["vectors"].astype(np.float32)[kept]
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    everywhere = bags(tokenizer, texts, index, 512)
    model = Sums(tokens @ axes, frequency_weights([r for r in everywhere if len(r)], len(kept)))
    wanted = F.normalize(torch.from_numpy(taught @ axes), dim=1)
    learn(model, rows, wanted, options)
    write_model(options.out, options.run / "tokenizer.json", kept, model.table.weight.detach().numpy())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path, help="what teach.py wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=0.005)
    parser.add_argument("--nearness", type=float, default=1.0)
    parser.add_argument("--heat", type=float, default=0.05)
    parser.add_argument("--home", type=float, default=0.02)
    distil(parser.parse_args())
