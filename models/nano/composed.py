"""Tools put together from a verb, a thing and arguments with the words that announce them."""

import random
from functools import cache

from grammar import DATA
from kind import Kind

ARGUMENTS = [  # names, type, value, how a request says it ({x} is the value), how a description does
    ("name/{noun}/title/target/which", "string", "{word}", ["{x}", "{x}", "called {x}", "named {x}"], "by name"),
    ("name/{noun}/item/what", "string", "{word} {word2}", ["{x}", "called {x}"], "with a name"),
    ("id/number/key/{noun}_id/ref", "string", "{id}", ["{x}", "{x}", "number {x}", "with id {x}"], "by its id"),
    ("person/who/recipient/user/for", "string", "{person}", ["for {x}", "to {x}", "with {x}", "from {x}"], "for a person"),
    ("name/who/member/customer", "string", "{Name}", ["for {x}", "of {x}", "{x}"], "of somebody"),
    ("place/city/where/location/at", "string", "{place}", ["in {x}", "at {x}", "near {x}", "from {x}", "to {x}"], "at a place"),
    ("room/zone/area/where", "string", "{room}", ["in the {x}", "of the {x}", "the {x}"], "in a room"),
    ("day/date/when/on", "string", "{date}", ["on {x}", "for {x}", "{x}", "until {x}"], "on a date"),
    ("time/at/when/start", "string", "{clocktime}", ["at {x}", "for {x}", "by {x}"], "at a time"),
    ("amount/count/quantity/number/n", "integer", "{int:1:500}", ["{x}", "{x} times", "with {x}", "by {x}", "to {x}", "x {x}"], "with a number"),
    ("percent/level/value/share", "integer", "{int:0:100}", ["to {x}", "at {x} percent", "to {x} percent", "by {x}%"], "in percent"),
    ("minutes/duration/seconds/hours", "integer", "{int:1:90}", ["for {x} {listed}", "{x} {listed}", "in {x} {listed}"], "for some time"),
    ("weight/size/length/price", "number", "{int:1:900}", ["of {x}", "with {listed} {x}", "{listed} {x}"], "with a measure"),
    ("color/colour/shade", "string", "{color}", ["in {x}", "{x}"], "in a colour"),
    ("text/message/content/comment", "string", "{message}", ["saying {x}", "with the text {x}", ": {x}", "- {x}"], "with a text"),
    ("file/path/document/source", "string", "{file}", ["{x}", "from {x}", "in {x}"], "of a file"),
    ("email/address/contact", "string", "{email}", ["to {x}", "for {x}"], "to an address"),
    ("url/link/site", "string", "{url}", ["{x}", "from {x}", "at {x}"], "of a link"),
    ("topic/subject/about/theme", "string", "{topic}", ["about {x}", "on {x}"], "about a topic"),
    ("code/serial/pin", "string", "{code}", ["{x}", "with {x}", "code {x}"], "with a code"),
    ("label/tag/word/key", "string", "{rare}", ["{x}", "as {x}", "with {x}"], "with a word"),
]
ASKS = ["{verb} {the}{noun} {rest}", "{verb} {the}{noun} {rest}", "{verb} {rest}", "please {verb} {the}{noun} {rest}", "can you {verb} {the}{noun} {rest}?", "I want to {verb} {the}{noun} {rest}", "I need to {verb} {the}{noun} {rest}", "could you {verb} {rest}?", "{the}{noun} {rest}, {verb} it", "{noun}: {verb} {rest}", "let's {verb} {the}{noun} {rest}", "{verb} {the}{noun} {rest} now", "time to {verb} {the}{noun} {rest}", "would you {verb} {the}{noun} {rest} for me?", "you should {verb} {the}{noun} {rest}"]


@cache
def actions() -> list[str]:
    return (DATA / "actions.txt").read_text().split()


@cache
def other_words() -> dict[str, list[str]]:
    """Other words for some of the actions: then the thing and the arguments tell which tool is meant."""
    rows = [line.split(": ") for line in (DATA / "verb-words.txt").read_text().splitlines()]
    return {verb: words.split(", ") for verb, words in rows}


def composed(rng: random.Random, noun: str) -> Kind:
    """A tool of up to three arguments, and ways to ask for it."""
    verb = rng.choice(actions())
    chosen = rng.sample(ARGUMENTS, rng.choices([0, 1, 2, 3], [12, 48, 30, 10])[0])
    lines, said, told, used = [], [], [], set()
    for names, type_, value, ways, description in chosen:
        free = [n.replace("{noun}", noun) for n in names.split("/")]
        name = rng.choice([n for n in free if n not in used] or [f"{free[0]}2"])
        used.add(name)
        lines.append(f"{name}:{type_}={value}")
        said.append([way.replace("{listed}", name).replace("{x}", f"{{{name}}}") for way in ways])
        told.append(description)
    asks = [
        rng.choice(ASKS).replace("{rest}", " ".join(rng.choice(ways) for ways in said)).replace("{verb}", rng.choice(other_words().get(verb, [verb])) if rng.random() < 0.2 else verb).replace("{noun}", noun).replace("{the}", rng.choice(["", "the ", "my ", "a ", "this "]))
        for _ in range(4)
    ]
    capital = verb.capitalize()
    names = [f"{verb}_{noun}", f"{verb}_{noun}", f"{noun}_{verb}", verb, f"{verb}_the_{noun}", f"{verb}_{noun}s"]
    descriptions = [f"{capital} a {noun}", f"{capital} the {noun}", f"Lets you {verb} a {noun}"] + [f"{capital} a {noun} {' and '.join(told)}", f"{capital} {noun}s {', '.join(told)}"] * bool(told)
    return Kind(f"{verb}_{noun}", names, descriptions, lines, asks, ['"ok"', '{"ok":true}', '"done"', '{"status":"{word}"}', '"{word} {word2}"'], rng.choice(["Done.", "The {noun} is done: {0}.", "Result: {0}."]).replace("{noun}", noun))
