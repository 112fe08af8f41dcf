"""Writes golden/safetensors: files by Hugging Face's own writer, and the values they hold.

    python3 safetensors_golden.py ../resources/golden/safetensors

mixed.safetensors    every float type, integers, a scalar and an empty tensor
sharded/             a folder with model.safetensors.index.json and two files
expected.json        shapes, types, and float32 values as integers of their bits
half.json            what torch rounds float32 values to in float16 and bfloat16, as bits
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file


def tensors():
    torch.manual_seed(7)
    special = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 6.1035e-05, 5.96e-08, float("inf"), float("-inf"), 3e-39])
    return {
        "b.weight": torch.randn(3, 4),
        "a.weight": torch.randn(5, 2),
        "special": special,
        "half.weight": torch.randn(4, 3).to(torch.float16),
        "half.special": special.to(torch.float16),
        "brain.weight": torch.randn(2, 6).to(torch.bfloat16),
        "brain.special": special.to(torch.bfloat16),
        "ids": torch.arange(6, dtype=torch.int64).reshape(2, 3),
        "mask": torch.tensor([True, False, True]),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 4),
        "näme with \"quotes\" \\ and\ttab": torch.ones(1),
    }


def describe(named):
    def entry(t):
        e = {"dtype": str(t.dtype).removeprefix("torch."), "shape": list(t.shape)}
        if t.dtype.is_floating_point:
            e["bits"] = t.float().flatten().numpy().view(np.int32).tolist()
        return e

    return {name: entry(t) for name, t in named.items()}


def half_cases():
    generator = np.random.default_rng(11)
    bits = generator.integers(0, 2**32, 400, dtype=np.uint32)
    near_half = (generator.uniform(-70000, 70000, 200)).astype(np.float32).view(np.uint32)
    small = (generator.uniform(-1e-4, 1e-4, 200)).astype(np.float32).view(np.uint32)
    ties = np.array([65519.996, 65520.0, 65504.0, 2.0**-25, 2.0**-24, 3 * 2.0**-25, 2048.5, 2049.5, 1.00048828125], np.float32)
    all_bits = np.concatenate([bits, near_half, small, ties.view(np.uint32)])
    values = torch.from_numpy(all_bits.view(np.float32).copy())
    keep = ~torch.isnan(values)
    return {
        "float32": values[keep].numpy().view(np.int32).tolist(),
        "float16": values[keep].to(torch.float16).view(torch.int16).tolist(),
        "bfloat16": values[keep].to(torch.bfloat16).view(torch.int16).tolist(),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    (out / "sharded").mkdir(parents=True, exist_ok=True)
    named = tensors()
    save_file(named, out / "mixed.safetensors", metadata={"format": "pt"})
    names = sorted(named)
    shards = {"model-00001-of-00002.safetensors": names[:5], "model-00002-of-00002.safetensors": names[5:]}
    for file, part in shards.items():
        save_file({n: named[n] for n in part}, out / "sharded" / file, metadata={"format": "pt"})
    weight_map = {n: file for file, part in shards.items() for n in part}
    size = sum(t.numel() * t.element_size() for t in named.values())
    index = {"metadata": {"total_size": size}, "weight_map": weight_map}
    (out / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))
    (out / "expected.json").write_text(json.dumps(describe(named)))
    (out / "half.json").write_text(json.dumps(half_cases()))


if __name__ == "__main__":
    main()
