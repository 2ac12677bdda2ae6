"""The prompts and tools of eval/ and eval/blind/, which training must never see."""

import json
import re
from functools import cache
from pathlib import Path

EVAL = Path(__file__).parent / "eval"


@cache
def prompts() -> frozenset[str]:
    return frozenset(plain(json.loads(line)["prompt"]) for file in EVAL.rglob("*.jsonl") for line in file.read_text().splitlines())


@cache
def tools() -> frozenset[str]:
    """Names of the tools that only the evaluation lists."""
    names = (name for file in EVAL.rglob("tools.json") for name in json.loads(file.read_text()))
    return frozenset(names) - {"calculator", "clock", "notes_add", "notes_search", "fetch"}


def plain(said: str) -> str:
    """Without case, spaces and punctuation, which make no difference between two prompts."""
    return re.sub(r"[\s.,!?:;，。！？：]+", " ", said).strip().casefold()


def held_out(said: str) -> bool:
    return plain(said) in prompts()
