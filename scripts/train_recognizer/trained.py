"""The trained reader's weights taken back out of its ONNX file, to train it further."""

from __future__ import annotations

from pathlib import Path

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
    weights = {weight.name.removesuffix("_16"): _tensor(weight) for weight in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    reader = LineReader(len(alphabet()), shape)
    pairs = _pairs(reader)
    if len(pairs) != len(convolutions):
        raise UsageError(f"{path} is another network: {len(convolutions)} convolutions instead of {len(pairs)}")
    with torch.no_grad():
        for (convolution, norm), node in zip(pairs, convolutions, strict=True):
            weight, offset = weights[node.input[1]], weights[node.input[2]]
            if convolution.weight.shape != weight.shape:
                raise UsageError(f"{path} is another network: {node.input[1]} is {tuple(weight.shape)}")
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


def _tensor(weight: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(numpy_helper.to_array(weight).astype("float32"))


def _pairs(reader: LineReader) -> list[tuple[nn.Module, nn.Module | None]]:
    """Each convolution in the order of reading, with the normalisation after it."""
    found: list[tuple[nn.Module, nn.Module | None]] = []
    for part in reader.modules():
        if isinstance(part, (nn.Conv1d, nn.Conv2d)):
            found.append((part, None))
        elif isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            found[-1] = (found[-1][0], part)
    return found
