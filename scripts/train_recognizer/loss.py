"""How far a reader is from what its lines say; needs nothing but PyTorch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scripts.train_recognizer.batch import Batch
from scripts.train_recognizer.network import LineReader


def loss_of(reader: LineReader, batch: Batch, device: torch.device, *, short: bool = False) -> Tensor:
    """How far the reader is from the batch's text, a letter, and from where a pen wrote; `short`: in numbers of 16 bits."""
    light = _varied(batch.light.to(device, non_blocking=True).float() / 255)
    with torch.autocast(device.type, torch.bfloat16, enabled=short):
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
