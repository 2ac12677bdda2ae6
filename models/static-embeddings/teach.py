"""What MiniLM says of as many texts as the time allows: `python teach.py RUN --minutes 30 ...` writes RUN/taught.npz.

Texts are taken in the order of a hash, so whatever part is done is a fair sample. Each is cut at 64 tokens.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from corpus import learning_texts
from learning import Unseen, add_sources, sets_of
from minilm import MiniLM

LONGEST = 64


def token_vectors(teacher: MiniLM, batch: int = 512) -> np.ndarray:
    """Each token's state where it stands alone between [CLS] and [SEP]: [vocabulary, 384]."""
    size = teacher.tokenizer.get_vocab_size()
    first, last = (teacher.tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]"))
    rows = [[first, token, last] for token in range(size)]
    return np.concatenate([teacher.hidden(rows[at : at + batch])[0].mean(1) for at in range(0, size, batch)])


def teach(options: argparse.Namespace) -> None:
    teacher = MiniLM(options.run, options.threads, LONGEST)
    started = time.time()
    tokens = token_vectors(teacher)
    np.savez(options.run / "tokens.npz", vectors=tokens.astype(np.float16))
    unseen = Unseen(sets_of(options))
    texts = [t for t in learning_texts(options.node_modules, options.site_packages, options.run / "dict") if unseen(t)]
    (options.run / "texts.json").write_text(json.dumps(texts, ensure_ascii=False))
    vectors = []
    for at in range(0, len(texts), 2048):
        if time.time() - started > 60 * options.minutes:
            break
        vectors.append(teacher.embed(texts[at : at + 2048]).astype(np.float16))
        np.savez(options.run / "taught.npz", vectors=np.concatenate(vectors))
        print(f"{time.time() - started:.0f} s: {at + len(vectors[-1])} of {len(texts)} texts", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    add_sources(parser)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--threads", type=int, default=1)
    teach(parser.parse_args())
