"""Writes golden/optimizer: trajectories of torch's optimizers and the learning rates of transformers' schedules.

    python3 optimizer_golden.py ../resources/golden/optimizer

Every float32 is written as the decimal of its exact double, so that reading it back gives the same bits.
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import get_scheduler

STEPS = 6

ADAMW = {
    "defaults": dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01),
    "strong decay": dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1),
    "no decay, other betas": dict(lr=3e-4, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.0),
}
SGD = {
    "plain": dict(lr=0.1, momentum=0.0, weight_decay=0.0),
    "decay": dict(lr=0.1, momentum=0.0, weight_decay=0.01),
    "momentum": dict(lr=0.05, momentum=0.9, weight_decay=0.0),
    "momentum and decay": dict(lr=0.05, momentum=0.9, weight_decay=0.01),
}
SCHEDULES = ["constant", "constant_with_warmup", "linear", "cosine"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    write(output / "adamw.json", {name: trajectory(torch.optim.AdamW, s) for name, s in ADAMW.items()})
    write(output / "sgd.json", {name: trajectory(torch.optim.SGD, s) for name, s in SGD.items()})
    write(output / "schedules.json", [schedule(*case) for case in schedule_cases()])


def write(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")


def trajectory(optimizer_type, settings: dict) -> dict:
    """Returns the parameter before, and gradient and parameter after each step.

    The coordinates, by column: ordinary gradients; gradients of 1e-8, where eps is as large as they are; zeros; one
    that starts at zero; one that vanishes after a large first value; huge; denormal squares; alternating signs.
    """
    generator = torch.Generator().manual_seed(7)
    initial = torch.randn(10, generator=generator)
    initial[9] = 0.0
    parameter = torch.nn.Parameter(initial.clone())
    optimizer = optimizer_type([parameter], **settings)
    gradients, parameters = [], []
    for step in range(STEPS):
        ordinary = torch.randn(10, generator=generator)
        gradient = ordinary.clone()
        gradient[2] = 1e-8
        gradient[3] = -1e-8 * (1 + ordinary[3].abs())
        gradient[4] = 0.0
        gradient[5] = 0.0 if step < 2 else 1e-3
        gradient[6] = 100.0 if step == 0 else 0.0
        gradient[7] = 1e-22
        gradient[8] = 0.5 if step % 2 == 0 else -0.5
        parameter.grad = gradient.clone()
        optimizer.step()
        gradients.append(gradient.tolist())
        parameters.append(parameter.detach().tolist())
    return {"settings": settings, "initial": initial.tolist(), "gradients": gradients, "parameters": parameters}


def schedule_cases():
    for name in SCHEDULES:
        for warmup_steps, total_steps in ((0, 10), (3, 10), (1, 4), (10, 10)):
            if name != "constant" or warmup_steps == 0:
                yield name, warmup_steps, total_steps


def schedule(name: str, warmup_steps: int, total_steps: int) -> dict:
    """Returns the learning rate of every step from 0 to total_steps at a base rate of 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = get_scheduler(name, optimizer, num_warmup_steps=warmup_steps, num_training_steps=total_steps)
    rates = []
    for _ in range(total_steps + 1):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return {"schedule": name, "warmup_steps": warmup_steps, "total_steps": total_steps, "rates": rates}


if __name__ == "__main__":
    main()
