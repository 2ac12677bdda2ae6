"""How well the static model finds, next to its teacher: `python evaluate.py MODEL_FOLDER RUN ...`.

nDCG@10 and recall@10, in three sets kept from the learning, each query with one right document.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from corpus import Retrieval, retrieval_sets
from layout import StaticModel
from minilm import MiniLM


def scores(found: Retrieval, queries: np.ndarray, documents: np.ndarray) -> dict[str, float]:
    similarity = queries @ documents.T
    right = similarity[np.arange(len(queries)), found.answers]
    ranks = (similarity > right[:, None]).sum(1)
    return {"nDCG@10": float(np.where(ranks < 10, 1 / np.log2(ranks + 2), 0).mean()), "recall@10": float((ranks < 10).mean())}


def teacher_vectors(run: Path, found: Retrieval) -> tuple[np.ndarray, np.ndarray]:
    """Computed once: a document of 256 tokens takes a while."""
    file = run / f"teacher-{found.name}.npz"
    if not file.exists():
        teacher = MiniLM(run)
        np.savez(file, queries=teacher.embed(found.queries), documents=teacher.embed(found.documents))
    saved = np.load(file)
    return saved["queries"], saved["documents"]


def main(options: argparse.Namespace) -> None:
    kept = options.run / "sets.json"
    if not kept.exists():
        kept.write_text(json.dumps([s._asdict() for s in retrieval_sets(options.node_modules, options.site_packages, options.wordnet)]))
    static, shares = StaticModel(options.model), []
    for found in (Retrieval(**s) for s in json.loads(kept.read_text())):
        teacher = scores(found, *teacher_vectors(options.run, found))
        own = scores(found, static.embed(found.queries), static.embed(found.documents))
        shares.append(own["nDCG@10"] / teacher["nDCG@10"])
        line = ", ".join(f"{name} {own[name]:.3f} of MiniLM's {teacher[name]:.3f}" for name in own)
        print(f"{found.name} ({len(found.queries)} queries): {line}; share of nDCG {100 * shares[-1]:.1f}%")
    print(f"mean share of MiniLM's nDCG@10: {100 * np.mean(shares):.1f}%")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--node-modules", type=Path, required=True)
    parser.add_argument("--site-packages", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, required=True)
    main(parser.parse_args())
