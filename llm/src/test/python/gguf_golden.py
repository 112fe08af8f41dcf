"""Writes golden/gguf: a file with a tensor of every type that is read, and what the gguf package dequantises it to.

    python3 gguf_golden.py ../resources/golden/gguf
    python3 gguf_golden.py ../resources/golden/gguf --real smollm2=SmolLM2-135M-Instruct.Q4_1.gguf --real gemma3=gemma-3-270m-q4_k_m.gguf

every-type.gguf     one tensor a type (random blocks with sane scales, as the package has no K quantiser) and metadata of every kind
every-type.json     shapes, float32 values as integers of their bits, and the metadata
<name>.json         sha256 of the little-endian float32 values of each tensor of a real model
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFWriter, GGMLQuantizationType as T, GGUFValueType as V, dequantize
from gguf.constants import GGML_QUANT_SIZES

# Positions of the half-precision scales in a block.
HALVES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208]}
ROWS = 3


def random_blocks(generator, qtype, columns):
    block, size = GGML_QUANT_SIZES[qtype]
    data = generator.integers(0, 256, (ROWS, columns // block, size), dtype=np.uint8)
    for at in HALVES[qtype]:
        scales = generator.normal(0, 0.05, (ROWS, columns // block)).astype(np.float16)
        scales[0, 0] = np.float16(5.96e-08)  # a subnormal scale
        data[:, :, at : at + 2] = scales.view(np.uint8).reshape(ROWS, columns // block, 2)
    return data.reshape(ROWS, -1)


def plain(generator, qtype, columns):
    values = generator.normal(0, 1, (ROWS, columns)).astype(np.float32)
    values[0, :3] = [0.0, -0.0, 1e-7]
    if qtype == T.F32:
        return values
    if qtype == T.F16:
        return values.astype(np.float16)
    return (values.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8).reshape(ROWS, -1)


def write_every_type(path):
    generator = np.random.default_rng(5)
    writer = GGUFWriter(path, "llama")
    writer.add_uint8("test.uint8", 200)
    writer.add_int8("test.int8", -3)
    writer.add_uint16("test.uint16", 65535)
    writer.add_int16("test.int16", -30000)
    writer.add_uint32("test.uint32", 4000000000)
    writer.add_int32("test.int32", -2000000000)
    writer.add_uint64("test.uint64", 2**62)
    writer.add_int64("test.int64", -(2**62))
    writer.add_float32("test.float32", 1e-5)
    writer.add_float64("test.float64", 1e-5)
    writer.add_bool("test.bool", True)
    writer.add_string("test.string", "Grüße 🐘\n")
    writer.add_array("test.strings", ["a", "", "ü"])
    writer.add_array("test.ints", [1, -2, 3])
    writer.add_array("test.floats", [0.5, -1.25])
    writer.add_array("test.bools", [True, False])
    writer.add_array("test.nested", [[1, 2], [3]])
    for qtype in [T.F32, T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q4_K, T.Q5_K, T.Q6_K]:
        if qtype in HALVES:
            columns = max(64, GGML_QUANT_SIZES[qtype][0])
            writer.add_tensor(qtype.name, random_blocks(generator, qtype, columns), raw_dtype=qtype)
        else:
            writer.add_tensor(qtype.name, plain(generator, qtype, 5), raw_dtype=qtype)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def describe(path):
    reader = GGUFReader(path)
    tensors = {}
    for t in reader.tensors:
        values = dequantize(t.data, t.tensor_type)
        shape = [int(n) for n in reversed(t.shape.tolist())]
        tensors[t.name] = {"type": t.tensor_type.name, "shape": shape, "bits": values.flatten().view(np.int32).tolist()}
    metadata = {k: f.contents() for k, f in reader.fields.items() if k.startswith("test.") and k != "test.nested"}
    return {"tensors": tensors, "metadata": metadata}


def hashes(path):
    reader = GGUFReader(path)
    result = {}
    for t in sorted(reader.tensors, key=lambda t: t.name):
        values = np.ascontiguousarray(dequantize(t.data, t.tensor_type), dtype="<f4")
        result[t.name] = {"type": t.tensor_type.name, "sha256": hashlib.sha256(values.tobytes()).hexdigest()}
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--real", action="append", default=[], help="name=file.gguf")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    every = args.out / "every-type.gguf"
    write_every_type(every)
    (args.out / "every-type.json").write_text(json.dumps(describe(every)))
    for real in args.real:
        name, path = real.split("=", 1)
        (args.out / f"{name}.json").write_text(json.dumps(hashes(path), indent=1))


if __name__ == "__main__":
    main()
