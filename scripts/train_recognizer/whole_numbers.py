"""The reader's convolutions in whole numbers of 8 bits: half of the time a line takes, two thirds of the file.

    python -m scripts.train_recognizer.whole_numbers READER.onnx OUT.onnx [--fonts FOLDER ...]

How large numbers grow between the convolutions is looked up on drawn lines. Weights keep to 7 bits: processors without
VNNI add two products in 16 bits, which overflow with 8. Convolutions of one channel each stay as they are, as do the first
one and the two that end it: there a wrong letter in thirty more was the price.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from scripts.train_recognizer.export import digest
from scripts.train_recognizer.mixture import further_samples
from scripts.train_recognizer.typefaces import FOLDERS, find_typefaces
from scripts.train_recognizer.zone_lines import zone_faces

_LINES, _SEED, _ROUND = 300, 7, 32
# the least and the largest number of a few lines are not taken for those of all
_SMOOTHED = {"CalibMovingAverage": True, "CalibMovingAverageConstant": 0.05}


class _Lines(CalibrationDataReader):
    """Drawn lines of every kind, as the reader is given them."""

    def __init__(self, fonts: list[Path]) -> None:
        self._left = self._drawn(fonts)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._left, None)

    @staticmethod
    def _drawn(fonts: list[Path]) -> Iterator[dict[str, NDArray[np.float32]]]:
        samples = further_samples(Random(_SEED), find_typefaces(fonts), zone_faces(fonts))
        for _ in range(_LINES):
            picture = next(samples).picture
            width = -(-picture.shape[1] // _ROUND) * _ROUND
            light = np.pad(picture, ((0, 0), (0, width - picture.shape[1])), constant_values=255)
            yield {"light": np.asarray(light / 255, np.float32)[None, None]}


def in_whole_numbers(source: Path, target: Path, fonts: list[Path]) -> None:
    """Writes the reader of `source` with its convolutions in whole numbers, all that the file says of itself kept."""
    about = {entry.key: entry.value for entry in onnx.load(str(source)).metadata_props}
    with tempfile.TemporaryDirectory() as folder:
        folded = Path(folder, "folded.onnx")
        _fold(source, folded)
        nodes = [node for node in onnx.load(str(folded)).graph.node if node.op_type == "Conv"]
        alone = [node.name for node in nodes if any(one.name == "group" and one.i > 1 for one in node.attribute)]
        quantize_static(
            str(folded), str(target), _Lines(fonts), quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["Conv"],
            extra_options=_SMOOTHED, nodes_to_exclude=[nodes[0].name, *alone, *(node.name for node in nodes[-2:])],
        )  # fmt: skip
    model = onnx.load(str(target))
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {**about, "digest": digest(model)})
    onnx.save(model, str(target))


def _fold(source: Path, target: Path) -> None:
    """The reader with its weights widened to 32 bits and each activation's work done where the convolution's is."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def main() -> None:
    asked = argparse.ArgumentParser(description="Writes the reader with its convolutions in whole numbers of 8 bits.")
    asked.add_argument("source", type=Path)
    asked.add_argument("target", type=Path)
    asked.add_argument("--fonts", type=Path, nargs="+", default=list(FOLDERS))
    told = asked.parse_args()
    in_whole_numbers(told.source, told.target, told.fonts)


if __name__ == "__main__":
    main()
