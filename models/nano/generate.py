"""Seeded generator of training conversations: `python generate.py --seed 1 --count 10` prints samples."""

import argparse
import json
import random
from dataclasses import replace
from functools import cache
from typing import Callable, Iterator

import arithmetic
from builtin_tools import AT_HOME, MAKERS, any_zone, builtin_exchange, define, parameter_of, tell_time
from catalog import Kind, Offer, invented, verb_noun, written
from composed import composed
from exchange import Exchange, error_exchange
from grammar import DATA, Slots, alternatives, blocks, pools
from held_out import held_out, tools

BEYOND = "That is beyond me: I am a tiny model. Choose a bigger model on the Models page for that."
BEYOND_ZH = "这个问题对我来说太难了。请在“模型”页面选择更大的模型。"
NEAR = [  # asking for one of these while another is listed is no clear case: never trained as "no tool fits"
    {"fetch", "shorten_url", "qr_code", "download_file", "screenshot", "ping", "whois"},
    {"calculator", "tip", "loan_payment", "bmi", "convert_currency", "convert_units", "days_between", "count_words"},
    {"clock", "sunrise", "days_between", "holidays", "set_alarm", "set_timer"},
    {"notes_add", "add_todo", "create_reminder", "create_event", "write_file", "create_ticket"},
    {"notes_search", "list_todos", "knowledge_search", "read_file", "list_events", "find_contact", "list_files"},
    {"get_weather", "get_forecast", "air_quality", "sunrise"},
    {"run_command", "run_python", "read_file", "list_files", "delete_file", "write_file", "git_status", "memory_usage"},
    {"define", "synonyms", "spell_check", "translate", "summarize"},
    {"capital_city", "population", "holidays"},
    {"send_email", "send_message", "call_contact", "find_contact"},
]
BEFORE_TALK = ["so ", "hey ", "hi, ", "well, ", "ok, ", "oh, ", "um, ", "now, ", "and ", "lumos, ", "hey, ", "right, "]
AFTER_TALK = [" lumos", ", lumos", " :)", " haha", " my friend", " then", " now", "!!", " ...", " please", ", really", " buddy", " there"]
PREFIXES = ["please ", "hey, ", "lumos, ", "can you ", "could you ", "now ", "then ", "ok, ", "hi, ", "also ", "next: ", "quickly, ", "I'd like you to ", "would you "]


@cache
def talk(name: str) -> list[tuple[str, list[str], list[str]]]:
    return [(head, [a for l in f["u"] for a in alternatives(l)], alternatives(f["s"][0])) for head, f in blocks(name)]


@cache
def lines(name: str) -> list[list[str]]:
    return [alternatives(line) for line in (DATA / name).read_text().splitlines() if line]


def smudge(rng: random.Random, said: str) -> str:
    """Small differences in how people type, where nothing is copied from the text."""
    if rng.random() < 0.25:
        said = said.lower()
    if rng.random() < 0.2:
        said = said.rstrip("?!.")
    if rng.random() < 0.04 and len(said) > 8:
        at = rng.randrange(1, len(said) - 1)
        said = said[:at] + said[at + 1 :]
    return said


def capitalised(rng: random.Random, said: str) -> str:
    if rng.random() < 0.35 and not said.startswith("http"):
        return said[:1].upper() + said[1:]
    return said


def dressed(rng: random.Random, said: str) -> str:
    """Small words that people put around what they say."""
    if rng.random() < 0.12:
        said = rng.choice(BEFORE_TALK) + said
    if rng.random() < 0.1 and said[-1].isalpha():
        said += rng.choice(AFTER_TALK)
    return said


