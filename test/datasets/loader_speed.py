"""torchvision's loader on the folder that loader-speed.mjs reads, by the same recipe; prints the same two figures.

usage: python3 test/datasets/loader_speed.py DIR [PASSES] [WORKERS]     (Debian: python3-torch, python3-torchvision)
"""
import os
import random
import resource
import sys
import time

import torch
from torchvision import datasets, transforms
from torchvision.transforms import functional as F

EIGENVALUES = torch.tensor([0.2175, 0.0188, 0.0045])
EIGENVECTORS = torch.tensor([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])


def random_scale(image):
    return F.resize(image, random.randint(256, 480))


def colours(image):
    return image + (EIGENVECTORS @ (0.1 * torch.randn(3) * EIGENVALUES)).view(3, 1, 1)


def main(data, passes=3, workers=1):
    torch.set_num_threads(1)
    steps = [random_scale, transforms.RandomCrop(224), transforms.RandomHorizontalFlip(), transforms.ToTensor(), colours,
             transforms.Normalize([0.485, 0.456, 0.406], [1, 1, 1])]
    dataset = datasets.ImageFolder(os.path.join(data, "imagenet", "train"), transforms.Compose(steps))
    start, before = time.perf_counter(), processor_seconds()
    images = 0
    for _ in range(passes):
        loader = torch.utils.data.DataLoader(dataset, batch_size=64, shuffle=True, num_workers=workers, drop_last=True)
        images += sum(len(labels) for _, labels in loader)
    seconds, busy = time.perf_counter() - start, processor_seconds() - before
    print(f"{images / seconds:.0f} images/s, {images / busy:.0f} images per processor second")


def processor_seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
