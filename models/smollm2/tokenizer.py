"""Rebuilds SmolLM2's `tokenizer.json` and `tokenizer_config.json` from the vocabulary and merges in the GGUF."""

import json
from pathlib import Path

from gguf_checkpoint import Checkpoint

CONTROL = 3  # llama.cpp's token type of special tokens


def write_tokenizer(checkpoint: Checkpoint, folder: Path) -> None:
    tokens, types, merges = (checkpoint.field(f"tokenizer.ggml.{k}") for k in ("tokens", "token_type", "merges"))
    special = [i for i, kind in enumerate(types) if kind == CONTROL]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    data = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": tokens[i], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i in special],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level]},
        "post_processor": None, "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {token: i for i, token in enumerate(tokens)}, "merges": [merge.split(" ", 1) for merge in merges],
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")
    named = lambda key: tokens[checkpoint.field(f"tokenizer.ggml.{key}_token_id")]
    config = {
        "tokenizer_class": "GPT2Tokenizer", "model_max_length": checkpoint.config().max_position_embeddings, "add_prefix_space": False,
        "clean_up_tokenization_spaces": False, "bos_token": named("bos"), "eos_token": named("eos"), "pad_token": named("padding"),
        "unk_token": named("unknown"), "chat_template": checkpoint.field("tokenizer.chat_template"),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")
