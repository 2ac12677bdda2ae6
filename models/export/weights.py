"""How a weight matrix [out, in] is stored in an ONNX file, and how the graph reads it.

All formats are weight-only: activations stay float32, so a row's result never depends on its neighbours in a batch.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from graph import Graph


class Weight(Protocol):
    """A matrix [out, in] that knows how to multiply and to be looked up by row."""

    def dense(self) -> np.ndarray:
        """float32 [out, in]: the values every format of this weight stands for."""

    def multiply(self, graph: Graph, x: str, name: str) -> str:
        """x [..., in] times the transposed matrix: [..., out]."""


@dataclass(frozen=True)
class Dense:
    """float32 as it is."""

    values: np.ndarray

    def dense(self) -> np.ndarray:
        return self.values

    def multiply(self, graph: Graph, x: str, name: str) -> str:
        return graph.node("MatMul", [x, graph.node("Transpose", [graph.constant(name, self.values)], perm=[1, 0])])

    def lookup(self, graph: Graph, ids: str, name: str) -> str:
        return graph.node("Gather", [graph.constant(name, self.values), ids])


@dataclass(frozen=True)
class Int8:
    """One byte a weight, one scale [out] a row, which is applied after the product.

    The cast of the constant is folded by onnxruntime when the session is created: float32 speed and memory.
    """

    codes: np.ndarray
    scales: np.ndarray

    def dense(self) -> np.ndarray:
        return self.codes.astype(np.float32) * self.scales[:, None]

    def multiply(self, graph: Graph, x: str, name: str) -> str:
        columns = graph.node("Transpose", [graph.constant(name, self.codes)], perm=[1, 0])
        product = graph.node("MatMul", [x, graph.node("Cast", [columns], to=1)])
        return graph.node("Mul", [product, graph.constant(f"{name}.scales", self.scales)])

    def lookup(self, graph: Graph, ids: str, name: str) -> str:
        rows = graph.node("Cast", [graph.node("Gather", [graph.constant(name, self.codes), ids])], to=1)
        scales = graph.node("Gather", [graph.constant(f"{name}.scales", self.scales), ids])
        return graph.node("Mul", [rows, graph.node("Unsqueeze", [scales, graph.shape([-1])])])


@dataclass(frozen=True)
class Folded:
    """One byte a weight: `codes * scales + offsets` by blocks of a row, computed once when the session is created.

    Scales and offsets are [out, in / block], float16 or 32. Creating the session takes several times the float32 size.
    """

    codes: np.ndarray
    scales: np.ndarray
    offsets: np.ndarray | None = None

    def dense(self) -> np.ndarray:
        out, width = self.codes.shape
        values = self.codes.astype(np.float32).reshape(out, self.scales.shape[1], -1) * self.scales[..., None].astype(np.float32)
        if self.offsets is not None:
            values = values + self.offsets[..., None].astype(np.float32)
        return values.reshape(out, width)

    def values(self, graph: Graph, name: str, ids: str | None = None) -> str:
        """float32 [out, in], or the rows `ids` of it."""
        (out, width), count = self.codes.shape, self.scales.shape[1]
        shape = (out, count, width // count)

        def part(suffix: str, data: np.ndarray) -> str:
            constant = graph.constant(f"{name}.{suffix}", data)
            picked = graph.node("Gather", [constant, ids]) if ids else constant
            return picked if data.dtype == np.float32 else graph.node("Cast", [picked], to=1)

        value = graph.node("Mul", [part("codes", self.codes.reshape(shape)), part("scales", self.scales[..., None])])
        if self.offsets is not None:
            value = graph.node("Add", [value, part("offsets", self.offsets[..., None])])
        return graph.node("Reshape", [value, graph.shape([0, 0, width] if ids else [out, width])])

    def multiply(self, graph: Graph, x: str, name: str) -> str:
        return graph.node("MatMul", [x, graph.node("Transpose", [self.values(graph, name)], perm=[1, 0])])

    def lookup(self, graph: Graph, ids: str, name: str) -> str:
        return self.values(graph, name, ids)


@dataclass(frozen=True)
class Packed4:
    """Four bits a weight, computed as stored by MatMulNBits: `codes * scales + offsets`, codes 0 to 15."""

    codes: np.ndarray
    scales: np.ndarray
    offsets: np.ndarray | None = None

    def dense(self) -> np.ndarray:
        offsets = -8 * self.scales.astype(np.float32) if self.offsets is None else self.offsets
        return Folded(self.codes, self.scales, offsets).dense()

    def multiply(self, graph: Graph, x: str, name: str) -> str:
        (out, width), count = self.codes.shape, self.scales.shape[1]
        pairs = self.codes.reshape(out, count, width // count // 2, 2)
        packed = (pairs[..., 0] | (pairs[..., 1] << 4)).astype(np.uint8)
        scales = self.scales.astype(np.float32)
        inputs = [x, graph.constant(f"{name}.packed", packed), graph.constant(f"{name}.scales", scales.reshape(-1))]
        if self.offsets is not None:
            zero_points = np.where(scales == 0, 0, -self.offsets.astype(np.float32) / np.where(scales == 0, 1, scales))
            inputs.append(graph.constant(f"{name}.zero_points", zero_points.astype(np.float32).reshape(-1)))
        return graph.node("MatMulNBits", inputs, "com.microsoft", K=width, N=out, bits=4, block_size=width // count)


def to_int8(values: np.ndarray) -> Int8:
    """Nearest symmetric int8 by rows."""
    scales = np.maximum(np.abs(values).max(-1), 1e-12).astype(np.float32) / 127
    return Int8(np.clip(np.rint(values / scales[:, None]), -127, 127).astype(np.int8), scales)


def to_int4(values: np.ndarray, block: int = 32) -> Packed4:
    """Symmetric 4 bits by blocks: of a few scales tried for each block, the one with the least squared error."""
    out, width = values.shape
    grouped = values.reshape(out, -1, block)
    peak = np.take_along_axis(grouped, np.abs(grouped).argmax(-1)[..., None], -1)[..., 0]
    best, best_error = None, None
    for divisor in (-8.0, -7.5, -7.0, 7.0, 7.5):
        scales = np.where(peak == 0, 1e-12, peak / divisor).astype(np.float32)
        codes = np.clip(np.rint(grouped / scales[..., None]), -8, 7)
        error = ((codes * scales[..., None] - grouped) ** 2).sum(-1)
        if best is None:
            best, best_error = (codes, scales), error
        else:
            better = error < best_error
            best = (np.where(better[..., None], codes, best[0]), np.where(better, scales, best[1]))
            best_error = np.minimum(error, best_error)
    codes, scales = best
    return Packed4((codes + 8).astype(np.uint8).reshape(out, width), scales.astype(np.float32))
