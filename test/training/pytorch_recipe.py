#!/usr/bin/env python3
"""Trains a CIFAR net of the paper in PyTorch by the same recipe as ours, to tell the engine's errors from those of the images.

usage: pytorch_recipe.py DATA plain-20 | ResNet-56 … [--iterations N] [--seed N] [--every N] [--bf16] [--compile] > curve.csv
DATA is the directory with data_batch_1.bin … test_batch.bin. Needs PyTorch and NumPy.

The recipe is section 4.2's with our choices where the paper is silent: width 16, option A, batch 128, SGD with momentum 0.9 and
weight decay 1e-4 on all parameters, rate 0.1 that drops tenfold at a half and three quarters of the iterations, He
initialisation by fan-out (the last layer by a deviation of 0.01), pixels divided by 255 less the mean of each pixel, padding by
4, random crop and mirroring. The random numbers are PyTorch's, so a run compares with one of ours as two seeds of one program
compare.

Each row of the CSV: iterations done, mean training error since the last row, test error, in percent.
"""
import argparse
import itertools
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("net")
parser.add_argument("--iterations", type=int, default=6400)
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--width", type=int, default=16)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--every", type=int, default=320)
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--bf16", action="store_true")
parser.add_argument("--compile", action="store_true")
args = parser.parse_args()
if args.threads:
    torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)
draws = np.random.default_rng(args.seed)


class Block(nn.Module):
    def __init__(self, channels, outputs, stride, residual):
        super().__init__()
        self.stride, self.new, self.residual = stride, outputs - channels, residual
        self.conv1, self.norm1 = nn.Conv2d(channels, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        if self.residual:
            y = y + F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.new))
        return F.relu(y)


class Net(nn.Module):
    def __init__(self, depth, width, residual):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        blocks, channels = [], width
        for stage in range(3):
            for index in range((depth - 2) // 6):
                blocks.append(Block(channels, width << stage, 2 if stage and not index else 1, residual))
                channels = width << stage
        self.blocks, self.head = nn.Sequential(*blocks), nn.Linear(channels, 10)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out")
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return self.head(self.blocks(F.relu(self.norm(self.conv(x)))).mean((2, 3)))


def images(names):
    records = np.concatenate([np.fromfile(f"{args.data}/{name}.bin", np.uint8).reshape(-1, 3073) for name in names])
    return records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255, records[:, 0].astype(np.int64)


train, train_labels = images([f"data_batch_{part}" for part in range(1, 6)])
test, test_labels = images(["test_batch"])
mean = train.mean(0)
padded = np.pad(train - mean, ((0, 0), (0, 0), (4, 4), (4, 4)))
test -= mean


def batches():
    """Crops and labels, epoch after epoch. The last short batch of an epoch is dropped."""
    while True:
        order = draws.permutation(len(padded))
        for first in range(0, len(order) - args.batch + 1, args.batch):
            chosen = order[first : first + args.batch]
            crops = np.empty((args.batch, 3, 32, 32), np.float32)
            for row, image in enumerate(chosen):
                top, left = draws.integers(0, 9, 2)
                crop = padded[image, :, top : top + 32, left : left + 32]
                crops[row] = crop[:, :, ::-1] if draws.random() < 0.5 else crop
            yield torch.from_numpy(crops), torch.from_numpy(train_labels[chosen])


def last(x):
    """Channels last, the faster layout on a processor."""
    return x.contiguous(memory_format=torch.channels_last)


kind, depth = args.net.split("-")
net = Net(int(depth), args.width, kind == "ResNet").to(memory_format=torch.channels_last)
run = torch.compile(net) if args.compile else net
optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
drops = [args.iterations // 2, args.iterations * 3 // 4]
schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, drops, 0.1)
autocast = torch.autocast("cpu", torch.bfloat16, enabled=args.bf16)
wrong = seen = 0
start = time.time()
print("iteration,trainError,testError", flush=True)
for iteration, (x, y) in enumerate(itertools.islice(batches(), args.iterations), 1):
    net.train()
    optimizer.zero_grad()
    with autocast:
        logits = run(last(x))
        loss = F.cross_entropy(logits.float(), y)
    loss.backward()
    optimizer.step()
    schedule.step()
    wrong += int((logits.argmax(1) != y).sum())
    seen += len(y)
    if iteration % args.every == 0 or iteration == args.iterations:
        net.eval()
        with torch.inference_mode(), autocast:
            guesses = torch.cat([run(last(torch.from_numpy(part))).argmax(1) for part in np.split(test, 20)])
        mistakes = 100 * float((guesses != torch.from_numpy(test_labels)).float().mean())
        print(f"{iteration},{100 * wrong / seen:.3f},{mistakes:.2f}", flush=True)
        print(f"{iteration}: {time.time() - start:.0f} s", file=sys.stderr, flush=True)
        wrong = seen = 0
