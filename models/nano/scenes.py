"""Sums told as little stories: any statement of a block of `data/scenes.txt` with any of its questions."""

import random
from functools import cache

from grammar import Slots, alternatives, blocks

THINGS = "boxes bags books coins apples cards bottles tickets cookies pages plates flowers stamps chairs tables shirts bricks nails pizzas sandwiches stickers toys marbles lemons onions photos pens balls lamps candles keys buttons oranges seeds trees cakes pears boats rooms horses cows students workers tiles screws carrots letters parcels pills cups spoons hats socks bulbs pins stones shells beads nuts plums rolls melons bikes".split()
WORDS = {
    "box": "box bag basket shelf row crate tray packet pack table room carton jar truck drawer folder page team drum bucket wagon".split(),
    "folk": "people friends guests students visitors workers girls boys players teams families neighbours children cousins sailors nurses".split(),
    "money": "euros dollars pounds francs coins cents".split(),
    "time": "day week hour month minute year".split(),
    "unit": "km miles meters pages euros dollars steps hours".split(),
    "make": "make|makes|paint|sell|use|clean|wash|sort|bake|print|check".split("|"),
    "gone": "lost|sold|ate|gave away|used|broke|threw away|gave back|took away|burned".split("|"),
    "thing": "job race path book film list course wall".split(),
}


@cache
def scenes() -> list[tuple[str, list[str], list[str]]]:
    return [(head, [a for line in parts["s"] for a in alternatives(line)], [a for line in parts["q"] for a in alternatives(line)]) for head, parts in blocks("scenes.txt")]


def joined(rng: random.Random, statement: str, question: str) -> str:
    """The two in one of the orders and with one of the stops that people use."""
    way, bare = rng.random(), question.rstrip("?")
    if way < 0.34:
        return f"{statement}. {question[:1].upper()}{question[1:]}"
    if way < 0.62:
        return f"{statement}, {question}"
    if way < 0.72:
        return f"{statement}{rng.choice([': ', '; ', ' - ', ' ', ', so ', ', and '])}{question}"
    if way < 0.82:
        return f"{rng.choice(['if ', 'say ', 'suppose ', 'when '])}{statement}, {question}"
    return f"{bare}{rng.choice([' if ', ' when ', ': ', '? '])}{statement}{rng.choice(['?', ''])}"


def scene(rng: random.Random, values: dict[str, str], spoken: dict[str, str]) -> tuple[str, str]:
    """What a person says with the numbers as `spoken`, and the expression with those of `values`."""
    expression, statements, questions = rng.choice(scenes())
    slots, (n, m) = Slots(rng), rng.sample(THINGS, 2)
    slots.values |= {name: rng.choice(words) for name, words in WORDS.items()} | spoken | {"n": n, "m": m, "n1": n[:-1], "m1": m[:-1]}
    statement, question = rng.choice(statements), rng.choice(questions)
    return joined(rng, slots.expand(statement), slots.expand(question)), expression.format(**values)
