"""Pairs of a query and what answers it, to learn from; nothing of the retrieval sets is among them.

Four kinds, each from other packages and entries than those of the retrieval sets: headings and their sections (npm),
summaries and the rest of docstrings (PyPI), example sentences and meanings (WordNet), synopses and descriptions (Debian).
"""

import argparse
import hashlib
import json
import re
from pathlib import Path
from typing import Iterator, NamedTuple

from corpus import TEST_PACKAGES, Retrieval, bucket, prose, retrieval_sets, sections, synsets, unique

SHINGLE = 8  # words
CODE_FROM = re.compile(r"^\s*(?:>>>|Examples?\n|\.\. |References\n|Parameters\n|Args:)", re.MULTILINE)


class Pair(NamedTuple):
    kind: str
    package: str
    query: str
    answer: str


def add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, help="the folder of fetch.sh; what is computed is kept there too")
    parser.add_argument("--node-modules", type=Path, required=True)
    parser.add_argument("--site-packages", type=Path, required=True)


def sets_of(options: argparse.Namespace) -> list[Retrieval]:
    """The three retrieval sets of the figures, made once."""
    file = options.run / "sets.json"
    if not file.exists():
        sets = retrieval_sets(options.node_modules, options.site_packages, options.run / "dict")
        file.write_text(json.dumps([s._asdict() for s in sets]))
    return [Retrieval(**s) for s in json.loads(file.read_text())]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def marks(text: str, stride: int) -> Iterator[int]:
    """Hashes of the whole text, and of 8 words in a row at every `stride`-th word."""
    words = words_of(text)
    yield hash(tuple(words))
    for at in range(0, len(words) - SHINGLE + 1, stride):
        yield hash(tuple(words[at : at + SHINGLE]))


class Unseen:
    """Tells whether a text is none of the retrieval sets, and shares no 11 words in a row with them."""

    def __init__(self, sets: list[Retrieval]):
        self.seen = {mark for s in sets for text in (*s.queries, *s.documents) for mark in marks(text, 1)}

    def __call__(self, text: str) -> bool:
        return self.seen.isdisjoint(marks(text, 4))


def descriptions(file: Path) -> Iterator[tuple[str, str, str]]:
    """Package, synopsis and text of each package of Debian, of its file `Translation-en`."""
    for entry in file.read_text().split("\n\n"):
        if found := re.match(r"Package: (\S+)\n.*?Description-en: ([^\n]*)\n(.*)", entry, flags=re.DOTALL):
            body = re.split(r"\n \.\n This (?:is an? |package |dummy |metapackage )", found[3])[0]
            yield found[1], found[2], prose(re.sub(r"\n \.(?=\n|$)", "\n", body))[:1500]


def quoted(folder: Path) -> Iterator[tuple[str, str, str]]:
    """As `docstrings`, found by their quotes: much quicker than to parse the files."""
    for file in sorted(folder.glob("**/*.py")):
        package = file.relative_to(folder).parts[0].removesuffix(".py")
        if package in TEST_PACKAGES:
            continue
        for text in re.findall(r'"""(.+?)"""', file.read_text(errors="replace"), flags=re.DOTALL):
            summary, _, rest = text.strip().partition("\n\n")
            if rest and len(summary) < 400:
                yield package, prose(summary), prose(CODE_FROM.split(rest[:2500])[0])[:1500]


def all_pairs(options: argparse.Namespace) -> Iterator[Pair]:
    for package, heading, body in sections(options.node_modules, lambda package: not bucket(package, 2)):
        yield Pair("headings", package, heading, body)
    for package, summary, body in quoted(options.run / "learn"):
        yield Pair("docstrings", package, summary, body)
    for key, gloss, examples, words in synsets(options.run / "dict"):
        for example in examples if bucket(key, 10) else ():
            yield Pair("meanings", key, example, f"{', '.join(words)}: {gloss}")
    for package, synopsis, body in descriptions(options.run / "descriptions"):
        yield Pair("descriptions", package, synopsis, body)


def distinct(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """The first pair of each query and of each beginning of an answer."""
    seen: set[str] = set()
    for pair in pairs:
        keys = {f"q {pair.query.casefold()}", f"a {pair.answer[:160].casefold()}"}
        fits = len(words_of(pair.query)) >= 2 and len(words_of(pair.answer)) >= (3 if pair.kind == "meanings" else 10)
        if fits and (pair.kind == "meanings" or seen.isdisjoint(keys)):
            seen |= keys
            yield pair


def pairs_of(options: argparse.Namespace) -> list[Pair]:
    """All pairs to learn from, made once, in the order of a hash."""
    file = options.run / "pairs.json"
    if not file.exists():
        unseen = Unseen(sets_of(options))
        pairs = [p for p in distinct(all_pairs(options)) if unseen(p.query) and unseen(p.answer)]
        pairs.sort(key=lambda p: hashlib.sha256(f"{p.query}\n{p.answer}".encode()).digest())
        file.write_text(json.dumps(pairs, ensure_ascii=False))
    return [Pair(*p) for p in json.loads(file.read_text())]


def is_development(pair: Pair) -> bool:
    return bucket(pair.package, 15) == 7


def development_sets(pairs: list[Pair]) -> list[Retrieval]:
    """For choosing settings: of packages that are neither learnt from nor in the retrieval sets."""
    kinds = ("headings", "docstrings", "meanings", "descriptions")
    kept = [p for p in pairs if is_development(p)]
    return [unique(kind, ((p.query, p.answer) for p in kept if p.kind == kind), 500) for kind in kinds]
