"""Hundreds of synthetic tools: hand-written blocks with alternative names, verb-noun tools, invented verbs."""

import json
import random
import re
from functools import cache

from exchange import Exchange, tool
from grammar import SLOT, Slots, alternatives, blocks
from kind import Kind

PLAIN = '"ok"|{"ok":true}|{"status":"ok"}|"done"'


def parsed(head: str, fields: dict[str, list[str]]) -> Kind:
    flat = lambda key: [a for line in fields.get(key, []) for a in alternatives(line)]
    return Kind(head.split()[0], head.split(), flat("d"), fields.get("a", []), flat("u"), fields["r"][0].split("|"), fields["s"][0], "f" in fields)


@cache
def written() -> list[Kind]:
    return [parsed(*block) for block in blocks("catalog.txt")]


@cache
def verbs() -> list[Kind]:
    """Each for any noun {n}; the first of the names is the verb alone."""
    return [parsed(*block) for block in blocks("verbs.txt")]


def verb_noun(rng: random.Random, noun: str) -> Kind:
    verb = rng.choice(verbs())
    put = lambda items: [item.replace("{n}", noun) for item in items]
    return Kind(f"{verb.key}_{noun}", put(verb.names[1:]), put(verb.descriptions), put(verb.arguments), put(verb.asks), put(verb.results), verb.answer.replace("{n}", noun))


def invented(rng: random.Random, noun: str) -> Kind:
    """A verb nobody knows: only the listing tells what it is."""
    verb = Slots(rng).expand("{rare}")
    value = rng.choice(["{word}", "{id}", "{phrase}", "{person}", "{city}", "{int:1:999}"])
    argument = rng.choice(["name", "target", "input", noun, "value", "item", f"{noun}_id"])
    asks = [f"{verb} [the |]{noun} {{x}}", f"[please |can you |]{verb} {{x}}", f"I want to {verb} the {noun} {{x}}", f"{verb} {{x}} [now|please|]", f"use {verb} on {{x}}"]
    return Kind(f"invented_{verb}", [verb, f"{verb}_{noun}", f"{noun}_{verb}"], [f"{verb.capitalize()} a {noun}", f"{verb.capitalize()}s the given {noun}", f"Lets you {verb} a {noun}"], [f"{argument}:string={value}"], asks, PLAIN.split("|") + ['"{rare}"'], "Done.")


def styled(rng: random.Random, name: str) -> str:
    style = rng.random()
    if style < 0.55:
        return name
    if style < 0.68:
        first, *rest = name.split("_")
        return first + "".join(w.capitalize() for w in rest)
    if style < 0.74:
        return name.replace("_", "-")
    if style < 0.82:
        return rng.choice(["mcp_", "my_", "app_", "api_", "home_", "x_", "do_", "user_"]) + name
    if style < 0.88:
        return name + rng.choice(["_v2", "_tool", "_now", "2", "_api", "_fn", "_service"])
    return Slots(rng).expand(rng.choice(["{rare}", "{rare}_{rare2}", "tool_{int:1:99}", "{word}_{rare}", "{rare}{int:1:9}", "{upper}{rare}", "fn_{rare}"]))


class Offer:
    """One tool as listed in one prompt, able to make questions for itself."""

    def __init__(self, rng: random.Random, kind: Kind):
        self.kind, self.arguments = kind, []
        properties: dict[str, str] = {}
        for line in kind.arguments:
            names, _, rest = line.partition(":")
            type_, _, value = rest.partition("=")
            canonical = names.split("/")[0]
            listed = rng.choice([n for n in names.split("/") if n not in properties])
            properties[listed] = type_
            self.arguments.append((canonical, listed, type_, value))
        required = list(properties)
        if rng.random() < 0.12:
            properties[rng.choice([n for n in ["limit", "lang", "verbose", "format", "page", "note"] if n not in properties])] = rng.choice(["string", "integer", "boolean"])
        description = rng.choice(kind.descriptions)
        self.definition = tool(styled(rng, rng.choice(kind.names)), description, properties, required)

    def exchange(self, rng: random.Random) -> Exchange:
        slots, arguments = Slots(rng), {}
        for canonical, listed, type_, value in self.arguments:
            text = slots.expand(value)
            slots.values[canonical] = text
            arguments[listed] = json.loads(text) if type_ in ("number", "integer") else text
        if "x" not in slots.values and self.arguments:
            slots.values["x"] = slots.values[self.arguments[0][0]]
        content = SLOT.sub(lambda m: slots.get(m.group(1)), rng.choice(self.kind.results))
        result = json.loads(content)
        row = result[0] if isinstance(result, list) and result and isinstance(result[0], dict) else result
        values = list(row.values()) if isinstance(row, dict) else row if isinstance(row, list) else [row]
        named = row if isinstance(row, dict) else {}
        text = lambda v: json.dumps(v) if isinstance(v, (bool, int, float)) else str(v)

        def fill(match: re.Match) -> str:
            key = match.group(1)
            return text(values[int(key)]) if key.isdigit() else text(named[key]) if key in named else slots.get(key)

        said = slots.expand(rng.choice(self.kind.asks))
        return Exchange(said, (self.definition, arguments), content, SLOT.sub(fill, self.kind.answer))
