"""The small files of Hugging Face's model layout: `config.json` and `generation_config.json`."""

import json
from dataclasses import asdict
from pathlib import Path

from decoder import DecoderConfig


def write_configs(folder: Path, config: DecoderConfig, intermediate_size: int, tokens: dict[str, int], generation: dict) -> None:
    """`tokens` holds `bos_token_id`, `eos_token_id` and `pad_token_id`, as far as there are such."""
    model = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", **asdict(config), "intermediate_size": intermediate_size,
        "hidden_act": "silu", "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True, "torch_dtype": "float32", **tokens,
        "transformers.js_config": {"dtype": "int8", "kv_cache_dtype": "float32", "use_external_data_format": False},
    }
    for name, data in (("config.json", model), ("generation_config.json", {**tokens, **generation})):
        (folder / name).write_text(json.dumps(data, indent=2) + "\n")
