"""Trains lumos-nano on CPU for a given time: `python train.py OUT --tokenizer FOLDER --minutes 60`."""

import argparse
import json
import random
import time
from itertools import islice
from pathlib import Path
from typing import Callable, Iterator

import numpy as np
import torch
import torch._inductor.config
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from copying import copying_loss, sources
from generate import conversations
from model import Nano, NanoConfig
from muon import Muon
from render import segments
from threads import ThreadChoice

VALIDATION_SEED = 999_983
VECTOR_EPS = 1e-5  # a large one: else Adam makes steps of the tiny gradients of tokens that are never the answer, and they all become alike
MOST_TURNS = 100  # of a conversation
OPENING, OPENING_WEIGHT = 4, 3.0


def encode(tokenizer: Tokenizer, conversation: dict) -> tuple[list[int], list[int]]:
    """Token ids, and for each the number (1, 2, ...) of the turn whose writing is to be learnt, or 0."""
    ids, turns, turn = [], [], 0
    for text, learn in segments(conversation):
        part = tokenizer.encode(text, add_special_tokens=False).ids
        turn += learn
        ids += part
        turns += [turn if learn else 0] * len(part)
    return ids, turns


def collate(rows: list[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor, Tensor]:
    """Padded ids, turns (no two of a batch with the same number), and the sources of copied tokens, each [batch, length]."""
    width = -(-max(len(ids) for ids, _ in rows) // 16) * 16
    ids, turns, source = (torch.full((len(rows), width), fill) for fill in (0, 0, -1))
    for i, (a, b) in enumerate(rows):
        ids[i, : len(a)], turns[i, : len(b)], source[i, : len(a)] = torch.tensor(a), torch.tensor(b), torch.tensor(sources(a, b))
        turns[i] += MOST_TURNS * i * (turns[i] > 0)
    return ids, turns, source


def batches(tokenizer: Tokenizer, seed: int, tokens: int, easy: Callable[[], float], home: float, longest: int = 768) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Endless batches of conversations of similar length, about `tokens` positions each."""
    stream, rng = conversations(seed, easy, home), random.Random(seed)
    while True:
        rows = sorted((r for r in (encode(tokenizer, c) for c in islice(stream, 192)) if len(r[0]) <= longest), key=lambda r: len(r[0]))
        groups, group = [], []
        for row in rows:
            if group and len(row[0]) * (len(group) + 1) > tokens:
                groups.append(group)
                group = []
            group.append(row)
        rng.shuffle(groups)
        yield from map(collate, groups)


class Stream(IterableDataset):
    """Batches, made by another process while the model learns."""

    def __init__(self, *options):
        self.options = options

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        torch.set_num_threads(1)
        return batches(*self.options)


def targets_of(model: Nano, hidden: Tensor, ids: Tensor, turns: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Logits, right tokens and turn numbers at the positions to learn."""
    learn = turns[:, 1:] > 0
    return hidden[:, :-1][learn] @ model.embed_tokens.weight.T, ids[:, 1:][learn], turns[:, 1:][learn]


def weighed_loss(logits: Tensor, wanted: Tensor, turns: Tensor) -> Tensor:
    """Cross-entropy; the first tokens of a turn count more, since they decide: a call or words, which tool, which words."""
    opening = F.pad(turns[OPENING:] != turns[:-OPENING], (OPENING, 0), value=True)
    weights = torch.where(opening, OPENING_WEIGHT, 1.0)
    return (F.cross_entropy(logits, wanted, reduction="none") * weights).sum() / weights.sum()


@torch.no_grad()
def validate(model: Nano, tokenizer: Tokenizer, count: int) -> dict[str, float]:
    """Loss, and the share of turns whose every token would be chosen greedily."""
    model.eval()
    losses, right, total = [], {True: 0, False: 0}, {True: 0, False: 0}
    call = tokenizer.token_to_id("<tool_call>")
    for conversation in islice(conversations(VALIDATION_SEED), count):
        ids, turns, _ = collate([encode(tokenizer, conversation)])
        logits, wanted, numbers = targets_of(model, model.hidden(ids), ids, turns)
        losses.append(F.cross_entropy(logits, wanted).item())
        hits = logits.argmax(-1) == wanted
        for n in numbers.unique():
            is_call = bool(wanted[numbers == n][0] == call)
            total[is_call] += 1
            right[is_call] += bool(hits[numbers == n].all())
    model.train()
    return {"loss": sum(losses) / len(losses), "calls": right[True] / total[True], "texts": right[False] / total[False]}


def rate(progress: float) -> float:
    """Share of the peak learning rate: short warm-up, plateau, linear decay to zero."""
    return min(1.0, progress / 0.01, (1 - progress) / 0.6)


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    threads = ThreadChoice(options.threads)
    tokenizer = Tokenizer.from_file(str(options.tokenizer / "tokenizer.json"))
    config = NanoConfig(vocab_size=tokenizer.get_vocab_size(), **json.loads(options.shape))
    model = Nano(config)
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() != 2 or "embed" in n]
    optimizers = [Muon(matrices, lr=options.lr), torch.optim.AdamW(others, lr=options.lr / 10, betas=(0.9, 0.98), eps=VECTOR_EPS, weight_decay=0.0)]
    peaks = [options.lr, options.lr / 10]
    if options.resume:
        saved = torch.load(options.resume)
        model.load_state_dict(saved["model"])
        for optimizer, state in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
    elif options.vectors:
        model.embed_tokens.weight.data = torch.from_numpy(np.load(options.vectors))
    torch._inductor.config.cpp.dynamic_threads = True
    observe = torch.compile(model.observed, dynamic=True)
    started, step, seen, shown = time.time(), 0, 0, 0.0

    def progress_now() -> float:
        return options.begin + (options.end - options.begin) * (time.time() - started) / (60 * options.minutes)

    def save() -> None:
        torch.save({"config": config.as_dict(), "model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}, options.out)

    def easy() -> float:
        return max(0.0, 1 - progress_now() / options.easy_until) if options.easy_until else 0.0

    stream = Stream(tokenizer, options.data_seed, options.batch_tokens, easy, options.home)
    for ids, turns, source in DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=8):
        threads.begin()
        elapsed, progress = time.time() - started, progress_now()
        if progress >= options.end:
            break
        for optimizer, peak in zip(optimizers, peaks):
            optimizer.param_groups[0]["lr"] = peak * rate(progress)
        hidden, heads = observe(ids)
        loss = weighed_loss(*targets_of(model, hidden, ids, turns))
        copying = copying_loss(heads, source)
        (loss + copying).backward()
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        threads.finish(ids.numel())
        step, seen = step + 1, seen + ids.numel()
        if elapsed - shown > options.report_seconds:
            shown = elapsed
            print(f"{elapsed:6.0f} s  step {step}  {seen / 1e6:.2f} M tokens, {threads.best} threads  train {loss.item():.3f}  copying {copying.item():.3f}  {validate(model, tokenizer, 24)}", flush=True)
            save()
    save()
    print(f"done: {step} steps, {seen} tokens, {time.time() - started:.0f} s, {validate(model, tokenizer, 100)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=2, help="at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data-seed", type=int, default=1)
    parser.add_argument("--report-seconds", type=float, default=60)
    parser.add_argument("--easy-until", type=float, default=0.4, help="share of the time by which the last easy conversations have gone")
    parser.add_argument("--home", type=float, default=0.2, help="share of conversations with just the platform's own tools")
    parser.add_argument("--shape", default="{}", help="JSON that overrides NanoConfig")
    parser.add_argument("--vectors", type=Path, help="what start_vectors.py wrote")
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--begin", type=float, default=0.0, help="share of the whole schedule that is done already")
    parser.add_argument("--end", type=float, default=1.0, help="share of it that will be done then")
    train(parser.parse_args())
