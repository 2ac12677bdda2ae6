"""Expands the little grammar of data/*.txt: `[a|b|]` picks one, `{slot}` fills in and remembers a value."""

import random
import re
from functools import cache
from pathlib import Path

import mnemonic
import xkcdpass

DATA = Path(__file__).parent / "data"
CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([A-Za-z_0-9:\-]+)\}")
UNKNOWN = {"word": 0.16, "person": 0.2, "Name": 0.3, "city": 0.1}  # how often a value is one that no list has: so it must be copied
SYLLABLES = "ba be bo da di do fa fe ga go ka ke ko la le li lo ma mi mo na ne no pa pe po ra re ri ro sa se so ta te to va ve vi za zo zu qua tri plo gre sna".split()


@cache
def common_words() -> list[str]:
    return (Path(mnemonic.__file__).parent / "wordlist/english.txt").read_text().split()


@cache
def long_words() -> list[str]:
    lines = (Path(xkcdpass.__file__).parent / "static/eff-long").read_text().split()
    return [w for w in lines if w.isalpha()]


@cache
def foreign_words() -> list[str]:
    """Words of other languages, which no token stands for: copied piece by piece."""
    lists = Path(mnemonic.__file__).parent / "wordlist"
    return [w for name in ("italian", "spanish", "portuguese", "czech", "french") for w in (lists / f"{name}.txt").read_text().split() if w.isascii()]


@cache
def frequent_words() -> list[str]:
    """English words and some pieces, the most frequent first: the order of SmolLM2's vocabulary."""
    return (DATA / "words.txt").read_text().split()


@cache
def plain_words() -> list[str]:
    return [w for w in frequent_words() if w.islower() and len(w) > 2]


@cache
def pools() -> dict[str, list[str]]:
    result = {}
    for line in (DATA / "values.txt").read_text().splitlines():
        name, _, values = line.partition(":")
        result[name.strip()] = [v.strip().replace(";", ",") for v in values.split(", ")]
    result["noun"] = (DATA / "nouns.txt").read_text().split()
    result["adj_bad"] = "sad tired lonely angry ill sick stressed anxious depressed unhappy upset worried exhausted frustrated bored hurt scared nervous down confused".split()
    result["adj_good"] = "happy glad excited great good fine proud relieved delighted thrilled well fantastic wonderful cheerful".split()
    return result


def blocks(name: str) -> list[tuple[str, dict[str, list[str]]]]:
    """The blocks of a data file: header line, then lines grouped by their first letter."""
    result = []
    for block in (DATA / name).read_text().split("\n\n"):
        lines = [l for l in block.splitlines() if l and not l.startswith("#")]
        fields: dict[str, list[str]] = {}
        for line in lines[1:]:
            fields.setdefault(line[0], []).append(line[2:])
        result.append((lines[0], fields))
    return result


def alternatives(line: str) -> list[str]:
    return [part.strip() for part in line.split(" | ")]


class Slots:
    """Values chosen so far, so that one name means one value within an exchange."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.values: dict[str, str] = {}

    def get(self, name: str) -> str:
        if name.startswith("int:"):
            low, high = name[4:].split(":")
            return str(self.rng.randint(int(low), int(high)))
        if name not in self.values:
            self.values[name] = self.fill(name)
        return self.values[name]

    def fill(self, name: str) -> str:
        rng, base = self.rng, name.rstrip("0123456789")
        if base.startswith("low:"):
            return self.expand("{" + base[4:] + "}").lower().replace(" ", ".")
        if base in UNKNOWN and rng.random() < UNKNOWN[base]:
            return self.fill("rare").capitalize() if base != "word" else self.fill("rare")
        if base == "word":
            return rng.choice(rng.choice([common_words(), long_words(), plain_words(), plain_words()]))
        if base == "Word":
            return rng.choice(common_words()).capitalize()
        if base == "rare":
            if (way := rng.random()) < 0.65:
                return rng.choice(long_words() if way < 0.4 else foreign_words())
            return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4)))
        if base == "upper":
            return rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
        return self.expand(rng.choice(pools()[base]))

    def expand(self, text: str) -> str:
        while match := CHOICE.search(text):
            text = text[: match.start()] + self.rng.choice(match.group(1).split("|")) + text[match.end() :]
        text = SLOT.sub(lambda m: self.get(m.group(1)), text)
        return re.sub(r" {2,}", " ", text).strip()
