"""Takes the weights back out of the shipped file, to train on: `python shipped.py ../lumos-nano run/shipped.pt`."""

import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from model import Nano, NanoConfig


def shipped_weights(folder: Path) -> Nano:
    """The network with the int8 file's values; norms are float32 in it, matrices as near as int8 is."""
    graph = onnx.load(folder / "onnx" / "model_int8.onnx").graph
    constants = {c.name.removeprefix("model."): numpy_helper.to_array(c) for c in graph.initializer}
    model = Nano(NanoConfig())
    state = {}
    for name, parameter in model.named_parameters():
        value = constants[name].astype(np.float32)
        scales = constants.get(f"{name}.scales")
        state[name] = torch.from_numpy(value if scales is None else value * scales[:, None]).view_as(parameter)
    model.load_state_dict(state)
    return model


if __name__ == "__main__":
    model = shipped_weights(Path(sys.argv[1]))
    torch.save({"config": model.c.as_dict(), "model": model.state_dict(), "optimizers": []}, sys.argv[2])
