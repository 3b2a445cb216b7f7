"""The trained reader's weights taken back out of its ONNX file, to train it further."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from models.errors import UsageError
from scripts.train_recognizer.alphabet import alphabet
from scripts.train_recognizer.network import LineReader, Shape


def trained_reader(path: Path, shape: Shape | None = None) -> LineReader:
    """The reader that reads as the file does. Each normalisation went into the convolution before it when the file was
    written, so here it only adds that one's offsets: keep it fixed (`fix_normalisation`).

    Raises UsageError where the file holds another alphabet or network.
    """
    model = onnx.load(str(path))
    about = {entry.key: entry.value for entry in model.metadata_props}
    if about.get("alphabet") != alphabet():
        raise UsageError(f"{path} writes another alphabet than scripts/train_recognizer/alphabet.py")
    weights = _weights(model.graph)
    convolutions = [
        (weights[node.input[1]], weights[node.input[2]]) for node in model.graph.node if node.op_type == "Conv"
    ]
    reader = LineReader(len(alphabet()), shape)
    with torch.no_grad():
        for convolution, norm in _pairs(reader):
            # in the file's order; of the two that end it, which look at the same frames, either may come first
            fitting = [
                place for place, (weight, _) in enumerate(convolutions) if weight.shape == convolution.weight.shape
            ]
            if not fitting:
                raise UsageError(f"{path} is another network: it has no convolution {tuple(convolution.weight.shape)}")
            weight, offset = convolutions.pop(fitting[0])
            convolution.weight.copy_(weight)
            if norm is None and convolution.bias is not None:
                convolution.bias.copy_(offset)
            elif norm is not None:
                norm.bias.copy_(offset)
                norm.running_var.fill_(1.0 - norm.eps)
    return reader


def fix_normalisation(reader: LineReader) -> None:
    """Normalisation as it is; to be called after each `train()`."""
    for part in reader.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.eval()


def _weights(graph: onnx.GraphProto) -> dict[str, Tensor]:
    """What the file holds, and what widening its short and whole numbers makes of it, by name."""
    held = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    for node in graph.node:
        if not all(name in held for name in node.input):
            continue
        if node.op_type == "Cast":
            held[node.output[0]] = held[node.input[0]]
        elif node.op_type == "DequantizeLinear":
            whole, step, zero = (held[name].astype(np.float32) for name in node.input)
            shape = (-1, *[1] * (whole.ndim - 1)) if step.ndim else ()
            held[node.output[0]] = (whole - zero.reshape(shape)) * step.reshape(shape)
    return {name: torch.from_numpy(np.array(values, np.float32)) for name, values in held.items()}


def _pairs(reader: LineReader) -> list[tuple[nn.Module, nn.Module | None]]:
    """Each convolution in the order of reading, with the normalisation after it."""
    found: list[tuple[nn.Module, nn.Module | None]] = []
    for part in reader.modules():
        if isinstance(part, (nn.Conv1d, nn.Conv2d)):
            found.append((part, None))
        elif isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            found[-1] = (found[-1][0], part)
    return found
