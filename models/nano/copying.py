"""Teaches a few attention heads to copy: in synthetic data we know where each copied token comes from.

Heads of the first layer learn to look one, two and three tokens back; heads of two later layers learn to look at the
token that comes next, and start as wires that pass it on (`wire`). Left alone, such heads appear only after many more
steps than a CPU can give.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

BACK_LAYER, BACK_HEADS = 0, [1, 2, 3]  # head i looks i tokens back
COPY_HEADS = {2: [0], 4: [0, 1, 2, 3]}  # by layer; four heads of 32 pass a whole hidden state of 128
BACK_ROWS = 48  # queries of each conversation that the first layer is taught on, a step


def sources(ids: list[int], turns: list[int]) -> list[int]:
    """For each token to be written, the place outside the model's own writing that it repeats, or -1.

    That is the longest match around the token, the last one if there are several. A match of one or two tokens counts
    only if the token is rare.
    """
    tokens, turn = np.array(ids), np.array(turns)
    n = len(tokens)
    result = np.full(n, -1)
    rows = np.flatnonzero(turn)
    if len(rows) == 0:
        return result.tolist()
    same = (tokens[None, :] == tokens[:, None]) & (np.arange(n)[None, :] < np.arange(n)[:, None]) & (turn == 0)[None, :]
    back, ahead = np.zeros((n + 1, n + 1), np.int16), np.zeros((n + 1, n + 1), np.int16)
    for j in rows:  # back[j + 1, s + 1]: how many tokens up to j equal those up to s
        back[j + 1, 1:] = np.where(same[j], back[j, :-1] * (turn[j - 1] == turn[j]) + 1, 0)
    for j in rows[::-1]:
        goes_on = j + 1 < n and turn[j + 1] == turn[j]
        ahead[j, :-1] = np.where(same[j], ahead[j + 1, 1:] * goes_on + 1, 0)
    for j in rows:
        run = back[j + 1, 1:] + ahead[j, :-1]
        best = n - 1 - int(run[::-1].argmax())
        if run[best] >= 4 or (run[best] >= 2 and same[j].sum() <= 2):  # the token itself counts twice
            result[j] = best
    return result.tolist()


def attention_loss(q: Tensor, k: Tensor, rows: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of where heads look; q and k are [batch, heads, length, head_dim], rows [n], wanted [batch, heads, n]."""
    scores = q[:, :, rows] @ k.transpose(2, 3) * q.shape[-1] ** -0.5
    later = torch.arange(k.shape[2]) > rows[:, None]
    return F.cross_entropy(scores.masked_fill(later, -1e9).flatten(0, 2), wanted.flatten(), ignore_index=-1)


def copying_loss(seen: list[tuple[Tensor, Tensor]], source: Tensor) -> Tensor:
    """`source[b, j]` is where token j comes from; the query that should look there stands at j - 1."""
    q, k = seen[BACK_LAYER]
    rows = torch.randperm(source.shape[1] - len(BACK_HEADS))[:BACK_ROWS] + len(BACK_HEADS)
    back = torch.stack([rows - head for head in BACK_HEADS]).expand(len(source), -1, -1)
    total = 0.3 * attention_loss(q[:, BACK_HEADS], k[:, BACK_HEADS], rows, back)
    wanted = F.pad(source[:, 1:], (0, 1), value=-1)
    rows = (wanted >= 0).any(0).nonzero()[:, 0]
    if len(rows) == 0:
        return total
    for layer, heads in COPY_HEADS.items():
        q, k = seen[layer]
        total = total + 0.5 * attention_loss(q[:, heads], k[:, heads], rows, wanted[:, None, rows].expand(-1, len(heads), -1))
    return total


@torch.no_grad()
def wire(layers: torch.nn.ModuleList) -> None:
    """Starts the copying heads as wires: each takes its part of what it looks at and puts it where the next token is read."""
    for layer, heads in COPY_HEADS.items():
        attention = layers[layer].self_attn
        width = attention.c.head_dim
        for head in heads:
            part = slice(head * width, (head + 1) * width)
            attention.v_proj.weight[part] = torch.eye(attention.c.hidden_size)[part]
            attention.o_proj.weight[:, part] = torch.eye(attention.c.hidden_size)[:, part]
