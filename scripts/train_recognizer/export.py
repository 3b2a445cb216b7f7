"""The trained reader as an ONNX file that carries its alphabet, version and the geometry of its pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from pipeline.line_pictures import BASELINE, HEIGHT, LETTER
from scripts.train_recognizer.alphabet import alphabet
from scripts.train_recognizer.network import STEP, LineReader

VERSION = "2"


def export(reader: LineReader, path: Path) -> None:
    """Writes the reader; batch size and width stay open. The digest is of its weights."""
    reader.eval()
    torch.onnx.export(
        reader,
        (torch.rand(2, 1, HEIGHT, 320),),
        str(path),
        input_names=["light"],
        output_names=["letters", "by_hand"],
        dynamic_axes={
            "light": {0: "n", 3: "width"},
            "letters": {0: "n", 1: "frames"},
            "by_hand": {0: "n", 1: "frames"},
        },
        opset_version=17,
        dynamo=False,
    )
    model = _halved(onnx.load(str(path)))
    about = {
        "version": VERSION, "alphabet": alphabet(), "step": str(STEP), "height": str(HEIGHT), "baseline": str(BASELINE),
        "letter": str(LETTER), "digest": digest(model),
    }  # fmt: skip
    for key, value in about.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, str(path))


def digest(model: onnx.ModelProto) -> str:
    """SHA-256 of the weights, in the order of their names."""
    weights = sorted(model.graph.initializer, key=lambda weight: weight.name)
    return hashlib.sha256(b"".join(numpy_helper.to_array(weight).tobytes() for weight in weights)).hexdigest()


def _halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its weights kept in 16 bits and widened when it is loaded: half the file, the same reading."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        if weight.data_type != onnx.TensorProto.FLOAT or len(weight.dims) < 2:
            continue
        name, values = weight.name, numpy_helper.to_array(weight)
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_16"))
        casts.append(helper.make_node("Cast", [name + "_16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    return model
