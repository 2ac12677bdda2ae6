"""A small builder of ONNX graphs: named constants, numbered nodes."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 21, 10


class Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        """Adds the constant once; a second use of the name shares it."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(value if value.ndim == 0 else np.ascontiguousarray(value), name)
        return name

    def shape(self, dimensions: list[int]) -> str:
        return self.constant("shape_" + "_".join(map(str, dimensions)).replace("-", "m"), np.array(dimensions, np.int64))

    def node(self, kind: str, inputs: list[str], domain: str = "", output: str | None = None, **attributes: object) -> str:
        return self.node_many(kind, inputs, 1, domain, [output] if output else None, **attributes)[0]

    def node_many(self, kind: str, inputs: list[str], count: int, domain: str = "", outputs: list[str] | None = None, **attributes: object) -> list[str]:
        """Adds a node and resolves to its outputs' names."""
        name = f"{kind}_{len(self.nodes)}"
        outputs = outputs or [f"{name}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs

    def save(self, path: Path, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> None:
        graph = helper.make_graph(self.nodes, "decoder", inputs, outputs, list(self.constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="lumos")
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, path)


def value(name: str, kind: int, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


INT64, FLOAT = TensorProto.INT64, TensorProto.FLOAT
