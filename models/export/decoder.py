"""Writes a Llama-shaped decoder with a KV cache as ONNX, in the layout that transformers.js reads.

Attention is made of standard operators, not GroupQueryAttention: that one is wrong on some WebGPU adapters for long
prompts, and cannot take holes in the mask. Here `attention_mask` may hide any column (left or right padding, ragged
batches), and `position_ids` alone places a token.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph import FLOAT, INT64, Graph, value
from weights import Weight

MASKED = -1e9


@dataclass(frozen=True)
class DecoderConfig:
    """The fields of Hugging Face's LlamaConfig that the graph depends on."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    max_position_embeddings: int
    rope_theta: float
    rms_norm_eps: float


def rope_caches(g: Graph, c: DecoderConfig) -> tuple[str, str]:
    """cos and sin, [max_position_embeddings, head_dim / 2], computed when the session is created."""
    inverse = 1.0 / c.rope_theta ** (np.arange(0, c.head_dim, 2, dtype=np.float32) / np.float32(c.head_dim))
    limits = [g.constant("zero", np.array(0, np.float32)), g.constant("positions", np.array(c.max_position_embeddings, np.float32)), g.constant("one", np.array(1, np.float32))]
    column = g.node("Reshape", [g.node("Range", limits), g.shape([-1, 1])])
    angles = g.node("Mul", [column, g.constant("inverse_frequencies", inverse.astype(np.float32)[None])])
    return g.node("Cos", [angles]), g.node("Sin", [angles])


def mask_bias(g: Graph, groups: int) -> str:
    """float32 [batch, 1, groups * new, total]: 0 where a query may look, a large negative number elsewhere."""
    new = g.node("Shape", ["input_ids"], start=1, end=2)
    total = g.node("Shape", ["attention_mask"], start=1, end=2)
    one, zero, scalar = g.constant("one_int", np.array(1, np.int64)), g.constant("zero_int", np.array(0, np.int64)), g.constant("scalar", np.array([], np.int64))
    total_scalar = g.node("Reshape", [total, scalar])
    past = g.node("Sub", [total_scalar, g.node("Reshape", [new, scalar])])
    columns = g.node("Range", [zero, total_scalar, one])
    rows = g.node("Reshape", [g.node("Range", [past, total_scalar, one]), g.shape([-1, 1])])
    causal = g.node("LessOrEqual", [columns, rows])  # [new, total]
    visible = g.node("Unsqueeze", [g.node("Cast", ["attention_mask"], to=9), g.shape([1, 2])])  # [batch, 1, 1, total]
    allowed = g.node("And", [visible, causal])  # [batch, 1, new, total]
    bias = g.node("Where", [allowed, g.constant("zero", np.array(0, np.float32)), g.constant("masked", np.array(MASKED, np.float32))])
    if groups == 1:
        return bias
    return g.node("Concat", [bias] * groups, axis=2)


def attention(g: Graph, c: DecoderConfig, weights: dict[str, Weight], layer: int, x: str, caches: tuple[str, str], bias: str) -> str:
    prefix, heads, kv = f"model.layers.{layer}.self_attn", c.num_attention_heads, c.num_key_value_heads

    def project(which: str) -> str:
        name = f"{prefix}.{which}_proj.weight"
        return weights[name].multiply(g, x, name)

    def rotated(which: str, count: int) -> str:
        turned = g.node("RotaryEmbedding", [project(which), "position_ids", *caches], "com.microsoft")
        return by_head(turned, count)

    def by_head(flat: str, count: int) -> str:
        return g.node("Transpose", [g.node("Reshape", [flat, g.shape([0, 0, count, c.head_dim])])], perm=[0, 2, 1, 3])

    key = g.node("Concat", [f"past_key_values.{layer}.key", rotated("k", kv)], axis=2, output=f"present.{layer}.key")
    val = g.node("Concat", [f"past_key_values.{layer}.value", by_head(project("v"), kv)], axis=2, output=f"present.{layer}.value")
    # The query heads of one key head become extra rows: no copy of keys or values is needed.
    query = g.node("Reshape", [rotated("q", heads), g.shape([0, kv, -1, c.head_dim])])
    query = g.node("Mul", [query, g.constant("attention_scale", np.array(c.head_dim**-0.5, np.float32))])
    scores = g.node("MatMul", [query, g.node("Transpose", [key], perm=[0, 1, 3, 2])])
    shares = g.node("Softmax", [g.node("Add", [scores, bias])], axis=-1)
    mixed = g.node("Reshape", [g.node("MatMul", [shares, val]), g.shape([0, heads, -1, c.head_dim])])
    flat = g.node("Reshape", [g.node("Transpose", [mixed], perm=[0, 2, 1, 3]), g.shape([0, 0, heads * c.head_dim])])
    return weights[f"{prefix}.o_proj.weight"].multiply(g, flat, f"{prefix}.o_proj.weight")


