"""Writes a trained checkpoint as the package `@lomusai/nano`: `python export.py CHECKPOINT TOKENIZER_FOLDER OUT`."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from decoder import DecoderConfig, write_decoder  # noqa: E402
from layout import write_configs  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from weights import Dense, Weight, to_int4, to_int8  # noqa: E402

from model import Nano, NanoConfig  # noqa: E402


def int4(values: np.ndarray, name: str) -> Weight:
    return to_int8(values) if "embed" in name else to_int4(values)


STORES = {"": lambda v, _: Dense(v), "_int8": lambda v, _: to_int8(v), "_q4": int4}


def load(checkpoint: Path) -> Nano:
    saved = torch.load(checkpoint)
    model = Nano(NanoConfig(**saved["config"])).eval()
    model.load_state_dict(saved["model"])
    return model


def stored(model: Nano, variant: str) -> tuple[dict[str, Weight], dict[str, np.ndarray]]:
    """Matrices as the variant stores them, and norms, by their Hugging Face names."""
    state = {f"model.{name}": p.detach().numpy().astype(np.float32) for name, p in model.named_parameters()}
    matrices = {name: STORES[variant](p, name) for name, p in state.items() if p.ndim == 2}
    return matrices, {name: p for name, p in state.items() if p.ndim == 1}


def with_weights(model: Nano, matrices: dict[str, Weight]) -> Nano:
    """The same network with the values that the variant stands for."""
    twin = Nano(model.c).eval()
    twin.load_state_dict(model.state_dict() | {name.removeprefix("model."): torch.from_numpy(w.dense()) for name, w in matrices.items()})
    return twin


@torch.no_grad()
def largest_difference(file: Path, model: Nano) -> float:
    """Logits of the graph, prompt in two pieces and a padded neighbour in the batch, against PyTorch's."""
    session = onnxruntime.InferenceSession(str(file))
    ids = np.random.default_rng(1).integers(9, model.c.vocab_size, (2, 40))
    mask = np.ones_like(ids)
    mask[1, :7] = 0  # the second row starts later: padding on the left
    positions = np.maximum(mask.cumsum(1) - 1, 0)
    past = {i.name: np.zeros((2, i.shape[1], 0, i.shape[3]), np.float32) for i in session.get_inputs() if i.name.startswith("past")}
    names, got = [o.name for o in session.get_outputs()], []
    for start, end in ((0, 25), (25, 40)):
        feeds = {"input_ids": ids[:, start:end], "attention_mask": mask[:, :end], "position_ids": positions[:, start:end], "num_logits_to_keep": np.array(0)}
        result = dict(zip(names, session.run(None, feeds | past)))
        past = {name: result[name.replace("past_key_values", "present")] for name in past}
        got.append(result["logits"])
    logits = np.concatenate(got, 1)
    first, second = (model(torch.from_numpy(ids[r : r + 1, s:])).numpy()[0] for r, s in ((0, 0), (1, 7)))
    return max(np.abs(logits[0] - first).max(), np.abs(logits[1, 7:] - second).max())


def export(checkpoint: Path, tokenizer_folder: Path, out: Path, variants: list[str]) -> None:
    model = load(checkpoint)
    c = model.c
    config = DecoderConfig(c.vocab_size, c.hidden_size, c.num_hidden_layers, c.num_attention_heads, c.num_key_value_heads, c.head_dim, c.max_position_embeddings, c.rope_theta, c.rms_norm_eps)
    out.mkdir(parents=True, exist_ok=True)
    for variant in variants:
        file = out / "onnx" / f"model{variant}.onnx"
        matrices, norms = stored(model, variant)
        write_decoder(file, config, matrices, norms)
        print(f"{file.name}: {file.stat().st_size} bytes, logits within {largest_difference(file, with_weights(model, matrices)):.1e} of PyTorch")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer_folder / name, out / name)
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    ids = {"eos_token_id": tokenizer.token_to_id("<|end|>"), "pad_token_id": tokenizer.token_to_id("<|pad|>")}
    write_configs(out, config, c.intermediate_size, ids, {"do_sample": False, "max_new_tokens": 256})


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4].split(",") if len(sys.argv) > 4 else ["_int8"])
