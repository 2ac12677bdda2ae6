"""Teaches a static model to find: `python answers.py RUN MODEL OUT --minutes 20 ...` writes OUT.

A query lies nearer to what answers it than to the answers of the other queries of a batch, which needs no teacher;
batches are of one kind, so that the others are like the right one. What the teacher said of texts (`teach.py`) still
holds beside it: texts are as near to each other as it finds them.
"""

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from evaluate import scores
from layout import StaticModel, write_vectors
from learning import Unseen, add_sources, development_sets, is_development, pairs_of, sets_of

LONGEST = 700  # characters of an answer


Rows = list[np.ndarray]


def rows_of(tokenizer: Tokenizer, texts: list[str], longest: int = 10_000) -> Rows:
    """The tokens of each text; of a text without any, the unknown one, whose vector is zero."""
    unknown = tokenizer.token_to_id("[UNK]")
    encoded = tokenizer.encode_batch([t[:longest] for t in texts], add_special_tokens=False)
    return [np.array([i for i in e.ids if i != unknown] or [unknown], np.int64) for e in encoded]


def embed(table: torch.Tensor, rows: Rows) -> torch.Tensor:
    offsets = np.cumsum([0, *(len(r) for r in rows[:-1])])
    return F.normalize(F.embedding_bag(torch.from_numpy(np.concatenate(rows)), table, torch.from_numpy(offsets), mode="sum"), dim=1)


class Taught(NamedTuple):
    """Texts and the teacher's vectors of them."""

    rows: Rows
    vectors: torch.Tensor


def taught_of(tokenizer: Tokenizer, run: Path, unseen: Unseen) -> Taught:
    vectors = np.load(run / "taught.npz")["vectors"].astype(np.float32)
    texts = json.loads((run / "texts.json").read_text())[: len(vectors)]
    kept = [i for i, text in enumerate(texts) if unseen(text)]
    return Taught(rows_of(tokenizer, [texts[i] for i in kept], 250), torch.from_numpy(vectors[kept]))


def answer_loss(queries: torch.Tensor, answers: torch.Tensor, heat: float) -> torch.Tensor:
    """Either side is to find the other among the batch's."""
    near, right = queries @ answers.T / heat, torch.arange(len(queries))
    return (F.cross_entropy(near, right) + F.cross_entropy(near.T, right)) / 2


def near_loss(got: torch.Tensor, want: torch.Tensor, heat: float = 0.05) -> torch.Tensor:
    off = ~torch.eye(len(got), dtype=torch.bool)
    spread = lambda vectors: (vectors @ vectors.T)[off].view(len(got), -1) / heat
    return F.kl_div(F.log_softmax(spread(got), 1), F.softmax(spread(want), 1), reduction="batchmean")


def turned(table: torch.Tensor, rows: Rows) -> np.ndarray:
    """The same model with its directions in the order of their variance, so that the first ones alone tell most."""
    vectors = embed(table, rows).numpy()
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return table.numpy() @ axes[:, ::-1].copy()


def learn(table: torch.Tensor, kinds: list[tuple[Rows, Rows]], taught: Taught, options: argparse.Namespace, report: Callable[[], None]) -> None:
    """The rate falls to 0 at the last step, or minute when that comes first."""
    began, rng = time.time(), np.random.default_rng(1)
    optimizer = torch.optim.Adam([table], fused=True)
    sizes = np.array([len(queries) for queries, _ in kinds], float) ** 0.5
    for step in range(options.steps):
        left = 1 - max(step / options.steps, (time.time() - began) / 60 / options.minutes)
        if left <= 0:
            break
        queries, answers = kinds[rng.choice(len(kinds), p=sizes / sizes.sum())]
        chosen = rng.choice(len(queries), min(options.batch, len(queries)), replace=False)
        texts = rng.choice(len(taught.rows), options.texts, replace=False)
        rows = [*(queries[i] for i in chosen), *(answers[i] for i in chosen), *(taught.rows[i] for i in texts)]
        asked, answered, told = embed(table, rows).split([len(chosen), len(chosen), len(texts)])
        found, near = answer_loss(asked, answered, options.heat), near_loss(told, taught.vectors[texts])
        optimizer.param_groups[0]["lr"] = options.rate * left
        optimizer.zero_grad()
        (found + options.nearness * near).backward()
        optimizer.step()
        if step % 25 == 0:
            print(f"step {step}, {time.process_time():.0f} s of the processor: answers {found.item():.3f}, nearness {near.item():.3f}", flush=True)
        if step % 100 == 0:
            report()


def main(options: argparse.Namespace) -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = StaticModel(options.model)
    pairs = pairs_of(options)
    rows = lambda texts, longest=10_000: rows_of(model.tokenizer, texts, longest)
    tried = [(s, rows(s.queries), rows(s.documents)) for s in development_sets(pairs)]
    learnt = [p for p in pairs if not is_development(p)]
    kinds = []
    for kind in sorted({p.kind for p in learnt}):
        chosen = [p for p in learnt if p.kind == kind]
        kinds.append((rows([p.query for p in chosen]), rows([p.answer for p in chosen], LONGEST)))
    taught = taught_of(model.tokenizer, options.run, Unseen(sets_of(options)))
    print(f"{len(learnt)} pairs, {len(taught.rows)} texts of the teacher", flush=True)
    table = torch.from_numpy(model.vectors / np.median(np.linalg.norm(model.vectors, axis=1)))
    table[model.unknown] = 0
    table.requires_grad_(True)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.out.resolve() != options.model.resolve():
        for name in ("config.json", "tokenizer.json"):
            shutil.copy(options.model / name, options.out / name)

    @torch.no_grad()
    def report() -> None:
        found = {s.name: scores(s, embed(table, queries).numpy(), embed(table, documents).numpy())["nDCG@10"] for s, queries, documents in tried}
        print("   development:", ", ".join(f"{name} {value:.3f}" for name, value in found.items()), flush=True)
        write_vectors(options.out / "model.safetensors", turned(table.detach(), [row for _, answers in kinds for row in answers[:2000]]) / 10)

    learn(table, kinds, taught, options, report)
    report()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    add_sources(parser)
    parser.add_argument("model", type=Path, help="what distil.py wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rate", type=float, default=0.005)
    parser.add_argument("--texts", type=int, default=128, help="of the teacher, a batch")
    parser.add_argument("--nearness", type=float, default=0.5)
    parser.add_argument("--heat", type=float, default=0.05)
    main(parser.parse_args())
