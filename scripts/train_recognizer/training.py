"""Training: a fixed time, each drawn line seen twice, the mean of the last weights kept."""

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
from torch import Tensor, nn
from torch.utils.data import DataLoader

from pipeline.similarity import edit_distance
from scripts.train_recognizer.alphabet import alphabet, written
from scripts.train_recognizer.network import LineReader, Shape
from scripts.train_recognizer.stream import Batch, LineStream
from scripts.train_recognizer.typefaces import find_typefaces


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `minutes` is all the time there is; `pixels` the width of a batch's pictures together."""

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
    torch.manual_seed(plan.seed)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = device.type == "cuda"
    reader = LineReader(len(alphabet()), plan.shape).to(device)
    if plan.start:
        reader.load_state_dict(torch.load(plan.start, map_location=device, weights_only=True))
    mean = copy.deepcopy(reader).eval()
    decay = [one for one in reader.parameters() if one.ndim > 1]
    plain = [one for one in reader.parameters() if one.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}],
        lr=plan.rate,
        fused=device.type == "cuda",
    )
    checks = _held_out(plan)
    stream = LineStream(find_typefaces(plan.fonts), seed=plan.seed, pixels=plan.pixels, pages=plan.pages)
    loader = DataLoader(
        stream, batch_size=None, num_workers=plan.processes, prefetch_factor=6, in_order=False
    )  # whole pages take longer, and lines must not wait for them
    batches = _twice(iter(loader), plan.again)
    first = next(batches)
    begin, steps, lines, curve = time.monotonic(), 0, 0, []
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
        loss = loss_of(reader, batch, device)
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
            errors = {name: round(error_rate(mean, check, device), 4) for name, check in checks.items()}
            curve.append(
                {
                    "minutes": round(done * plan.minutes, 2),
                    "steps": steps,
                    "lines": lines,
                    "loss": round(total / max(count, 1), 4),
                    **errors,
                }
            )
            print(json.dumps(curve[-1]), flush=True)
            total, count = 0.0, 0
            _save(plan, mean, curve)
    errors = {name: round(error_rate(mean, check, device), 4) for name, check in checks.items()}
    curve.append({"minutes": round((time.monotonic() - begin) / 60, 2), "steps": steps, "lines": lines, **errors})
    print(json.dumps(curve[-1]), flush=True)
    _save(plan, mean, curve)
    return mean


def _save(plan: Plan, reader: LineReader, curve: list[dict[str, float]]) -> None:
    plan.out.mkdir(parents=True, exist_ok=True)
    torch.save(
        {
            name: value.half().cpu() if value.is_floating_point() else value.cpu()
            for name, value in reader.state_dict().items()
        },
        plan.out / "weights.pt",
    )
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


def loss_of(reader: LineReader, batch: Batch, device: torch.device) -> Tensor:
    """How far the reader is from the batch's text, a letter, and from where a pen wrote."""
    light = _varied(batch.light.to(device, non_blocking=True).float() / 255)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        letters, pen = reader(light.contiguous(memory_format=torch.channels_last))
    sizes, frames = batch.sizes.to(device), batch.frames.to(device)
    ctc = nn.functional.ctc_loss(
        letters.transpose(0, 1), batch.letters.to(device), frames, sizes, reduction="none", zero_infinity=True
    )
    reading = (ctc / sizes.clamp(min=3)).mean()
    inside = torch.arange(pen.shape[1], device=device)[None] < frames[:, None]
    writing = nn.functional.binary_cross_entropy_with_logits(pen, batch.by_hand.to(device).float(), reduction="none")
    return reading + 0.2 * (writing * inside).sum() / inside.sum()


def _varied(light: Tensor) -> Tensor:
    """Each picture a little lighter or darker, higher or lower, noisier, so that no line looks the same twice."""
    n = light.shape[0]
    gain = torch.empty(n, 1, 1, 1, device=light.device).uniform_(0.7, 1.1)
    noise = torch.empty(n, 1, 1, 1, device=light.device).uniform_(-0.06, 0.06).clamp(min=0)
    light = 1 - (1 - light) * gain + torch.randn_like(light) * noise
    shift = int(torch.randint(-1, 2, ()).item())
    if shift:
        light = torch.roll(light, shift, 2)
    return light.clamp(0, 1)


@torch.no_grad()
def _follow(mean: nn.Module, reader: nn.Module, keep: float) -> None:
    ours, theirs = list(mean.state_dict().values()), list(reader.state_dict().values())
    floats = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.is_floating_point()]
    torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], 1 - keep)
    for a, b in zip(ours, theirs, strict=True):
        if not a.is_floating_point():
            a.copy_(b)


def _held_out(plan: Plan) -> dict[str, list[Batch]]:
    """Lines of typefaces that are not trained on, and lines of pages in them."""
    typefaces = find_typefaces(plan.fonts, held_out=True)
    found = {}
    for name, pages, count in (("typefaces", 0, 6), ("pages", 1, 4)):
        stream = iter(LineStream(typefaces, seed=plan.seed + 777, pixels=12_000, pages=pages))
        found[name] = [next(stream) for _ in range(count)]
    return found


@torch.no_grad()
def error_rate(reader: LineReader, batches: list[Batch], device: torch.device) -> float:
    """Letters put in, taken out or changed over the letters of the truth."""
    wrong = letters = 0
    reader.eval()
    for batch in batches:
        scores, _ = reader(batch.light.to(device).float() / 255)
        for best, frames, text in zip(scores.argmax(2).cpu(), batch.frames, batch.texts, strict=True):
            truth = written(text)
            wrong += edit_distance(greedy(best[: int(frames)].tolist()), truth)
            letters += len(truth)
    return wrong / max(letters, 1)


def greedy(best: list[int]) -> str:
    """The text of the likeliest output of each frame."""
    signs = alphabet()
    return "".join(signs[one - 1] for place, one in enumerate(best) if one and (not place or best[place - 1] != one))