def mlp(g: Graph, weights: dict[str, Weight], layer: int, x: str) -> str:
    def linear(which: str, data: str) -> str:
        name = f"model.layers.{layer}.mlp.{which}_proj.weight"
        return weights[name].multiply(g, data, name)

    gate = linear("gate", x)
    silu = g.node("Mul", [gate, g.node("Sigmoid", [gate])])
    return linear("down", g.node("Mul", [silu, linear("up", x)]))


def norm(g: Graph, c: DecoderConfig, norms: dict[str, np.ndarray], name: str, x: str) -> str:
    return g.node("SimplifiedLayerNormalization", [x, g.constant(name, norms[name])], axis=-1, epsilon=c.rms_norm_eps, stash_type=1)


def write_decoder(path: Path, c: DecoderConfig, weights: dict[str, Weight], norms: dict[str, np.ndarray], head: Weight | None = None) -> None:
    """Writes the graph; `weights` are named as in a Hugging Face checkpoint, embeddings are tied unless `head` is given."""
    g = Graph()
    caches = rope_caches(g, c)
    bias = mask_bias(g, c.num_attention_heads // c.num_key_value_heads)
    x = weights["model.embed_tokens.weight"].lookup(g, "input_ids", "model.embed_tokens.weight")
    for layer in range(c.num_hidden_layers):
        normed = norm(g, c, norms, f"model.layers.{layer}.input_layernorm.weight", x)
        x = g.node("Add", [x, attention(g, c, weights, layer, normed, caches, bias)])
        normed = norm(g, c, norms, f"model.layers.{layer}.post_attention_layernorm.weight", x)
        x = g.node("Add", [x, mlp(g, weights, layer, normed)])
    # A negative start keeps the last positions; 0 keeps all.
    start = g.node("Reshape", [g.node("Neg", ["num_logits_to_keep"]), g.shape([1])])
    kept = g.node("Slice", [x, start, g.constant("end", np.array([2**62], np.int64)), g.constant("axis_one", np.array([1], np.int64))])
    final = norm(g, c, norms, "model.norm.weight", kept)
    logits = (head or weights["model.embed_tokens.weight"]).multiply(g, final, "lm_head.weight" if head else "model.embed_tokens.weight")
    g.node("Identity", [logits], output="logits")
    g.save(path, *signature(c))


def signature(c: DecoderConfig) -> tuple[list, list]:
    cache = ["batch_size", c.num_key_value_heads]
    inputs = [
        value("input_ids", INT64, ["batch_size", "sequence_length"]),
        value("attention_mask", INT64, ["batch_size", "total_sequence_length"]),
        value("position_ids", INT64, ["batch_size", "sequence_length"]),
        value("num_logits_to_keep", INT64, []),
    ]
    outputs = [value("logits", FLOAT, ["batch_size", "kept_length", c.vocab_size])]
    for i in range(c.num_hidden_layers):
        for part in ("key", "value"):
            inputs.append(value(f"past_key_values.{i}.{part}", FLOAT, [*cache, "past_sequence_length", c.head_dim]))
            outputs.append(value(f"present.{i}.{part}", FLOAT, [*cache, "total_sequence_length", c.head_dim]))
    return inputs, outputs
