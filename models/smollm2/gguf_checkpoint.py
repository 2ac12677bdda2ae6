"""Reads a Llama-shaped GGUF file as exporter weights, with Hugging Face's names and row order."""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from decoder import DecoderConfig
from weights import Folded, Int8, Packed4, Weight, to_int8

NAMES = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}
BLOCK = 32


@dataclass(frozen=True)
class Blocks:
    """A quantised matrix as stored: codes [out, in], float16 scales and offsets [out, in / 32]."""

    codes: np.ndarray
    scales: np.ndarray
    offsets: np.ndarray | None

    def rows(self, order: np.ndarray) -> "Blocks":
        return Blocks(self.codes[order], self.scales[order], None if self.offsets is None else self.offsets[order])

    def folded(self) -> Folded:
        return Folded(self.codes, self.scales, self.offsets)

    def int8(self) -> Int8:
        """Rounded to one scale a row."""
        return to_int8(self.folded().dense())

    def packed(self) -> Weight:
        """As stored: 4 bits for the layers, 8 for the embeddings."""
        return self.folded() if self.offsets is None else Packed4(self.codes, self.scales, self.offsets)


def unpack(tensor: gguf.ReaderTensor) -> Blocks:
    """Q4_1: scale, minimum, then element j in the low and j + 16 in the high half of byte j. Q8_0: scale, 32 bytes."""
    width, out = (int(n) for n in tensor.shape)
    count = width // BLOCK
    raw = np.asarray(tensor.data).reshape(out, count, -1)

    def half(offset: int) -> np.ndarray:
        return np.ascontiguousarray(raw[..., offset : offset + 2]).view(np.float16)[..., 0]

    if tensor.tensor_type == gguf.GGMLQuantizationType.Q4_1:
        packed = raw[..., 4:]
        codes = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.uint8)
        return Blocks(codes.reshape(out, width), half(0), half(2))
    if tensor.tensor_type == gguf.GGMLQuantizationType.Q8_0:
        return Blocks(np.ascontiguousarray(raw[..., 2:]).view(np.int8).reshape(out, width), half(0), None)
    raise ValueError(f"{tensor.name}: no reader for {tensor.tensor_type.name}")


def unpermuted(rows: int, heads: int) -> np.ndarray:
    """Row order that undoes llama.cpp's interleaving of the two rotary halves."""
    return np.arange(rows).reshape(heads, rows // heads // 2, 2).swapaxes(1, 2).reshape(-1)


class Checkpoint:
    def __init__(self, path: Path):
        self.reader = gguf.GGUFReader(path)
        self.tensors = {t.name: t for t in self.reader.tensors}

    def field(self, key: str) -> object:
        return self.reader.fields[key].contents()

    def config(self) -> DecoderConfig:
        get = lambda key: self.field(f"llama.{key}")
        heads, hidden = int(get("attention.head_count")), int(get("embedding_length"))
        return DecoderConfig(
            vocab_size=int(self.tensors["token_embd.weight"].shape[1]), hidden_size=hidden, num_hidden_layers=int(get("block_count")),
            num_attention_heads=heads, num_key_value_heads=int(get("attention.head_count_kv")), head_dim=hidden // heads,
            max_position_embeddings=int(get("context_length")), rope_theta=float(get("rope.freq_base")),
            rms_norm_eps=round(float(get("attention.layer_norm_rms_epsilon")), 9),
        )

    def blocks(self) -> tuple[dict[str, Blocks], dict[str, np.ndarray]]:
        """Matrices and norms by their Hugging Face names."""
        config, matrices, norms = self.config(), {}, {}
        heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
        for name, tensor in self.tensors.items():
            if name == "token_embd.weight":
                matrices["model.embed_tokens.weight"] = unpack(tensor)
            elif name == "output_norm.weight":
                norms["model.norm.weight"] = np.array(tensor.data, np.float32)
            else:
                _, layer, kind, _ = name.split(".")
                target = f"model.layers.{layer}.{NAMES[kind]}.weight"
                if kind.endswith("norm"):
                    norms[target] = np.array(tensor.data, np.float32)
                else:
                    blocks = unpack(tensor)
                    matrices[target] = blocks.rows(unpermuted(len(blocks.codes), heads[kind])) if kind in heads else blocks
        return matrices, norms
