#!/usr/bin/env python3
"""Times training steps of CIFAR ResNets in PyTorch, as `resnet-exp bench` does: forward, backward, momentum update.

usage: pytorch_bench.py [--models 20,56,110] [--batch 128] [--steps 20]

Prints a line of JSON for each net and precision: float32 with TF32 off, and on a CUDA GPU with TF32 on too. One batch that
is already on the device is trained on again and again. Channels last, as TensorFlow.js has it; times are of finished work.
"""
import argparse
import json
import resource
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    """Two 3x3 convolutions beside shortcut option A (section 3.3)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.stride, self.grown = stride, outputs - inputs
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        shortcut = x if self.stride == 1 else F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.grown))
        return F.relu(self.norm2(self.conv2(y)) + shortcut, inplace=True)


def resnet(depth):
    """The net of section 4.2 for 6n+2 layers."""
    layers, inputs = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)], 16
    for stage, channels in enumerate((16, 32, 64)):
        for index in range((depth - 2) // 6):
            layers.append(Block(inputs, channels, 2 if stage and not index else 1))
            inputs = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def bench(depth, batch, steps, device, tf32):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
    torch.manual_seed(0)
    net = resnet(depth).to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    images = torch.rand(batch, 3, 32, 32, device=device).to(memory_format=torch.channels_last)
    labels = torch.arange(batch, device=device) % 10
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    times = []
    for step in range(steps + 5):
        wait()
        start = time.perf_counter()
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        wait()
        # The first steps choose algorithms and fill buffers.
        if step >= 5:
            times.append(time.perf_counter() - start)
    seconds = statistics.median(times)
    peak = torch.cuda.max_memory_allocated() / 2**20 if device == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "model": f"cifar-{depth}", "engine": "pytorch", "version": torch.__version__,
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu", "tf32": tf32, "batch": batch, "steps": steps,
        "secondsPerStep": seconds, "imagesPerSecond": batch / seconds, "peakMB": round(peak),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="20,56,110")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cudnn.benchmark = True
    for depth in options.models.split(","):
        for tf32 in (False, True) if device == "cuda" else (False,):
            print(json.dumps(bench(int(depth), options.batch, options.steps, device, tf32)), flush=True)


main()
