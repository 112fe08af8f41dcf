"""Makes golden/embedding/expected.json: mean last hidden states of the models under golden/models.

Run: python3 embedding_golden.py ../resources/golden/models ../resources/golden/embedding/expected.json
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModel

FAMILIES = ("llama", "qwen3", "gemma3", "gpt2")


def main(models, output):
    torch.set_num_threads(1)
    golden = {}
    for family in FAMILIES:
        folder = Path(models) / family
        model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        expected = load_file(folder / "expected.safetensors")
        golden[family] = []
        for i in range(3):
            ids = expected[f"input_ids.{i}"]
            with torch.no_grad():
                states = model(input_ids=ids[None]).last_hidden_state[0]
            golden[family].append({"ids": ids.tolist(), "mean": states.double().mean(0).tolist()})
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
