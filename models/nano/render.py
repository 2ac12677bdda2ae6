"""Turns a conversation into text, exactly as tokenizer_config.json's chat template does (a test compares them)."""

import json

SPECIAL = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
MARKUP = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]

CHAT_TEMPLATE = """\
{%- set ns = namespace(system='') -%}
{%- if messages and messages[0].role == 'system' -%}{%- set ns.system = messages[0].content | trim -%}{%- endif -%}
{%- if ns.system or tools -%}
{{- '<|system|>' + ns.system -}}
{%- if tools -%}
{{- ('\\n' if ns.system else '') + 'Tools:' -}}
{%- for tool in tools -%}
{%- set fn = tool.function if tool.function else tool -%}
{{- '\\n' + ((fn.description if fn.description else fn.name) | trim).split('\\n')[0].split('. ')[0] + ': ' + fn.name + '(' -}}
{%- set schema = fn.parameters if fn.parameters else {} -%}
{%- set required = schema.required if schema.required else [] -%}
{%- for name, property in (schema.properties if schema.properties else {}).items() -%}
{{- (', ' if not loop.first else '') + name + ('' if name in required else '?') + ': ' -}}
{{- property.enum | join('|') if property.enum else (property.type if property.type else 'any') -}}
{%- endfor -%}
{{- ')' -}}
{%- endfor -%}
{%- endif -%}
{{- '<|end|>' -}}
{%- endif -%}
{%- for message in messages -%}
{%- if message.role == 'user' -%}
{{- '<|user|>' + message.content + '<|end|>' -}}
{%- elif message.role == 'assistant' -%}
{{- '<|assistant|>' + (message.content if message.content else '') -}}
{%- for call in (message.tool_calls if message.tool_calls else []) -%}
{%- set fn = call.function if call.function else call -%}
{{- '<tool_call>{"name": "' + fn.name + '", "arguments": ' -}}
{{- (fn.arguments if fn.arguments is string else fn.arguments | tojson) + '}</tool_call>' -}}
{%- endfor -%}
{{- '<|end|>' -}}
{%- elif message.role == 'tool' -%}
{{- '<tool_response>' + message.content + '</tool_response>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}
"""


def signature(tool: dict) -> str:
    """One line of the tool listing: what it does comes first, so that the tokens of its name have seen it."""
    fn = tool["function"]
    required = fn["parameters"].get("required", [])
    parts = []
    for name, prop in fn["parameters"].get("properties", {}).items():
        kind = "|".join(prop["enum"]) if "enum" in prop else prop.get("type", "any")
        parts.append(f"{name}{'' if name in required else '?'}: {kind}")
    return f"{fn['description'].strip().splitlines()[0].split('. ')[0]}: {fn['name']}({', '.join(parts)})"


def segments(conversation: dict) -> list[tuple[str, bool]]:
    """Text in order; True marks what the model must learn to write."""
    messages, tools = conversation["messages"], conversation.get("tools") or []
    out: list[tuple[str, bool]] = []
    system = messages[0]["content"].strip() if messages[0]["role"] == "system" else ""
    if system or tools:
        listing = ("\n" if system else "") + "Tools:\n" + "\n".join(map(signature, tools)) if tools else ""
        out.append((f"<|system|>{system}{listing}<|end|>", False))
    for message in messages:
        if message["role"] == "user":
            out.append((f"<|user|>{message['content']}<|end|>", False))
        elif message["role"] == "tool":
            out.append((f"<tool_response>{message['content']}</tool_response>", False))
        elif message["role"] == "assistant":
            text = message.get("content") or ""
            for call in message.get("tool_calls", []):
                fn = call["function"]
                arguments = fn["arguments"] if isinstance(fn["arguments"], str) else json.dumps(fn["arguments"], ensure_ascii=False)
                text += f'<tool_call>{{"name": "{fn["name"]}", "arguments": {arguments}}}</tool_call>'
            out.append(("<|assistant|>", False))
            out.append((f"{text}<|end|>", True))
    return out
