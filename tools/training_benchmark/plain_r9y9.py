"""A plain PyTorch WaveNet of the shape of r9y9/wavenet_vocoder, a baseline.

30 layers of kernel size 3 with weight norm, 128 residual, 256 gate and 128 skip
channels, ten logistics, and mel frames of 256 samples upsampled in four stages.
"""

import math

import torch
from torch import nn
from torch.nn import functional

DILATIONS = [2 ** (number % 10) for number in range(30)]
RESIDUAL, GATE, SKIP, COMPONENTS = 128, 256, 128, 10
MELS, SCALES, CONTEXT = 80, (4, 4, 4, 4), 2  # frames on both sides of the first kernel
TAPS = 3


class PlainR9y9(nn.Module):
    """From samples `(B, 1, T)` and frames `(B, MELS, F)` to `(B, 3 * COMPONENTS, T)`.

    Every layer keeps the length: zeros precede its inputs.
    """

    def __init__(self):
        super().__init__()
        norm = nn.utils.parametrizations.weight_norm
        self.first = norm(nn.Conv1d(1, RESIDUAL, 1))
        self.layers = nn.ModuleList(map(PlainLayer, DILATIONS))
        self.post = norm(nn.Conv1d(SKIP, SKIP, 1))
        self.output = norm(nn.Conv1d(SKIP, 3 * COMPONENTS, 1))
        self.frames = nn.Conv1d(MELS, MELS, 2 * CONTEXT + 1, bias=False)
        self.stages = nn.ModuleList(
            norm(nn.Conv2d(1, 1, (1, 2 * scale + 1), padding=(0, scale), bias=False))
            for scale in SCALES
        )

    def forward(self, samples, frames):
        rows = self.frames(frames).unsqueeze(1)
        for scale, smooth in zip(SCALES, self.stages, strict=True):
            rows = smooth(functional.interpolate(rows, scale_factor=(1, scale)))
        rows = rows.squeeze(1)
        x, skips = self.first(samples), 0
        for layer in self.layers:
            x, skip = layer(x, rows)
            skips = skips + skip
        hidden = functional.relu(skips * math.sqrt(1 / len(self.layers)))
        return self.output(functional.relu(self.post(hidden)))


class PlainLayer(nn.Module):
    """A gated layer: the residual stream and the skip output."""

    def __init__(self, dilation):
        super().__init__()
        norm = nn.utils.parametrizations.weight_norm
        padding = (TAPS - 1) * dilation
        self.dilated = norm(
            nn.Conv1d(RESIDUAL, GATE, TAPS, padding=padding, dilation=dilation)
        )
        self.condition = norm(nn.Conv1d(MELS, GATE, 1, bias=False))
        self.residual = norm(nn.Conv1d(GATE // 2, RESIDUAL, 1))
        self.skip = norm(nn.Conv1d(GATE // 2, SKIP, 1))

    def forward(self, x, rows):
        gated = self.dilated(x)[:, :, : x.shape[-1]] + self.condition(rows)
        filters, gates = gated.chunk(2, dim=1)
        z = torch.tanh(filters) * torch.sigmoid(gates)
        return (self.residual(z) + x) * math.sqrt(0.5), self.skip(z)


def mixture_loss(parameters, samples):
    """Mean negative log-likelihood of 16-bit samples `(B, 1, T)`, in nats."""
    logits, means, log_scales = parameters.chunk(3, dim=1)
    inverse = torch.exp(-log_scales.clamp(min=-16.0))
    above = (samples - means + 1 / 65535) * inverse
    below = (samples - means - 1 / 65535) * inverse
    mass = (torch.sigmoid(above) - torch.sigmoid(below)).clamp(min=1e-12)
    each = functional.log_softmax(logits, 1) + torch.log(mass)
    return -torch.logsumexp(each, 1).mean()


def make_step(audio, frames):
    """Return a training step, a function without arguments, with Adam and clipping.

    Args:
        audio: float32 `(B, T + 1)`.
        frames: float32 `(B, T / 256 + 2 * CONTEXT, MELS)`.
    """
    network = PlainR9y9()
    optimizer = torch.optim.Adam(network.parameters())
    samples = torch.from_numpy(audio).unsqueeze(1)
    frames = torch.from_numpy(frames.transpose(0, 2, 1).copy())

    def step():
        optimizer.zero_grad()
        loss = mixture_loss(network(samples[..., :-1], frames), samples[..., 1:])
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step
