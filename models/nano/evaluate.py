"""Accuracy of the shipped files on prompts written by hand: `python evaluate.py MODEL_FOLDER [--set blind] [--verbose]`.

`--set blind` is the set that nobody who writes data may read the answers to: use it without `--verbose`.
"""

import argparse
import json
import re
from pathlib import Path

import jinja2
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from held_out import EVAL

SYSTEM = "You are a helpful assistant. Use a tool when it helps, then answer briefly."


class Model:
    """Greedy answers of a folder in Hugging Face's layout."""

    def __init__(self, folder: Path, variant: str):
        read = lambda name: json.loads((folder / name).read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        environment = jinja2.Environment()
        environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
        self.template = environment.from_string(read("tokenizer_config.json")["chat_template"])
        self.end = read("config.json")["eos_token_id"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / "onnx" / f"model_{variant}.onnx"), options)
        self.past = {i.name: np.zeros((1, i.shape[1], 0, i.shape[3]), np.float32) for i in self.session.get_inputs() if i.name.startswith("past")}
        self.outputs = [o.name for o in self.session.get_outputs()]

    def answer(self, messages: list[dict], tools: list[dict], longest: int = 120) -> str:
        prompt = self.template.render(messages=[{"role": "system", "content": SYSTEM}, *messages], tools=tools, add_generation_prompt=True)
        ids, written, past, length = self.tokenizer.encode(prompt, add_special_tokens=False).ids, [], self.past, 0
        while len(written) < longest:
            length += len(ids)
            feeds = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, length), np.int64), "position_ids": np.arange(length - len(ids), length)[None], "num_logits_to_keep": np.array(1)}
            result = dict(zip(self.outputs, self.session.run(None, feeds | past)))
            past = {name: result[name.replace("past_key_values", "present")] for name in past}
            token = int(result["logits"][0, -1].argmax())
            if token == self.end:
                break
            written.append(token)
            ids = [token]
        return self.tokenizer.decode(written, skip_special_tokens=False)


def listed(names: list[str], folder: Path) -> list[dict]:
    """Tools of the set's tools.json in the shape of chat APIs."""
    known = json.loads((folder / "tools.json").read_text())
    build = lambda name, description, properties, required: {"type": "function", "function": {"name": name, "description": description, "parameters": {"type": "object", "properties": {k: {"type": t} for k, t in properties.items()}, "required": required}}}
    return [build(name, *known[name]) for name in names]


def call_in(text: str) -> tuple[str, dict] | None:
    match = re.fullmatch(r"<tool_call>(.*)</tool_call>", text, re.DOTALL)
    try:
        call = json.loads(match.group(1)) if match else None
        return (call["name"], call["arguments"]) if call else None
    except (ValueError, KeyError):
        return None


TYPES = {"string": str, "integer": int, "number": (int, float)}


def is_valid(call: tuple[str, dict] | None, tools: list[dict]) -> bool:
    """Whether a call names a listed tool and its arguments fit that tool's schema."""
    schema = next((t["function"]["parameters"] for t in tools if call and t["function"]["name"] == call[0]), None)
    if schema is None or not isinstance(call[1], dict):
        return False
    known = schema["properties"]
    return set(schema["required"]) <= call[1].keys() <= known.keys() and all(isinstance(v, TYPES[known[k]["type"]]) for k, v in call[1].items())


def normal(value: object) -> object:
    return re.sub(r"\s+", " ", value).strip(" .?!").casefold() if isinstance(value, str) else value


def same_arguments(got: dict, wanted: dict) -> bool:
    """Exact but for case, spaces and a closing full stop; a list of values means any of them."""
    if got.keys() != wanted.keys():
        return False
    squeeze = lambda v: v.replace(" ", "") if isinstance(v, str) else v
    return all(any(squeeze(normal(got[k])) == squeeze(normal(w)) for w in (wanted[k] if isinstance(wanted[k], list) else [wanted[k]])) for k in wanted)


def messages_of(case: dict) -> list[dict]:
    messages: list[dict] = [{"role": "user", "content": case["prompt"]}]
    if "content" in case:
        call = {"type": "function", "function": {"name": case["call"], "arguments": case["arguments"]}}
        messages += [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": case["content"]}]
    return messages


def main(folder: Path, variant: str, prompts: Path, verbose: bool) -> None:
    model, scores = Model(folder, variant), {}

    def score(name: str, right: bool, case: dict, text: str) -> None:
        scores.setdefault(name, []).append(right)
        if verbose and not right:
            print(f"{name}: {case['prompt']!r} -> {text}")

    for file in sorted(prompts.glob("*.jsonl")):
        for case in map(json.loads, file.read_text().splitlines()):
            tools = listed(case["tools"], prompts)
            text = model.answer(messages_of(case), tools)
            call, mentions = call_in(text), case.get("mentions", [])
            if "content" in case:
                score("answer from result", "<tool_call>" not in text and all(m.lower() in text.lower() for m in mentions), case, text)
            elif case["call"] is None:
                score("no tool", "<tool_call>" not in text, case, text)
                if mentions:
                    score("sensible small talk or refusal", any(m.lower() in text.lower() for m in mentions), case, text)
            else:
                right = call is not None and call[0] == case["call"]
                score(f"{file.stem}: tool choice", right, case, text)
                score(f"{file.stem}: valid call", is_valid(call, tools), case, text)
                exact = right and same_arguments(call[1], case["arguments"])
                score(f"{file.stem}: exact arguments", exact, case, text)
                if file.stem == "builtin":
                    scores.setdefault(f"builtin: exact arguments, {case['call']}", []).append(exact)
    for name, results in scores.items():
        print(f"{name}: {sum(results)} of {len(results)} ({100 * sum(results) / len(results):.1f}%)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--variant", default="int8")
    parser.add_argument("--set", default="", help="a folder of eval/")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    main(options.folder, options.variant, EVAL / options.set, options.verbose)