class Conversation:
    """A tool set and the exchanges that fit it.

    An easy one is short, to learn copying first; one at home has just the platform's own tools, and more exchanges.
    """

    def __init__(self, rng: random.Random, easy: bool = False, home: bool = False):
        self.rng, self.zh, self.easy, self.home = rng, rng.random() < 0.12, easy, home
        self.builtins: list[tuple[str, dict]] = []
        self.offers: list[Offer] = []
        self.choose_tools()

    def choose_tools(self) -> None:
        rng, style = self.rng, self.rng.random()
        if self.home:
            self.builtins = [(k, define(k, rng, True)) for k in MAKERS]
        elif self.easy:
            if style < 0.65:
                self.builtins = [(k, define(k, rng, style < 0.5)) for k in rng.sample(list(MAKERS), rng.randint(1, 3))]
            elif style < 0.92:
                self.offer(rng.randint(1, 2))
        elif style < 0.52 or (self.zh and style < 0.85):
            kinds = list(MAKERS) if rng.random() < 0.7 else rng.sample(list(MAKERS), rng.randint(1, 4))
            if rng.random() < 0.5:
                rng.shuffle(kinds)
            self.builtins = [(k, define(k, rng, True)) for k in kinds]
            self.offer(rng.choices([0, 1, 2], [75, 15, 10])[0])
        elif style < 0.66:
            kinds = rng.sample(list(MAKERS), rng.randint(1, 4))
            self.builtins = [(k, define(k, rng, False)) for k in kinds]
            self.offer(rng.randint(0, 4))
        elif style < 0.93:
            self.offer(rng.choices([1, 2, 3, 4, 5, 6, 8], [10, 18, 22, 20, 14, 10, 6])[0])

    def offer(self, count: int) -> None:
        rng, seen = self.rng, {k for k, _ in self.builtins}
        names = {d["function"]["name"] for _, d in self.builtins}
        noun = rng.choice(pools()["noun"])
        while count > 0:
            if rng.random() < 0.4:
                noun = rng.choice(pools()["noun"])
            pick = rng.random()
            kind = rng.choice(written()) if pick < 0.35 else verb_noun(rng, noun) if pick < 0.65 else composed(rng, noun) if pick < 0.93 else invented(rng, noun)
            if "notes_add" in seen and kind.key in ("add_todo", "create_reminder"):
                continue
            offer = Offer(rng, kind)
            name = offer.definition["function"]["name"]
            if kind.key in seen or name in names | tools() or tools() & set(kind.names):
                continue
            seen.add(kind.key)
            names.add(name)
            self.offers.append(offer)
            count -= 1

    def keys(self) -> set[str]:
        return {k for k, _ in self.builtins} | {o.kind.key for o in self.offers}

    def talk_exchange(self) -> Exchange:
        rng = self.rng
        while True:
            head, asks, answers = rng.choice(talk("talk-zh.txt" if self.zh else "talk.txt"))
            if head == "joke" and "joke" in self.keys():
                continue
            slots = Slots(rng)
            said = slots.expand(rng.choice(asks))
            if not self.zh and "{" not in answers[0]:
                said = smudge(rng, dressed(rng, said))
            return Exchange(said, None, "", slots.expand(rng.choice(answers)))

    def repeat_exchange(self) -> Exchange:
        slots = Slots(self.rng)
        text = slots.expand(self.rng.choice(["{word} {word2} {word3}", "{rare} {rare2} {word}", "{message}", "{fact}", "{url}", "{id} {rare}", "{int:10:99999} {word}", "{person} {word} {city} {rare}", "{word} {rare} {word2} {rare2} {word3}"]))
        return Exchange(self.rng.choice(["repeat after me: ", "repeat: ", "say: ", "say ", "echo ", "just say "]) + text, None, "", text)

    def beyond_exchange(self) -> Exchange:
        rng, keys = self.rng, self.keys()
        if self.zh:
            hard = next(t for t in talk("talk-zh.txt") if t[0] == "hard")
            return Exchange(Slots(rng).expand(rng.choice(hard[1])), None, "", BEYOND_ZH)
        knows = any(o.kind.knows for o in self.offers)
        if knows or rng.random() < 0.5:
            near = set().union(*[group for group in NEAR if group & keys])
            kinds = [k for k in written() if not k.knows and k.key not in near | keys]
            offer = Offer(rng, rng.choice(kinds) if rng.random() < 0.6 else rng.choice([verb_noun, composed])(rng, rng.choice(pools()["noun"])))
            if knows or (offer.kind.key.startswith(("search", "get", "list", "count")) and keys & {"notes_search", "knowledge_search"}):
                return self.talk_exchange()
            if offer.kind.key in ("joke", "quote_of_day"):
                return self.talk_exchange()
            said = offer.exchange(rng).said
        elif "calculator" not in keys and not keys & NEAR[1] and rng.random() < 0.25:
            said = arithmetic.question(rng)[0]
        else:
            said = Slots(rng).expand(rng.choice(rng.choice(lines("hard.txt"))))
        return Exchange(smudge(rng, said), None, "", BEYOND)

    def tool_exchange(self) -> Exchange:
        rng = self.rng
        if self.home:
            return builtin_exchange(rng, *rng.choices(self.builtins, [AT_HOME[kind] for kind, _ in self.builtins])[0], self.zh)
        index = rng.randrange(len(self.builtins) + (0 if self.zh and self.builtins else len(self.offers)))
        if index < len(self.builtins):
            return builtin_exchange(rng, *self.builtins[index], self.zh)
        exchange = self.offers[index - len(self.builtins)].exchange(rng)
        return error_exchange(exchange, rng, Slots(rng).expand("[not found|timed out|permission denied|{word} {word2} failed|invalid {word}]")) if rng.random() < 0.05 else exchange

    def follow_up(self, last: Exchange) -> Exchange | None:
        """A question that leans on the previous one: "times 3", "and in Tokyo?"."""
        rng = self.rng
        if not last.call or self.zh:
            return None
        kind = next((k for k, d in self.builtins if d is last.call[0]), None)
        definition = last.call[0]
        if kind == "calculator" and " = " in last.answer:
            before, n = last.answer.rsplit(" = ", 1)[1], str(rng.choice([2, 3, 10, 100, 5, 7, rng.randint(1, 99)]))
            if "." in before or before.startswith("-"):
                return None
            said, expression = rng.choice([("[and |now |]times {n}[?|]", "{b} * {n}"), ("[now |and |]divide [that|it|the result] by {n}", "{b} / {n}"), ("[now |and |]add {n} [to that|to it|]", "{b} + {n}"), ("[now |and |]minus {n}[?|]", "{b} - {n}"), ("[now |and |]multiply [that|it|the result] by {n}", "{b} * {n}"), ("[and |]plus {n}[?|]", "{b} + {n}"), ("[now |]subtract {n} [from that|from it|]", "{b} - {n}"), ("half of that", "{b} / 2"), ("double it", "{b} * 2")])
            slots = Slots(rng)
            slots.values |= {"n": n, "b": before}
            expression = slots.expand(expression)
            if not (value := arithmetic.value_of(expression)):
                return None
            return Exchange(slots.expand(said), (definition, {parameter_of(definition): expression}), rng.choice([value, f'{{"result":{value}}}']), f"{expression} = {value}")
        if kind == "clock":
            zone, names, _ = any_zone(rng)
            base = tell_time(rng, definition, False)
            said = Slots(rng).expand(rng.choice(["and in {p}?", "what about {p}?", "and {p}?", "how about {p}?", "and now in {p}?"]).replace("{p}", rng.choice(names)))
            return Exchange(said, (definition, {parameter_of(definition): zone}), base.content, base.answer)
        return None

    def exchanges(self) -> Iterator[Exchange]:
        rng, last = self.rng, None
        count = rng.randint(3, 7) if self.home else 1 if self.easy else rng.choices([1, 2, 3, 4], [24, 28, 26, 22])[0]
        while count > 0:
            exchange = self.exchange_after(last)
            if held_out(exchange.said):
                continue
            last = exchange
            count -= 1
            yield last

    def exchange_after(self, last: Exchange | None) -> Exchange:
        rng, has_tools, pick = self.rng, bool(self.builtins or self.offers), self.rng.random()
        if rng.random() < (0.06 if self.home else 0.3 if self.easy else 0.015):
            return self.repeat_exchange()
        follow = self.follow_up(last) if last and rng.random() < 0.18 else None
        if follow:
            return follow
        if has_tools and pick < (0.56 if self.home else 0.7):
            exchange = self.tool_exchange()
            if rng.random() < 0.08 and not self.zh and not exchange.said.startswith("http"):
                exchange = replace(exchange, said=rng.choice(PREFIXES) + exchange.said)
            return exchange
        return self.talk_exchange() if pick < (0.86 if has_tools else 0.65) else self.beyond_exchange()

    def system(self) -> str:
        rng = self.rng
        if self.home and rng.random() < 0.7:
            return lines("systems.txt")[0][0]
        count = 0 if self.easy else rng.choices([0, 1, 2, 3, 5], [32, 28, 20, 14, 6])[0]
        return " ".join(Slots(rng).expand(rng.choice(rng.choice(lines("systems.txt")))) for _ in range(count))

    def as_dict(self) -> dict:
        tools = [d for _, d in self.builtins] + [o.definition for o in self.offers]
        if self.rng.random() < 0.3:
            self.rng.shuffle(tools)
        system = self.system()
        messages = [{"role": "system", "content": system}] if system else []
        for exchange in self.exchanges():
            part = exchange.messages()
            part[0]["content"] = capitalised(self.rng, part[0]["content"])
            messages += part
        return {"tools": tools, "messages": messages}


def conversations(seed: int, easy: Callable[[], float] = lambda: 0.0, home: float = 0.2) -> Iterator[dict]:
    """Endless; the same for the same seed. `easy` tells the share of easy ones wanted at the moment, `home` that at home."""
    rng = random.Random(seed)
    while True:
        at_home = rng.random() < home
        yield Conversation(rng, not at_home and rng.random() < easy(), at_home).as_dict()


if __name__ == "__main__":
    from render import segments

    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for _, conversation in zip(range(options.count), conversations(options.seed)):
        print(json.dumps(conversation, ensure_ascii=False) if options.json else "".join(t for t, _ in segments(conversation)).replace("<|user|>", "\n<|user|>"), end="\n\n")
