"""Writes golden/quant: a matrix, its int8 and NF4 parts from the formulas in numpy, and bitsandbytes' own.

    python3 quant_golden.py ../resources/golden/quant

NF4 with double quantisation: QLoRA, arXiv 2305.14314, section 3. With bitsandbytes 0.50.2 (CPU) the same matrix goes
through quantize_4bit(blocksize=64, quant_type="nf4", compress_statistics=True).
"""

import argparse
from pathlib import Path

import bitsandbytes.functional as bnb
import numpy as np
import torch
from safetensors.numpy import save_file

ROWS, COLUMNS, BLOCK, GROUP = 300, 72, 64, 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(4)
    x = (draw.standard_normal((ROWS, COLUMNS)) * draw.gamma(2, 0.02, (ROWS, 1))).astype(np.float32)
    x[17] = 0
    x = (x.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)  # bfloat16 values: half of the file is zeros
    save_file({"x": x, **int8(x), **nf4(x), **peer(x)}, output / "quant.safetensors")


def int8(x: np.ndarray) -> dict:
    parts = {}
    for name, axis in (("int8", 1), ("int8_columns", 0)):
        scales = (np.abs(x).max(axis, keepdims=True) / np.float32(127)).astype(np.float32)
        divisor = np.where(scales == 0, np.float32(1), scales)
        parts[name] = np.clip(np.rint(x / divisor), -127, 127).astype(np.int8)
        parts[name + ".scales"] = scales
    return parts


def nf4(x: np.ndarray) -> dict:
    book = bnb.get_4bit_type("nf4", device="cpu").numpy()
    dynamic = dynamic_book()
    flat = x.reshape(-1)
    blocks = np.pad(flat, (0, -len(flat) % BLOCK)).reshape(-1, BLOCK)
    largest = np.abs(blocks).max(1)
    codes = nearest(book, blocks * (np.float32(1) / np.maximum(largest, np.float32(1e-38)))[:, None])
    mean = np.float32(largest.astype(np.float64).sum() / len(largest))
    centred = largest - mean
    groups = [centred[i : i + GROUP] for i in range(0, len(centred), GROUP)]
    scales = np.array([np.abs(g).max() for g in groups], np.float32)
    scaled = np.concatenate([g * (np.float32(1) / s) for g, s in zip(groups, scales)])
    return {
        "nf4": (codes[:, ::2] << 4 | codes[:, 1::2]).astype(np.uint8),
        "nf4.block_scales": nearest(dynamic, scaled),
        "nf4.scales": np.concatenate([[mean], scales]).astype(np.float32),
        "book": book,
        "bitsandbytes.dynamic": bnb.create_dynamic_map().numpy(),
        "dynamic": dynamic,
    }


def dynamic_book() -> np.ndarray:
    middles = [10.0 ** (i - 6) * (0.1 + 0.9 * (np.arange(2**i) + 0.5) / 2**i) for i in range(7)]
    positive = np.concatenate(middles)
    return np.sort(np.concatenate([positive, -positive, [0, 1]])).astype(np.float32)


def nearest(book: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The index of the nearest of ascending values, the lower of two."""
    return np.searchsorted((book[:-1] + book[1:]) / np.float32(2), x, side="left").astype(np.uint8)


def peer(x: np.ndarray) -> dict:
    packed, state = bnb.quantize_4bit(torch.from_numpy(x), blocksize=BLOCK, quant_type="nf4", compress_statistics=True)
    whole = bnb.dequantize_4bit(packed, state)
    return {"bitsandbytes.codes": packed.numpy().reshape(-1), "bitsandbytes.values": whole.numpy()}


if __name__ == "__main__":
    main()
