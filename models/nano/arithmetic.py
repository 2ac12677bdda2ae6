"""Arithmetic questions in words and signs, with the expression a calculator should get and its value."""

import math
import random

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPOKEN = {
    "+": [" + ", "+", " plus ", " plus ", " added to ", " and ", " + "],
    "-": [" - ", "-", " minus ", " minus ", " take away ", " − ", " less "],
    "*": [" × ", "×", " * ", "*", " x ", " times ", " times ", " multiplied by ", " × ", " X "],
    "/": [" ÷ ", "÷", " / ", "/", " divided by ", " divided by ", " over ", ":"],
}
ASK = ["what is {}?", "what's {}?", "whats {}", "how much is {}?", "calculate {}", "compute {}", "{}", "{} = ?", "{}?", "{}=", "work out {}", "solve {}", "what does {} make?", "can you calculate {}?", "tell me {}", "please compute {}", "evaluate {}", "give me the result of {}", "I need {}", "what do you get for {}?", "can you tell me what {} is?", "figure out {}", "do the math: {}", "quick: {}", "what would {} be?", "hey, {}?", "{} please", "how much would {} be?", "use the calculator for {}", "do you know what {} is?"]
ASK_ZH = ["{}等于多少？", "{}是多少？", "计算{}", "算一下{}", "请计算 {}", "帮我算{}", "{}=?", "{} 等于几？"]
SPOKEN_ZH = {"+": ["加", "+", "加上"], "-": ["减", "-", "减去"], "*": ["乘", "乘以", "×", "*"], "/": ["除以", "÷", "/"]}
STORY = [
    ("I have {a} {n} with {b} {m} each, how many {m} is that?", "{a} * {b}"), ("if one {n1} costs {a} and I buy {b}, what do I pay?", "{a} * {b}"),
    ("split {a} euros among {b} people", "{a} / {b}"), ("{a} divided equally by {b} friends, how much does each get?", "{a} / {b}"),
    ("I had {a} {n} and gave away {b}, how many are left?", "{a} - {b}"), ("I had {a} {n} and bought {b} more, how many now?", "{a} + {b}"),
    ("how many hours are {a} days?", "{a} * 24"), ("how many minutes are {a} hours?", "{a} * 60"), ("how many seconds are in {a} minutes?", "{a} * 60"),
    ("how many days are in {a} weeks?", "{a} * 7"), ("how many months are {a} years?", "{a} * 12"),
    ("what is the sum of {a} and {b}?", "{a} + {b}"), ("sum of {a}, {b} and {c}", "{a} + {b} + {c}"), ("add {a} and {b}", "{a} + {b}"), ("add {a} to {b}", "{b} + {a}"),
    ("subtract {a} from {b}", "{b} - {a}"), ("the difference between {a} and {b}", "{a} - {b}"), ("the product of {a} and {b}", "{a} * {b}"),
    ("multiply {a} by {b}", "{a} * {b}"), ("multiply {a} and {b}", "{a} * {b}"), ("multiply {a} with {b}", "{a} * {b}"), ("divide {a} by {b}", "{a} / {b}"), ("{b} into {a}", "{a} / {b}"),
    ("half of {a}", "{a} / 2"), ("what is double {a}?", "{a} * 2"), ("a third of {a}", "{a} / 3"), ("a quarter of {a}", "{a} / 4"), ("twice {a}", "{a} * 2"), ("triple {a}", "{a} * 3"),
    ("{p}% of {a}", "{a} * {p} / 100"), ("{p} percent of {a}", "{a} * {p} / 100"), ("what is {p}% of {a}?", "{a} * {p} / 100"), ("how much is {p} percent of {a}?", "{a} * {p} / 100"), ("what's {p} % of {a}", "{a} * {p} / 100"), ("calculate {p}% of {a}", "{a} * {p} / 100"),
    ("a {p}% tip on {a}", "{a} * {p} / 100"), ("{p}% tax on {a} euros, how much is it?", "{a} * {p} / 100"), ("{p}% discount on {a}, what do I save?", "{a} * {p} / 100"), ("what is a {p} percent tip on {a} dollars?", "{a} * {p} / 100"),
    ("increase {a} by {p}%", "{a} * (1 + {p} / 100)"), ("{a} plus {p}%", "{a} * (1 + {p} / 100)"), ("reduce {a} by {p}%", "{a} * (1 - {p} / 100)"), ("{a} minus {p} percent", "{a} * (1 - {p} / 100)"), ("{a} with {p}% off", "{a} * (1 - {p} / 100)"),
    ("{s} squared", "{s} ^ 2"), ("what is {s} squared?", "{s} ^ 2"), ("the square of {s}", "{s} ^ 2"), ("{s} cubed", "{s} ^ 3"), ("{s} to the power of {e}", "{s} ^ {e}"), ("{s}^{e}", "{s} ^ {e}"), ("{s} ** {e}", "{s} ^ {e}"), ("{s} to the {e}th", "{s} ^ {e}"),
    ("the square root of {a}", "sqrt({a})"), ("square root of {a}", "sqrt({a})"), ("sqrt({a})", "sqrt({a})"), ("sqrt {a}", "sqrt({a})"), ("√{a}", "sqrt({a})"), ("root of {a}", "sqrt({a})"), ("what is the square root of {a}?", "sqrt({a})"),
    ("the average of {a} and {b}", "({a} + {b}) / 2"), ("average of {a}, {b} and {c}", "({a} + {b} + {c}) / 3"), ("the mean of {a}, {b}, {c}", "({a} + {b} + {c}) / 3"),
    ("({a} + {b}) × {s}", "({a} + {b}) * {s}"), ("({a}-{b})/{s}", "({a} - {b}) / {s}"), ("{s} * ({a} + {b})", "{s} * ({a} + {b})"), ("({a} + {b}) / {s}", "({a} + {b}) / {s}"), ("({a} - {b}) times {s}", "({a} - {b}) * {s}"),
]


