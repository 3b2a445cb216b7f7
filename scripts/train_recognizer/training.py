"""Training: a fixed time, each drawn line seen twice, the mean of the last weights kept as it was at its best."""

from __future__ import annotations

import copy
import json
import math
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader

from scripts.train_recognizer.alphabet import alphabet
from scripts.train_recognizer.batch import Batch
from scripts.train_recognizer.checks import error_rate, held_out
from scripts.train_recognizer.export import export
from scripts.train_recognizer.loss import loss_of
from scripts.train_recognizer.network import LineReader, Shape
from scripts.train_recognizer.stream import LineStream
from scripts.train_recognizer.trained import fix_normalisation, trained_reader
from scripts.train_recognizer.typefaces import find_typefaces
from scripts.train_recognizer.zone_lines import zone_faces

_GONE = 0.8  # of the way from the first weights to those trained further (docs/accuracy.md)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `minutes` is all the time there is; `pixels` the width of a batch's pictures together; `processes`
    draw, 0 for the one that trains; `start` is a trained reader's ONNX file, trained further on lines of more kinds.
    """

    fonts: tuple[Path, ...]
    out: Path
    seed: int = 1
    minutes: float = 9.0
    pixels: int = 160_000
    processes: int = 2
    pages: int = 1
    rate: float = 3e-3
    again: int = 300
    checks: int = 12
    shape: Shape = field(default_factory=Shape)
    start: Path | None = None


def train(plan: Plan) -> LineReader:
    """Trains and writes weights.pt and curve.json into `plan.out`; returns the reader."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = device.type == "cuda"
    reader = trained_reader(plan.start) if plan.start else LineReader(len(alphabet()), plan.shape)
    reader = reader.to(device)
    mean = copy.deepcopy(reader).eval()
    decay = [one for one in reader.parameters() if one.ndim > 1]
    plain = [one for one in reader.parameters() if one.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.0 if plan.start else 0.02}, {"params": plain, "weight_decay": 0.0}],
        lr=plan.rate,
        fused=device.type == "cuda",
    )
    checks = held_out(plan.fonts, seed=plan.seed, further=plan.start is not None)
    zone = zone_faces(plan.fonts) if plan.start else None
    stream = LineStream(find_typefaces(plan.fonts), seed=plan.seed, pixels=plan.pixels, pages=plan.pages, zone=zone)
    loader = DataLoader(
        stream,
        batch_size=None,
        num_workers=plan.processes,
        prefetch_factor=6 if plan.processes else None,
        in_order=False,
    )  # whole pages take longer, and lines must not wait for them
    best = copy.deepcopy(reader).eval()
    batches = _twice(iter(loader), plan.again)
    first = next(batches)
    begin, steps, lines = time.monotonic(), 0, 0
    curve: list[dict[str, float]] = [_checked(mean, checks, device)] if plan.start else []
    next_check, total, count = 1.0 / plan.checks, 0.0, 0
    for batch in chain([first], batches):
        done = (time.monotonic() - begin) / (60 * plan.minutes)
        if done >= 1:
            break
        warm = min(1.0, (steps + 1) / 200)
        rate = plan.rate * warm * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
        for group in optimizer.param_groups:
            group["lr"] = rate
        reader.train()
        if plan.start:
            fix_normalisation(reader)
        loss = loss_of(reader, batch, device, short=device.type == "cuda" or plan.start is not None)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 5.0)
        optimizer.step()
        steps, lines = steps + 1, lines + len(batch.texts)
        _follow(mean, reader, min(0.999, (1 + steps) / (20 + steps)))
        if steps % 20 == 0:
            total, count = total + float(loss.detach()), count + 1
        if steps in (10, 100):
            print(
                f"{steps} steps, {lines} lines in {60 * plan.minutes * done:.1f} s, loss {float(loss.detach()):.3f}",
                flush=True,
            )
        if done >= next_check:
            next_check += 1.0 / plan.checks
            seen = {"minutes": round(done * plan.minutes, 2), "steps": steps, "lines": lines}
            curve.append({**seen, "loss": round(total / max(count, 1), 4), **_checked(mean, checks, device)})
            total, count = 0.0, 0
            best = _better(plan, mean, best, curve, list(checks))
    seen = {"minutes": round((time.monotonic() - begin) / 60, 2), "steps": steps, "lines": lines}
    curve.append({**seen, **_checked(mean, checks, device)})
    best = _better(plan, mean, best, curve, list(checks))
    if plan.start:
        best = blended(trained_reader(plan.start), best)
        _save(plan, best, curve)
    return best


def blended(start: LineReader, further: LineReader) -> LineReader:
    """The way from the reader's first weights to those trained further, gone as far as reads both old and new lines best."""
    first, last = start.state_dict(), {name: value.cpu().clone() for name, value in further.state_dict().items()}
    start.load_state_dict(
        {name: first[name].lerp(value, _GONE) if value.is_floating_point() else value for name, value in last.items()}
    )
    return start


def _checked(reader: LineReader, checks: dict[str, list[Batch]], device: torch.device) -> dict[str, float]:
    return {name: round(error_rate(reader, check, device), 4) for name, check in checks.items()}


def _better(
    plan: Plan, mean: LineReader, best: LineReader, curve: list[dict[str, float]], names: list[str]
) -> LineReader:
    """The better of the two by the mean of what was checked, copied and written down."""
    print(json.dumps(curve[-1]), flush=True)
    errors = [sum(point[name] for name in names) for point in curve]
    if errors[-1] == min(errors):
        best = copy.deepcopy(mean)
    _save(plan, best, curve)
    return best


def _save(plan: Plan, reader: LineReader, curve: list[dict[str, float]]) -> None:
    plan.out.mkdir(parents=True, exist_ok=True)
    export(copy.deepcopy(reader).cpu(), plan.out / "line_recognizer.onnx")
    machine = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    about = {
        "machine": machine,
        "cores": os.cpu_count(),
        "seed": plan.seed,
        "shape": asdict(plan.shape),
        "curve": curve,
    }
    (plan.out / "curve.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _twice(batches: Iterator[Batch], later: int) -> Iterator[Batch]:
    """Each batch at once, and once more when `later` others have been drawn."""
    kept: deque[Batch] = deque()
    for batch in batches:
        yield batch
        kept.append(batch)
        if len(kept) > later:
            yield kept.popleft()


@torch.no_grad()
def _follow(mean: nn.Module, reader: nn.Module, keep: float) -> None:
    ours, theirs = list(mean.state_dict().values()), list(reader.state_dict().values())
    floats = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.is_floating_point()]
    torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], 1 - keep)
    for a, b in zip(ours, theirs, strict=True):
        if not a.is_floating_point():
            a.copy_(b)
