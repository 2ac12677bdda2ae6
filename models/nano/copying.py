"""Teaches a few attention heads to copy: in synthetic data we know where each copied token comes from.

Heads of the first layer learn to look one, two and three tokens back; one head in each of two later layers learns to
look at the token that comes next. Left alone, such heads appear only after many more steps than a CPU can give.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

BACK_LAYER, BACK_HEADS = 0, (1, 2, 3)  # head i looks i + 1 tokens back
COPY_LAYERS, COPY_HEAD = (3, 5), 0


def sources(ids: list[int], turns: list[int]) -> list[int]:
    """For each token to be written, the earlier place that it repeats (of the longest match around it), or -1."""
    tokens, turn = np.array(ids), np.array(turns)
    n = len(tokens)
    result = np.full(n, -1)
    rows = np.flatnonzero(turn)
    if len(rows) == 0:
        return result.tolist()
    same = (tokens[None, :] == tokens[:, None]) & (np.arange(n)[None, :] < np.arange(n)[:, None])
    back, ahead = np.zeros((n + 1, n + 1), np.int16), np.zeros((n + 1, n + 1), np.int16)
    for j in rows:  # back[j + 1, s + 1]: how many tokens up to j equal those up to s
        back[j + 1, 1:] = np.where(same[j], back[j, :-1] * (turn[j - 1] == turn[j]) + 1, 0)
    for j in rows[::-1]:
        goes_on = j + 1 < n and turn[j + 1] == turn[j]
        ahead[j, :-1] = np.where(same[j], ahead[j + 1, 1:] * goes_on + 1, 0)
    for j in rows:
        run = back[j + 1, 1:] + ahead[j, :-1]
        best = n - 1 - int(run[::-1].argmax())
        if run[best] >= 3:  # the token itself counts twice
            result[j] = best
    return result.tolist()


def head_loss(q: Tensor, k: Tensor, head: int, wanted: Tensor) -> Tensor:
    """Cross-entropy of one head's attention; `wanted` is [batch, length], -1 where it is free."""
    scores = q[:, head] @ k[:, head].transpose(1, 2) * q.shape[-1] ** -0.5
    length = scores.shape[-1]
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    chosen = wanted >= 0
    return F.cross_entropy(scores.masked_fill(~causal, -1e9)[chosen], wanted[chosen])


def copying_loss(seen: list[tuple[Tensor, Tensor]], source: Tensor) -> Tensor:
    """`source[b, j]` is where token j comes from; the query that should look there stands at j - 1."""
    length = source.shape[1]
    positions = torch.arange(length)
    total = torch.zeros(())
    for i, head in enumerate(BACK_HEADS):
        before = (positions - i - 1).clamp(min=-1)
        every_other = torch.where((positions + i) % 3 == 0, before, -1)
        total = total + 0.1 * head_loss(*seen[BACK_LAYER], head, every_other.expand(len(source), length))
    wanted = F.pad(source[:, 1:], (0, 1), value=-1)
    for layer in COPY_LAYERS:
        total = total + 0.5 * head_loss(*seen[layer], COPY_HEAD, wanted)
    return total
