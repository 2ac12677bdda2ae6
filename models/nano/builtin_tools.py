"""Exchanges for the tools that the platform ships: calculator, clock, notes_add, notes_search, fetch."""

import json
import random
import re
from functools import cache

import arithmetic
from grammar import DATA, Slots, alternatives, blocks
from exchange import Exchange, error_exchange, tool

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
ERRORS = ["{host} is not among the allowed hosts (none). The operator can add it to allow.", "{host} did not answer.", "There is no host {host}.", "{host} answered with status 404.", "Only https addresses may be fetched. The node’s operator can set allowHttp.", "division by zero", "The host is not on the allow list", "timed out", "not found", "Network unreachable", "invalid expression", "unknown time zone", "permission denied", "The tool took too long", "HTTP 404", "HTTP 500", "connection refused", "bad argument", "The store is full"]


ARTICLE = re.compile(r"^(the|my|our|a) ")


@cache
def parts(name: str) -> dict[str, dict[str, list[str]]]:
    return {head: {k: [a for line in lines for a in alternatives(line)] for k, lines in fields.items()} for head, fields in blocks(name)}


def define(kind: str, rng: random.Random, official: bool) -> dict:
    """A built-in as it is listed; `official` keeps the platform's names."""
    spec = parts("builtins.txt")[kind]
    name = kind if official else rng.choice(spec["n"])
    parameter = spec["p"][0] if official else rng.choice(spec["p"])
    required = [] if kind == "clock" else [parameter]
    description = spec["o"][0] if official and rng.random() < 0.75 else rng.choice(spec["d"])
    return tool(name, description, {parameter: "string"}, required)


def parameter_of(definition: dict) -> str:
    return next(iter(definition["function"]["parameters"]["properties"]))


def dumps(value: object, rng: random.Random) -> str:
    return json.dumps(value, ensure_ascii=False, separators=rng.choice([(",", ":"), (", ", ": ")]))


def calculate(rng: random.Random, definition: dict, zh: bool) -> Exchange:
    said, expression, value = arithmetic.question(rng, zh)
    number = json.loads(value)
    content = rng.choice([value, value, value, value, value, dumps({"result": number}, rng), dumps({"result": number}, rng), dumps({"result": value}, rng), dumps({"value": number}, rng), f'"{value}"', dumps({"expression": expression, "result": number}, rng)])
    return Exchange(said, (definition, {parameter_of(definition): expression}), content, f"{expression} = {value}")


@cache
def zones() -> list[tuple[str, list[str], list[str]]]:
    rows = [line.split(" ", 1) for line in (DATA / "zones.txt").read_text().splitlines()]
    return [(zone, rest.rsplit(" ", 1)[0].split(","), rest.rsplit(" ", 1)[1].split(",")) for zone, rest in rows]


