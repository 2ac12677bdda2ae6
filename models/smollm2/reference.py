"""Greedy reference answers by Hugging Face transformers: `python reference.py WHEEL MODEL_FOLDER`.

The weights are those of each exported variant, dequantised to float32; no ONNX graph takes part. Tests in other
languages read `reference/<variant>/*.json`.
"""

import json
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast  # noqa: E402

from convert import VARIANTS  # noqa: E402
from gguf_checkpoint import Checkpoint  # noqa: E402

PROMPTS = {
    "greeting": [{"role": "user", "content": "Hello! Who are you?"}],
    "gravity": [{"role": "user", "content": "What is gravity? Explain it to a child."}],
    "list": [{"role": "system", "content": "You are a terse assistant."}, {"role": "user", "content": "List three uses of 12 empty jam jars."}],
    "dialogue": [
        {"role": "user", "content": "My name is Ada and I live in Paris."}, {"role": "assistant", "content": "Nice to meet you, Ada!"},
        {"role": "user", "content": "Write two sentences about the city where I live."},
    ],
    "code": [{"role": "user", "content": "Write a Python function `add(a, b)` — with a docstring, please."}],
}
NEW_TOKENS = 96


def load(wheel: Path, variant: str) -> LlamaForCausalLM:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        checkpoint = Checkpoint(Path(archive.extract(next(n for n in archive.namelist() if n.endswith(".gguf")), folder)))
        c, (blocks, norms) = checkpoint.config(), checkpoint.blocks()
        config = LlamaConfig(
            vocab_size=c.vocab_size, hidden_size=c.hidden_size, intermediate_size=int(checkpoint.field("llama.feed_forward_length")),
            num_hidden_layers=c.num_hidden_layers, num_attention_heads=c.num_attention_heads, num_key_value_heads=c.num_key_value_heads,
            max_position_embeddings=c.max_position_embeddings, rope_theta=c.rope_theta, rms_norm_eps=c.rms_norm_eps, tie_word_embeddings=True,
        )
        state = {name: torch.from_numpy(VARIANTS[variant](b).dense()) for name, b in blocks.items()} | {n: torch.from_numpy(v) for n, v in norms.items()}
        model = LlamaForCausalLM(config).eval()
        missing, unexpected = model.load_state_dict(state, strict=False)
        assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
        model.tie_weights()
        return model


@torch.no_grad()
def answer(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, messages: list[dict]) -> dict:
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids
    model.generation_config.eos_token_id = None  # the comparison goes on past the end of the answer
    output = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=2, output_logits=True, return_dict_in_generate=True)
    logits = torch.stack(output.logits)[:, 0]
    top = logits.topk(2).values
    tokens = output.sequences[0, ids.shape[1] :].tolist()
    return {
        "messages": messages, "prompt": text, "prompt_token_ids": ids[0].tolist(), "output_token_ids": tokens, "output_text": tokenizer.decode(tokens),
        "smallest_margin": round(float((top[:, 0] - top[:, 1]).min()), 5), "first_logits_max": round(float(logits[0].max()), 4),
    }


def main(wheel: Path, folder: Path) -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    for variant in VARIANTS:
        model = load(wheel, variant)
        out = Path(__file__).parent / "reference" / variant.removeprefix("model_").removesuffix(".onnx")
        out.mkdir(parents=True, exist_ok=True)
        made_by = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, greedy"
        for name, messages in PROMPTS.items():
            data = {"model": "HuggingFaceTB/SmolLM2-135M-Instruct", "file": f"onnx/{variant}", "made_by": made_by, **answer(model, tokenizer, messages)}
            (out / f"{name}.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
            print(variant, name, len(data["prompt_token_ids"]), data["smallest_margin"], repr(data["output_text"][:100]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