def spell(n: int) -> str:
    """A number from 0 to 99 in words."""
    if n < 20:
        return ONES[n]
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


def shown(value: str, rng: random.Random, words: bool = True) -> str:
    """How a person may write the number."""
    if value.isdigit():
        n = int(value)
        if words and n < 100 and rng.random() < 0.10:
            return spell(n)
        if n > 999 and rng.random() < 0.3:
            return f"{n:,}"
    return value


def chain(rng: random.Random, spoken: dict[str, list[str]]) -> tuple[str, str]:
    count = rng.choices([2, 3, 4], [78, 17, 5])[0]
    zh = spoken is SPOKEN_ZH
    first = operand(rng)
    text, expression = shown(first, rng, not zh), first
    for _ in range(count - 1):
        op = rng.choice("+-*/**")
        value = operand(rng)
        sign = rng.choice(spoken[op])
        if sign == ":" and not text[-1].isdigit():
            sign = " / "
        if sign in ("x", "X") or (sign == "-" and not text[-1].isdigit()):
            sign = f" {sign} "
        text += sign + shown(value, rng, not zh and len(sign) > 2)
        expression += f" {op} {value}"
    return text, expression


def story(rng: random.Random) -> tuple[str, str]:
    text, expression = rng.choice(STORY)
    things = "boxes bags books coins apples cards bottles tickets cookies pencils eggs plates".split()
    n, m = rng.sample(things, 2)
    values = {"a": operand(rng), "b": operand(rng), "c": operand(rng), "p": str(rng.choice([5, 10, 15, 20, 25, 7, 8, 12, 19, 30, 50, 3, rng.randint(1, 99)])), "s": str(rng.randint(2, 30)), "e": str(rng.randint(2, 10))}
    spoken = {k: shown(v, rng, k in "ab") if "√" not in text and "^" not in text else v for k, v in values.items()}
    if not all(spoken[k] == values[k] for k in "ab") and "(" in text:
        spoken = values
    return text.format(n=n, m=m, n1=n[:-1], **spoken), expression.format(**values)


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
            said = rng.choice(ASK_ZH).format(text)
        elif rng.random() < 0.62:
            text, expression = chain(rng, SPOKEN)
            said = rng.choice(ASK).format(text)
        else:
            said, expression = story(rng)
            if rng.random() < 0.4 and not said.endswith("?"):
                said = rng.choice(ASK).format(said)
        if value := value_of(expression):
            return said, expression, value
