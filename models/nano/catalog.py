"""Hundreds of synthetic tools: hand-written blocks with alternative names, verb-noun tools, invented verbs."""

import json
import random
import re
from dataclasses import dataclass
from functools import cache

from exchange import Exchange, tool
from grammar import SLOT, Slots, alternatives, blocks

TOP = ["create", "book", "order", "count", "share", "rate", "open", "archive", "cancel", "rename", "print", "buy", "track", "approve"]
VERBS: dict[str, tuple[list[str], list[str], list[str], list[str], str]] = {
    # verb: names, descriptions, arguments, what people ask, answer
    "search": (["search_{n}s", "find_{n}", "{n}_search", "lookup_{n}", "query_{n}s"], ["Search {n}s by keyword", "Find a {n}", "Look for {n}s that match a query"], ["query/q/keyword/text:string={phrase}"], ["[find|search|show] [me |]{n}s [about|for|on] {phrase}", "[is there|do we have] a {n} [about|for|called] {phrase}?", "look for {n}s [with|about] {phrase}", "search [the |]{n}s for {phrase}", "which {n}s match {phrase}?"], "I found: {0}."),
    "create": (["create_{n}", "add_{n}", "new_{n}", "{n}_create", "make_{n}"], ["Create a new {n}", "Add a {n}", "Make a {n} with a name"], ["name/title/label:string={phrase}"], ["[create|add|make] a [new |]{n} [called|named|for] {phrase}", "new {n}: {phrase}", "I [need|want] a [new |]{n} [called|named] {phrase}", "[can you |please |]set up a {n} [called|named] {phrase}"], "The {n} {phrase} is created."),
    "delete": (["delete_{n}", "remove_{n}", "{n}_delete", "drop_{n}"], ["Delete a {n}", "Remove a {n} by its id", "Delete the given {n}"], ["id/{n}_id/number/name:string={id}"], ["[delete|remove|erase|drop] [the |]{n} {id}", "get rid of {n} {id}", "{n} {id} can [go|be deleted]"], "The {n} {id} is deleted."),
    "get": (["get_{n}", "show_{n}", "{n}_details", "read_{n}", "{n}_info"], ["Get a {n} by its id", "Show the details of a {n}", "Details of one {n}"], ["id/{n}_id/number/key:string={id}"], ["[show|get|give] [me |]{n} {id}", "[what's|what is] in {n} {id}?", "[details|info] [of|on|about] {n} {id}", "tell me about {n} {id}", "what do we know about {n} {id}?"], "{0}"),
    "list": (["list_{n}s", "get_{n}s", "all_{n}s", "{n}_list", "show_{n}s"], ["List all {n}s", "Show the {n}s", "Get every {n} of the user"], [], ["[list|show] [me |][all |][my |the |]{n}s", "[which|what] {n}s [do I have|are there|exist]?", "give me [the list of |all ][my |]{n}s", "what are my {n}s?"], "The {n}s are: {0}, {1}."),
    "update": (["update_{n}", "edit_{n}", "change_{n}", "set_{n}_status"], ["Change the status of a {n}", "Update a {n}", "Set a {n} to a new status"], ["id/{n}_id/number:string={id}", "status/state/value:string={word}"], ["[set|change|update] {n} {id} to {word}", "mark {n} {id} as {word}", "make {n} {id} {word}"], "{n} {id} is now {word}."),
    "count": (["count_{n}s", "{n}_count", "number_of_{n}s"], ["Count the {n}s", "How many {n}s there are"], [], ["how many {n}s [are there|do I have|do we have]?", "count [the |my |all |]{n}s", "number of {n}s [please|]"], "There are {0} {n}s."),
    "share": (["share_{n}", "send_{n}", "{n}_share"], ["Share a {n} with someone", "Send a {n} to a person"], ["id/{n}_id/name:string={id}", "person/with/to/recipient:string={person}"], ["share {n} {id} with {person}", "send {n} {id} to {person}", "give {person} access to {n} {id}"], "{n} {id} is shared with {person}."),
    "rate": (["rate_{n}", "{n}_rating", "review_{n}"], ["Rate a {n} from 1 to 5", "Give stars to a {n}"], ["id/name/{n}:string={phrase}", "stars/rating/score:integer={int:1:5}"], ["rate the {n} {phrase} {stars} [stars|]", "give {stars} stars to the {n} {phrase}", "the {n} {phrase} deserves {stars} stars"], "{phrase} got {stars} stars."),
    "order": (["order_{n}", "buy_{n}", "{n}_order", "purchase_{n}"], ["Order {n}s in a quantity", "Buy a number of {n}s"], ["quantity/count/amount/n:integer={int:2:60}"], ["[order|buy|get] [me |]{quantity} {n}s", "I [need|want] [to buy |]{quantity} {n}s", "purchase {quantity} {n}s [please|]"], "{quantity} {n}s are ordered."),
    "book": (["book_{n}", "reserve_{n}", "{n}_booking"], ["Book a {n} for a day", "Reserve a {n}"], ["day/date/when:string={day}"], ["[book|reserve] [me |]a {n} [for|on] {day}", "I need a {n} [for|on] {day}", "is a {n} free [for|on] {day}? [book it|reserve it]"], "A {n} is booked for {day}."),
    "cancel": (["cancel_{n}", "stop_{n}", "abort_{n}"], ["Cancel a {n}", "Stop a running {n}"], ["id/{n}_id/name:string={id}"], ["cancel [my |the |]{n} {id}", "call off {n} {id}", "stop {n} {id}"], "{n} {id} is cancelled."),
}
RESULTS = {"search": '["{Word} {word}"]|[{"name":"{Word} {word}"}]', "get": '"{Word} {word} {word2}"|{"summary":"{Word} {word} {word2}"}', "list": '["{Word}","{Word2}"]|["{word}","{word2}"]', "count": '{int:0:900}|{"count":{int:0:900}}'}
PLAIN = '"ok"|{"ok":true}|{"status":"ok"}|"done"'


@dataclass(frozen=True)
class Kind:
    """A sort of tool: alternatives for everything said about it."""

    key: str
    names: list[str]
    descriptions: list[str]
    arguments: list[str]
    asks: list[str]
    results: list[str]
    answer: str
    knows: bool = False


@cache
def written() -> list[Kind]:
    def flat(fields: dict[str, list[str]], key: str) -> list[str]:
        return [a for line in fields.get(key, []) for a in alternatives(line)]

    return [
        Kind(head.split()[0], head.split(), flat(f, "d"), f.get("a", []), flat(f, "u"), f["r"][0].split("|"), f["s"][0], "f" in f)
        for head, f in blocks("catalog.txt")
    ]


def verb_noun(rng: random.Random, noun: str) -> Kind:
    verb = rng.choice(list(VERBS))
    names, descriptions, arguments, asks, answer = VERBS[verb]
    put = lambda items: [item.replace("{n}", noun) for item in items]
    return Kind(f"{verb}_{noun}", put(names), put(descriptions), put(arguments), put(asks), RESULTS.get(verb, PLAIN).split("|"), answer.replace("{n}", noun))


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