def any_zone(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """The continents by turns: else most are European, and the model takes that for a rule. Within one, any name is as likely."""
    regions: dict[str, list] = {}
    for row in zones():
        regions.setdefault(row[0].split("/")[0], []).append(row)
    weights = [len(rows) ** 0.6 for rows in regions.values()]
    rows = rng.choices(list(regions.values()), weights)[0]
    return rng.choices(rows, [len(names) for _, names, _ in rows])[0]


def moment(rng: random.Random, zone: str) -> tuple[str, str]:
    """What a clock tool may answer, and the sentence that passes it on."""
    y, mo, d, h, mi, s = rng.randint(2024, 2032), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    date, clock, weekday = f"{y}-{mo:02}-{d:02}", f"{h:02}:{mi:02}", rng.choice(DAYS)
    iso = f"{date}T{clock}:{s:02}" + rng.choice(["Z", f".{rng.randint(0, 999):03}Z", "+01:00", "+08:00", "-05:00", ""])
    long = f"{weekday}, {rng.choice([f'{MONTHS[mo - 1]} {d}, {y}', f'{d} {MONTHS[mo - 1]} {y}'])} at {clock}"
    kind = rng.randint(0, 14)
    if kind > 7:  # the platform's own
        stated = f"{weekday} {d} {MONTHS[mo - 1]} {y}, {clock}:{s:02} ({zone}, UTC{rng.choice(['', '+01:00', '+02:00', '-05:00', '+09:00', '+05:30', '-08:00'])})"
        return stated, f"It is {stated}."
    if kind == 0:
        return rng.choice([iso, f'"{iso}"']), f"It is {clock} on {date}."
    if kind == 1:
        return dumps({"iso": iso, "timezone": zone}, rng), f"It is {clock} on {date} ({zone})."
    if kind == 2:
        return dumps({"time": f"{clock}:{s:02}", "date": date, "timezone": zone}, rng), f"It is {clock} on {date} ({zone})."
    if kind == 3:
        return dumps({"iso": iso, "timezone": zone, "text": long}, rng), f"It is {long} ({zone})."
    if kind == 4:
        return dumps({"iso": iso, "timezone": zone, "weekday": weekday}, rng), f"It is {weekday}, {clock} on {date} ({zone})."
    if kind == 5:
        return dumps({"date": date, "time": clock, "weekday": weekday, "timezone": zone}, rng), f"It is {weekday}, {clock} on {date} ({zone})."
    if kind == 6:
        return rng.choice([long, f'"{long}"']), f"It is {long}."
    return dumps({"timezone": zone, "local": f"{date} {clock}", "iso": iso}, rng), f"It is {clock} on {date} ({zone})."


def tell_time(rng: random.Random, definition: dict, zh: bool) -> Exchange:
    kind = rng.choices(["here", "date", "there"], [3, 2, 10])[0]
    zone, names, zh_names = any_zone(rng)
    slots = Slots(rng)
    slots.values["place"] = rng.choice(zh_names if zh else names + [zone] * (rng.random() < 0.15))
    said = slots.expand(rng.choice(parts("clock.txt")[kind]["z" if zh else "u"]))
    arguments = {parameter_of(definition): zone} if kind == "there" else {}
    content, answer = moment(rng, zone if kind == "there" else rng.choice(["UTC", "UTC", zone]))
    return Exchange(said, (definition, arguments), content, answer.replace("It is ", "现在是 ") if zh else answer)


def note_slots(rng: random.Random) -> Slots:
    slots, spec = Slots(rng), parts("notes.txt")["zh"]
    slots.values["znote"] = slots.expand(rng.choice(spec["n"]))
    slots.values["zsubject"] = slots.expand(rng.choice(spec["s"]))
    slots.values["note"] = slots.get(rng.choices(["fact", "task", "message", "phrase", "free", "list"], [10, 3, 1, 1, 5, 1])[0])
    return slots


def add_note(rng: random.Random, definition: dict, zh: bool) -> Exchange:
    slots = note_slots(rng)
    field = "z" if zh else "t" if rng.random() < 0.2 else "u"
    said = slots.expand(rng.choice(parts("notes.txt")["add"][field]))
    text = slots.get({"z": "znote", "t": "task", "u": "note"}[field])
    if rng.random() < 0.1 and not said.endswith("?") and not zh:
        said += "."
    content = "The note is saved." if rng.random() < 0.5 else rng.choice([dumps({"id": rng.randint(1, 99), "text": text}, rng), '"ok"', "ok", dumps({"saved": True}, rng), dumps({"saved": text}, rng), dumps({"id": f"n{rng.randint(1, 99)}"}, rng), dumps({"noteId": str(rng.randint(1, 999)), "text": text}, rng), "true"])
    return Exchange(said, (definition, {parameter_of(definition): text}), content, f"记住了：{text}" if zh else f"Noted: {text}")


def search_notes(rng: random.Random, definition: dict, zh: bool) -> Exchange:
    slots = note_slots(rng)
    query = slots.get("zsubject") if zh else ARTICLE.sub("", slots.get("subject"))
    slots.values["bare"] = query
    said = slots.expand(rng.choice(parts("notes.txt")["search"]["z" if zh else "u"]))
    found = []
    for _ in range(rng.choices([0, 1, 2, 3], [20, 50, 20, 10])[0]):
        other = note_slots(rng)
        found.append(other.get("znote") if zh else other.get("note"))
    shape = rng.randint(0, 4)
    rows: object = found if shape < 2 else [{"id": rng.randint(1, 99), "text": t} for t in found] if shape == 2 else [{"text": t, "createdAt": f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T10:{rng.randint(10, 59)}:00Z"} for t in found]
    content = dumps({"notes": rows} if rng.random() < 0.4 else rows, rng)
    if rng.random() < 0.5:  # the platform's own
        own = [{"text": t, "addedAt": f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(10, 23)}:{rng.randint(10, 59)}:{rng.randint(10, 59)}.{rng.randint(100, 999)}Z"} for t in found]
        content = json.dumps(own, ensure_ascii=False, separators=(",", ":")) if found else "No note matches."
    if zh:
        answer = f"你记过：{'；'.join(found)}" if found else "没有找到相关笔记。"
    else:
        answer = f"You noted: {'; '.join(found)}" if found else f"I found no note about {query}."
    return Exchange(said, (definition, {parameter_of(definition): query}), content, answer)


def fetch_page(rng: random.Random, definition: dict, zh: bool) -> Exchange:
    slots = Slots(rng)
    said = slots.expand(rng.choice(parts("fetch.txt")["fetch"]["z" if zh else "u"]))
    url = slots.get("url")
    other = Slots(rng)
    first = other.expand(rng.choice(["{Word} {word} {word2}", "Welcome to {Word} {Word2}", "{fact}", "{Word}: {word2} {word3} {rare}", "Example Domain", "{topic}", "Hello from {city}"]))
    rest = [Slots(rng).expand("{Word} {word} {word2} {word3}") for _ in range(rng.choice([0, 0, 1, 2, 4]))]
    body = ". ".join([first, *rest]) if rest else first
    shape = max(0, rng.randint(-4, 4))
    title = other.expand("{Word2} {Word3}")
    result = [body, json.dumps(body, ensure_ascii=False), dumps({"status": 200, "text": body}, rng), dumps({"url": url, "status": 200, "contentType": "text/html", "text": body}, rng), dumps({"url": url, "title": title, "text": body}, rng)][shape]
    return Exchange(said, (definition, {parameter_of(definition): url}), result, f"{'网页上写着' if zh else 'It says'}: {first}".replace("着:", "着："))


AT_HOME = {"calculator": 8, "clock": 5, "notes_add": 3, "notes_search": 3, "fetch": 2}  # how often each: what is harder, more often
MAKERS = {"calculator": calculate, "clock": tell_time, "notes_add": add_note, "notes_search": search_notes, "fetch": fetch_page}


def builtin_exchange(rng: random.Random, kind: str, definition: dict, zh: bool) -> Exchange:
    exchange = MAKERS[kind](rng, definition, zh)
    return error_exchange(exchange, rng, Slots(rng).expand(rng.choice(ERRORS)), zh) if rng.random() < 0.05 else exchange
