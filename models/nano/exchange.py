"""One question with what should follow it, and the shape of tools."""

import json
import random
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Exchange:
    """What a person says, the call it needs (definition and arguments), what the tool returns, the answer."""

    said: str
    call: tuple[dict, dict] | None
    content: str
    answer: str

    def messages(self) -> list[dict]:
        out: list[dict] = [{"role": "user", "content": self.said}]
        if self.call:
            definition, arguments = self.call
            function = {"name": definition["function"]["name"], "arguments": arguments}
            out.append({"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": function}]})
            out.append({"role": "tool", "content": self.content})
        out.append({"role": "assistant", "content": self.answer})
        return out


def tool(name: str, description: str, properties: dict[str, str], required: list[str]) -> dict:
    """A tool as chat APIs list it; property values are JSON Schema types, or `a|b` for an enum."""
    schema = {key: {"type": "string", "enum": kind.split("|")} if "|" in kind else {"type": kind} for key, kind in properties.items()}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": {"type": "object", "properties": schema, "required": required}}}


def error_exchange(exchange: Exchange, rng: random.Random, message: str, zh: bool = False) -> Exchange:
    """The same question, answered by a failing tool."""
    code = rng.choice(["invalid-argument", "tool-failed", "denied", "timeout", "E_FAIL"])
    content = rng.choice([json.dumps({"error": {"code": code, "message": message}}, separators=(",", ":")), json.dumps({"error": message}), f"Error: {message}"])
    return replace(exchange, content=content, answer=f"这没有成功：{message}" if zh else f"That did not work: {message}")
