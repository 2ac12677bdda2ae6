"""Arithmetic questions in words and signs, with the expression a calculator should get and its value."""

import math
import random
from functools import cache

from grammar import DATA, pools
from scenes import THINGS, scene

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPOKEN = {
    "+": [" + ", "+", " plus ", " plus ", " added to ", " and ", " + "],
    "-": [" - ", "-", " minus ", " minus ", " take away ", " − ", " less "],
    "*": [" × ", "×", " * ", "*", " x ", " times ", " times ", " multiplied by ", " × ", " X "],
    "/": [" ÷ ", "÷", " / ", "/", " divided by ", " divided by ", " over ", ":"],
}
SAID = {op: [sign for sign in signs if len(sign.strip()) > 1] for op, signs in SPOKEN.items()}
SPOKEN_ZH = {"+": ["加", "+", "加上"], "-": ["减", "-", "减去"], "*": ["乘", "乘以", "×", "*"], "/": ["除以", "÷", "/"]}


@cache
def asks() -> list[list[str]]:
    """How people ask for the value of {}, in English and in Chinese."""
    return [part.splitlines() for part in (DATA / "sum-asks.txt").read_text().split("\n\n")]


@cache
def stories() -> list[tuple[str, str]]:
    """Questions in words, and the expressions they stand for."""
    return [tuple(line.split(" => ")) for line in (DATA / "stories.txt").read_text().splitlines()]


def spell(n: int) -> str:
    """A number from 0 to 999 in words."""
    if n < 20:
        return ONES[n]
    if n > 99:
        rest, way = n % 100, random.Random(n)
        hundreds = ("a" if n < 200 and way.random() < 0.4 else ONES[n // 100]) + " hundred"
        return hundreds + (way.choice([" and ", " "]) + spell(rest) if rest else "")
    return TENS[n // 10 - 2] + ("" if n % 10 == 0 else random.Random(n).choice(["-", " "]) + ONES[n % 10])


def operand(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.40:
        return str(rng.randint(1, 99))
    if kind < 0.62:
        return str(rng.randint(100, 999))
    if kind < 0.76:
        return str(rng.randint(2, 20))
    if kind < 0.88:
        return str(rng.randint(1000, 99999))
    return f"{rng.randint(0, 400)}.{rng.choice(['5', '25', '75', '99', '1', str(rng.randint(1, 99)).zfill(2)])}"


def shown(value: str, rng: random.Random, words: bool | float = True) -> str:
    """How a person may write the number; `words` is how likely a small one is spelt."""
    if value.isdigit():
        n = int(value)
        if n < 1000 and rng.random() < (0.12 if words is True else words) * (1 if n < 100 else 0.4):
            return spell(n)
        if n > 999 and rng.random() < 0.3:
            return f"{n:,}"
    return value


def chain(rng: random.Random, spoken: dict[str, list[str]]) -> tuple[str, str]:
    count = rng.choices([2, 3, 4], [78, 17, 5])[0]
    zh = spoken is SPOKEN_ZH
    first, wordy = operand(rng), not zh and rng.random() < 0.22  # one who spells a number spells the others too
    if wordy:
        first = str(rng.randint(0, 99))
    text, expression = shown(first, rng, 0.95 if wordy else not zh), first
    for _ in range(count - 1):
        op = rng.choice("+-*/**")
        value = str(rng.randint(1, 99)) if wordy and rng.random() < 0.9 else operand(rng)
        sign = rng.choice(SAID[op] if wordy else spoken[op])
        if sign == ":" and not text[-1].isdigit():
            sign = " / "
        if sign in ("x", "X") or (sign == "-" and not text[-1].isdigit()):
            sign = f" {sign} "
        text += sign + shown(value, rng, 0.95 if wordy else not zh and len(sign) > 2)
        expression += f" {op} {value}"
    return text, expression


def story(rng: random.Random) -> tuple[str, str]:
    text, expression = rng.choice(stories())
    n, m = rng.sample(THINGS, 2)
    values = {"a": operand(rng), "b": operand(rng), "c": operand(rng), "p": str(rng.choice([5, 10, 15, 20, 25, 7, 8, 12, 19, 30, 50, 3, rng.randint(1, 99)])), "s": str(rng.randint(2, 30)), "e": str(rng.randint(2, 10)), "r": f"{rng.randint(0, 9)}.{rng.randint(1, 99):02}", "y": str(rng.randint(1900, 2000)), "z": str(rng.randint(2001, 2080))}
    spoken = {k: shown(v, rng, k in "ab") if "√" not in text and "^" not in text else v for k, v in values.items()}
    if not all(spoken[k] == values[k] for k in "ab") and "(" in text:
        spoken = values
    return text.format(n=n, m=m, n1=n[:-1], person=rng.choice(pools()["person"]), **spoken), expression.format(**values)


def told(rng: random.Random) -> tuple[str, str]:
    """A sum of a few whole numbers as a little story; prices have decimals now and then."""
    values = {k: str(rng.choice([rng.randint(2, 20), rng.randint(2, 99), rng.randint(10, 999)])) for k in "abc"} | {"p": str(rng.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 75, rng.randint(1, 99)]))}
    if rng.random() < 0.12:
        values["a"] = f"{rng.randint(0, 90)}.{rng.randint(1, 99):02}"
    if float(values["a"]) < float(values["b"]) and rng.random() < 0.8:  # as it mostly is where something is shared or taken away
        values["a"], values["b"] = values["b"], values["a"]
    words = 0.5 if rng.random() < 0.15 else 0.03
    return scene(rng, values, {k: shown(v, rng, words) for k, v in values.items()})


def value_of(expression: str) -> str:
    """The value as JavaScript would print it, or '' when there is none."""
    try:
        value = eval(expression.replace("^", "**"), {"sqrt": math.sqrt, "__builtins__": {}})  # our own strings only
    except ZeroDivisionError:
        return ""
    if isinstance(value, complex) or abs(value) > 1e15:
        return ""
    value = float(value)
    return str(int(value)) if value.is_integer() else repr(round(value, 12))


def question(rng: random.Random, chinese: bool = False) -> tuple[str, str, str]:
    """Resolves to what the person says, the expression, and its value."""
    while True:
        if chinese:
            text, expression = chain(rng, SPOKEN_ZH)
            said = rng.choice(asks()[1]).format(text)
        elif (way := rng.random()) < 0.44:
            text, expression = chain(rng, SPOKEN)
            said = rng.choice(asks()[0]).format(text)
        elif way < 0.74:
            said, expression = told(rng)
        else:
            said, expression = story(rng)
            if rng.random() < 0.4 and not said.endswith("?"):
                said = rng.choice(asks()[0]).format(said)
        if value := value_of(expression):
            return said, expression, value
