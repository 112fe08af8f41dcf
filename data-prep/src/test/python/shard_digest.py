#!/usr/bin/env python3
"""Content hash of the shards in TokenShardTest, from the formula in docs/formats.md.

Prints GOLDEN_CONTENT_SHA256. Needs nothing but Python 3.
"""
import hashlib
import struct


def shard_sha256(examples):
    digest = hashlib.sha256()
    for example_id, tokens in sorted(examples, key=lambda e: e[0].encode()):
        raw = example_id.encode()
        labels = [-100] + tokens[1:]
        digest.update(struct.pack(">i", len(raw)) + raw + struct.pack(">i", len(tokens)))
        digest.update(struct.pack(f">{len(tokens)}i", *tokens))
        digest.update(struct.pack(f">{len(labels)}i", *labels))
    return digest.hexdigest()


silos = {
    "a": {
        "train": [(f"row-{i:02d}", [1, i, 2]) for i in range(16)],
        "test": [(f"row-{i:02d}", [1, i, 2]) for i in range(16, 20)],
    },
    "b/ü 1": {"train": [(f"row-{i:02d}", [1, 2, i + 10, 4]) for i in range(20)] + [("long", [7] * 700)]},
    "c": {"train": [("only", [5, 6])]},
    "empty": {},
}
lines = ""
for silo, splits in silos.items():
    for split in ("train", "validation", "test"):
        examples = splits.get(split, [])
        lines += f"{silo}\t{split}\t{len(examples)}\t{shard_sha256(examples)}\n"
print(hashlib.sha256(lines.encode()).hexdigest())
