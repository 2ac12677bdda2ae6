"""How well the static model finds, next to its teacher: `python evaluate.py MODEL_FOLDER RUN ...`.

nDCG@10 and recall@10, in three sets kept from the learning, each query with one right document.
"""

import argparse
from pathlib import Path

import numpy as np

from corpus import Retrieval
from layout import StaticModel
from learning import add_sources, sets_of
from minilm import MiniLM


def ranks(found: Retrieval, queries: np.ndarray, documents: np.ndarray) -> np.ndarray:
    similarity = queries @ documents.T
    right = similarity[np.arange(len(queries)), found.answers]
    return (similarity > right[:, None]).sum(1)


def gains(ranked: np.ndarray) -> np.ndarray:
    """nDCG@10 of each query."""
    return np.where(ranked < 10, 1 / np.log2(ranked + 2), 0)


def scores(found: Retrieval, queries: np.ndarray, documents: np.ndarray) -> dict[str, float]:
    ranked = ranks(found, queries, documents)
    return {"nDCG@10": float(gains(ranked).mean()), "recall@10": float((ranked < 10).mean())}


def interval(pairs: list[tuple[np.ndarray, np.ndarray]], rounds: int = 2000) -> tuple[float, float]:
    """Of the mean share, 95%: queries drawn again, each with its own and the teacher's gain."""
    rng, shares = np.random.default_rng(1), np.zeros(rounds)
    for own, teacher in pairs:
        drawn = rng.integers(len(own), size=(rounds, len(own)))
        shares += own[drawn].mean(1) / teacher[drawn].mean(1) / len(pairs)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def teacher_vectors(run: Path, found: Retrieval) -> tuple[np.ndarray, np.ndarray]:
    """Computed once: a document of 256 tokens takes a while."""
    file = run / f"teacher-{found.name}.npz"
    if not file.exists():
        teacher = MiniLM(run)
        np.savez(file, queries=teacher.embed(found.queries), documents=teacher.embed(found.documents))
    saved = np.load(file)
    return saved["queries"], saved["documents"]


def main(options: argparse.Namespace) -> None:
    static, shares, drawn = StaticModel(options.model), [], []
    for found in sets_of(options):
        of_teacher = teacher_vectors(options.run, found)
        of_model = static.embed(found.queries), static.embed(found.documents)
        drawn.append((gains(ranks(found, *of_model)), gains(ranks(found, *of_teacher))))
        own, teacher = scores(found, *of_model), scores(found, *of_teacher)
        shares.append(own["nDCG@10"] / teacher["nDCG@10"])
        line = ", ".join(f"{name} {own[name]:.3f} of MiniLM's {teacher[name]:.3f}" for name in own)
        print(f"{found.name} ({len(found.queries)} queries): {line}; share of nDCG {100 * shares[-1]:.1f}%")
    low, high = interval(drawn)
    print(f"mean share of MiniLM's nDCG@10: {100 * np.mean(shares):.1f}% (95%: {100 * low:.1f} to {100 * high:.1f}%)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    add_sources(parser)
    parser.add_argument("model", type=Path)
    main(parser.parse_args())
