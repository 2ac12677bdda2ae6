"""Tiny models with random weights of public architectures, in the layout of their public ONNX exports, with what
Hugging Face transformers computes on the same weights: `python fixtures.py OUT`.

LFM2 keeps the last inputs of its short convolutions in `past_conv.{layer}` beside the key-value caches of its attention
layers; Qwen3 and Gemma 3 differ from Llama inside the graph only.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from decoder import DecoderConfig, mask_bias, rope_caches  # noqa: E402
from graph import FLOAT, INT64, Graph, value  # noqa: E402

VOCABULARY, HIDDEN, HEADS, KV_HEADS, HEAD_SIZE, LONGEST, CONV = 259, 32, 4, 2, 8, 512, 3
PROMPT = [72, 101, 108, 108, 111, 44, 32, 119, 111, 114, 108, 100, 33, 32, 72, 111, 119, 63, 10, 65]


def common(**more: object) -> dict:
    return dict(vocab_size=VOCABULARY, hidden_size=HIDDEN, num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, max_position_embeddings=LONGEST, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=True, eos_token_id=257, bos_token_id=0, pad_token_id=0) | more


def models() -> dict[str, torch.nn.Module]:
    torch.manual_seed(11)
    t, made = transformers, {}
    lfm2 = common(norm_eps=1e-5, intermediate_size=64, block_auto_adjust_ff_dim=False, conv_L_cache=CONV, num_hidden_layers=4, layer_types=["conv", "conv", "full_attention", "conv"])
    made["lfm2"] = t.Lfm2ForCausalLM(t.Lfm2Config(**lfm2))
    made["qwen3"] = t.Qwen3ForCausalLM(t.Qwen3Config(**common(intermediate_size=64, head_dim=HEAD_SIZE, num_hidden_layers=2)))
    gemma = common(intermediate_size=64, head_dim=HEAD_SIZE, num_hidden_layers=2, layer_types=["full_attention"] * 2, query_pre_attn_scalar=HEAD_SIZE, rope_local_base_freq=10000.0)
    made["gemma3"] = t.Gemma3ForCausalLM(t.Gemma3TextConfig(**gemma))
    for model in made.values():
        for parameter in model.parameters():  # large enough that tokens and places make a difference
            parameter.data = torch.randn_like(parameter) * (0.4 if parameter.dim() > 1 else 0.1) + (0 if parameter.dim() > 1 else 0.9)
    return {name: model.eval() for name, model in made.items()}


class Writer:
    """The graph of one of them; weights are found by their names in the checkpoint."""

    def __init__(self, kind: str, model: torch.nn.Module):
        self.kind, self.g = kind, Graph()
        self.weights = {name: p.detach().numpy().astype(np.float32) for name, p in model.state_dict().items()}
        self.types = getattr(model.config, "layer_types", None) or ["full_attention"] * model.config.num_hidden_layers
        shape = DecoderConfig(VOCABULARY, HIDDEN, len(self.types), HEADS, KV_HEADS, HEAD_SIZE, LONGEST, 10000.0, 1e-5)
        self.caches, self.bias = rope_caches(self.g, shape), mask_bias(self.g, HEADS // KV_HEADS)

    def linear(self, x: str, name: str) -> str:
        return self.g.node("MatMul", [x, self.g.constant(name, self.weights[f"{name}.weight"].T)])

    def norm(self, x: str, name: str) -> str:
        weight = self.weights[f"{name}.weight"] + (1 if self.kind == "gemma3" else 0)
        return self.g.node("SimplifiedLayerNormalization", [x, self.g.constant(name, weight)], axis=-1, epsilon=1e-5, stash_type=1)

    def split(self, flat: str, heads: int) -> str:
        return self.g.node("Reshape", [flat, self.g.shape([0, 0, heads, HEAD_SIZE])])

    def attention(self, x: str, layer: int) -> str:
        g, name = self.g, f"model.layers.{layer}.self_attn"
        q_norm, k_norm, out = ("q_layernorm", "k_layernorm", "out_proj") if self.kind == "lfm2" else ("q_norm", "k_norm", "o_proj")

        def rotated(part: str, own_norm: str, heads: int) -> str:
            normed = self.norm(self.split(self.linear(x, f"{name}.{part}_proj"), heads), f"{name}.{own_norm}")
            flat = g.node("Reshape", [normed, g.shape([0, 0, heads * HEAD_SIZE])])
            turned = g.node("RotaryEmbedding", [flat, "position_ids", *self.caches], "com.microsoft")
            return g.node("Transpose", [self.split(turned, heads)], perm=[0, 2, 1, 3])

        values = g.node("Transpose", [self.split(self.linear(x, f"{name}.v_proj"), KV_HEADS)], perm=[0, 2, 1, 3])
        key = g.node("Concat", [f"past_key_values.{layer}.key", rotated("k", k_norm, KV_HEADS)], axis=2, output=f"present.{layer}.key")
        val = g.node("Concat", [f"past_key_values.{layer}.value", values], axis=2, output=f"present.{layer}.value")
        query = g.node("Reshape", [rotated("q", q_norm, HEADS), g.shape([0, KV_HEADS, -1, HEAD_SIZE])])
        scaled = g.node("Mul", [query, g.constant("scale", np.array(HEAD_SIZE**-0.5, np.float32))])
        scores = g.node("Add", [g.node("MatMul", [scaled, g.node("Transpose", [key], perm=[0, 1, 3, 2])]), self.bias])
        mixed = g.node("Reshape", [g.node("MatMul", [g.node("Softmax", [scores], axis=-1), val]), g.shape([0, HEADS, -1, HEAD_SIZE])])
        flat = g.node("Reshape", [g.node("Transpose", [mixed], perm=[0, 2, 1, 3]), g.shape([0, 0, HEADS * HEAD_SIZE])])
        return self.linear(flat, f"{name}.{out}")

    def convolution(self, x: str, layer: int) -> str:
        """Gates around a causal convolution, which reads on from the last inputs of the step before."""
        g, name = self.g, f"model.layers.{layer}.conv"
        mixed = g.node("Transpose", [self.linear(x, f"{name}.in_proj")], perm=[0, 2, 1])
        before, after, middle = g.node_many("Split", [mixed], 3, axis=1, num_outputs=3)
        fed = g.node("Concat", [f"past_conv.{layer}", g.node("Mul", [before, middle])], axis=2)
        ends, last = g.constant("end", np.array([2**62], np.int64)), g.constant("axis_two", np.array([2], np.int64))
        g.node("Slice", [fed, g.constant("minus_conv", np.array([-CONV], np.int64)), ends, last], output=f"present_conv.{layer}")
        filtered = g.node("Conv", [fed, g.constant(f"{name}.conv", self.weights[f"{name}.conv.weight"])], group=HIDDEN, kernel_shape=[CONV])
        fresh = g.node("Slice", [filtered, g.constant("one_row", np.array([1], np.int64)), ends, last])
        return self.linear(g.node("Transpose", [g.node("Mul", [after, fresh])], perm=[0, 2, 1]), f"{name}.out_proj")

    def feed_forward(self, x: str, layer: int) -> str:
        g, lfm2 = self.g, self.kind == "lfm2"
        names = [f"model.layers.{layer}.feed_forward.w{i}" for i in (1, 3, 2)] if lfm2 else [f"model.layers.{layer}.mlp.{n}_proj" for n in ("gate", "up", "down")]
        gate = self.linear(x, names[0])
        if self.kind == "gemma3":
            active = g.node("Gelu", [gate], approximate="tanh")
        else:
            active = g.node("Mul", [gate, g.node("Sigmoid", [gate])])
        return self.linear(g.node("Mul", [active, self.linear(x, names[1])]), names[2])

    def layer(self, x: str, layer: int) -> str:
        g, name = self.g, f"model.layers.{layer}"
        first, second = ("operator_norm", "ffn_norm") if self.kind == "lfm2" else ("input_layernorm", "post_attention_layernorm")
        mix = self.convolution if self.types[layer] == "conv" else self.attention
        mixed = mix(self.norm(x, f"{name}.{first}"), layer)
        if self.kind == "gemma3":
            x = g.node("Add", [x, self.norm(mixed, f"{name}.post_attention_layernorm")])
            fed = self.feed_forward(self.norm(x, f"{name}.pre_feedforward_layernorm"), layer)
            return g.node("Add", [x, self.norm(fed, f"{name}.post_feedforward_layernorm")])
        x = g.node("Add", [x, mixed])
        return g.node("Add", [x, self.feed_forward(self.norm(x, f"{name}.{second}"), layer)])

    def write(self, path: Path) -> None:
        g, table = self.g, self.weights["model.embed_tokens.weight"]
        x = g.node("Gather", [g.constant("embed_tokens", table), "input_ids"])
        if self.kind == "gemma3":
            x = g.node("Mul", [x, g.constant("embed_scale", np.array(HIDDEN**0.5, np.float32))])
        for layer in range(len(self.types)):
            x = self.layer(x, layer)
        start = g.node("Reshape", [g.node("Neg", ["num_logits_to_keep"]), g.shape([1])])
        kept = g.node("Slice", [x, start, g.constant("end", np.array([2**62], np.int64)), g.constant("axis_one", np.array([1], np.int64))])
        final = self.norm(kept, "model.embedding_norm" if self.kind == "lfm2" else "model.norm")
        g.node("MatMul", [final, g.node("Transpose", [g.constant("embed_tokens", table)], perm=[1, 0])], output="logits")
        g.save(path, *self.signature())

    def signature(self) -> tuple[list, list]:
        rows = ["batch_size", "sequence_length"]
        inputs = [value("input_ids", INT64, rows), value("attention_mask", INT64, ["batch_size", "total_sequence_length"]), value("position_ids", INT64, rows), value("num_logits_to_keep", INT64, [])]
        outputs = [value("logits", FLOAT, ["batch_size", "kept_length", VOCABULARY])]
        for i, kind in enumerate(self.types):
            if kind == "conv":
                inputs.append(value(f"past_conv.{i}", FLOAT, ["batch_size", HIDDEN, CONV]))
                outputs.append(value(f"present_conv.{i}", FLOAT, ["batch_size", HIDDEN, CONV]))
                continue
            for part in ("key", "value"):
                inputs.append(value(f"past_key_values.{i}.{part}", FLOAT, ["batch_size", KV_HEADS, "past_sequence_length", HEAD_SIZE]))
                outputs.append(value(f"present.{i}.{part}", FLOAT, ["batch_size", KV_HEADS, "total_sequence_length", HEAD_SIZE]))
        return inputs, outputs


@torch.no_grad()
def reference(model: torch.nn.Module) -> dict:
    """Logits after the prompt, and the tokens that a greedy reader of it would write."""
    ids = list(PROMPT)
    logits = model(torch.tensor([ids])).logits[0, -1]
    first = [round(v, 5) for v in logits.tolist()]
    for _ in range(24):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return {"prompt": PROMPT, "logits": first, "greedy": ids[len(PROMPT) :]}


def main(out: Path) -> None:
    for kind, model in models().items():
        folder = out / kind
        folder.mkdir(parents=True, exist_ok=True)
        Writer(kind, model).write(folder / "model.onnx")
        (folder / "reference.json").write_text(json.dumps(reference(model)) + "\n")
        keep = ("model_type", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "max_position_embeddings", "layer_types", "conv_L_cache", "eos_token_id")
        config = {k: v for k, v in model.config.to_dict().items() if k in keep}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        print(kind, (folder / "model.onnx").stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
