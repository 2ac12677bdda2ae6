"""Trains lumos-nano on CPU for a given time: `python train.py OUT --tokenizer FOLDER --minutes 60`."""

import argparse
import json
import random
import time
from itertools import islice
from pathlib import Path
from typing import Callable, Iterator

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from copying import copying_loss, sources
from generate import conversations
from model import Nano, NanoConfig
from muon import Muon
from render import segments

VALIDATION_SEED = 999_983


def encode(tokenizer: Tokenizer, conversation: dict) -> tuple[list[int], list[int]]:
    """Token ids, and for each the turn (1, 2, ...) whose writing is to be learnt, or 0."""
    ids, turns, turn = [], [], 0
    for text, learn in segments(conversation):
        part = tokenizer.encode(text, add_special_tokens=False).ids
        turn += learn
        ids += part
        turns += [turn if learn else 0] * len(part)
    return ids, turns


def collate(rows: list[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor, Tensor]:
    """Padded ids, turns, and the sources of copied tokens, each [batch, length]."""
    width = -(-max(len(ids) for ids, _ in rows) // 16) * 16
    ids, turns, source = (torch.full((len(rows), width), fill) for fill in (0, 0, -1))
    for i, (a, b) in enumerate(rows):
        ids[i, : len(a)], turns[i, : len(b)], source[i, : len(a)] = torch.tensor(a), torch.tensor(b), torch.tensor(sources(a, b))
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


def targets_of(model: Nano, hidden: Tensor, ids: Tensor, turns: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Logits, right tokens and turn numbers at the positions to learn."""
    learn = turns[:, 1:] > 0
    return hidden[:, :-1][learn] @ model.embed_tokens.weight.T, ids[:, 1:][learn], turns[:, 1:][learn]


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
    torch.set_num_threads(options.threads)
    tokenizer = Tokenizer.from_file(str(options.tokenizer / "tokenizer.json"))
    config = NanoConfig(vocab_size=tokenizer.get_vocab_size(), **json.loads(options.shape))
    model = Nano(config)
    if options.resume:
        model.load_state_dict(torch.load(options.resume)["model"])
    observe = torch.compile(model.observed, dynamic=True)
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() != 2 or "embed" in n]
    optimizers = [Muon(matrices, lr=options.lr), torch.optim.AdamW(others, lr=options.lr / 5, betas=(0.9, 0.98), weight_decay=0.0)]
    peaks = [o.param_groups[0]["lr"] for o in optimizers]
    started, step, seen, shown = time.time(), 0, 0, 0.0
    progress_now = lambda: (time.time() - started) / (60 * options.minutes)
    easy = lambda: max(0.0, 1 - progress_now() / options.easy_until) if options.easy_until else 0.0
    for ids, turns, source in batches(tokenizer, options.data_seed, options.batch_tokens, easy, options.home):
        elapsed, progress = time.time() - started, progress_now()
        if progress >= 1:
            break
        for optimizer, peak in zip(optimizers, peaks):
            optimizer.param_groups[0]["lr"] = peak * rate(progress)
        hidden, seen_heads = observe(ids)
        logits, wanted, _ = targets_of(model, hidden, ids, turns)
        loss = F.cross_entropy(logits, wanted)
        copying = copying_loss(seen_heads, source)
        (loss + copying).backward()
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + ids.numel()
        if elapsed - shown > options.report_seconds:
            shown = elapsed
            print(f"{elapsed:6.0f} s  step {step}  {seen / 1e6:.2f} M tokens  train {loss.item():.3f}  copying {copying.item():.3f}  {validate(model, tokenizer, 24)}", flush=True)
            torch.save({"config": config.as_dict(), "model": model.state_dict()}, options.out)
    torch.save({"config": config.as_dict(), "model": model.state_dict()}, options.out)
    print(f"done: {step} steps, {seen} tokens, {time.time() - started:.0f} s, {validate(model, tokenizer, 100)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data-seed", type=int, default=1)
    parser.add_argument("--report-seconds", type=float, default=60)
    parser.add_argument("--easy-until", type=float, default=0.4, help="share of the time by which the last easy conversations have gone")
    parser.add_argument("--home", type=float, default=0.2, help="share of conversations with just the platform's own tools")
    parser.add_argument("--shape", default="{}", help="JSON that overrides NanoConfig")
    parser.add_argument("--resume", type=Path)
    train(parser.parse_args())
