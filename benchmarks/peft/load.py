"""The twin of `silotune bench load`: from the start of a process to its first step with PEFT.

A new process for every measurement, the median of several after two: imports, the model in float32,
LoRA of rank 8 on q, k, v and o, one AdamW step on one example of random ids. The weights are read
from a Hugging Face folder in safetensors, PEFT's fastest way; a .gguf file is dequantised at every
start. Prints one line of JSON with the keys of the Java side.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

WARM_UP = 2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a folder or a .gguf file")
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def first_step(options):
    """Prints when the model is there and when its first step is done, in seconds of the epoch."""
    import peft
    import torch
    import transformers

    is_file = options.model.suffix == ".gguf"
    model = transformers.AutoModelForCausalLM.from_pretrained(
        options.model.parent if is_file else options.model,
        gguf_file=options.model.name if is_file else None,
        dtype=torch.float32,
    )
    ready = time.time()
    lora = peft.LoraConfig(
        r=8, lora_alpha=16, target_modules=["q_proj", "k_proj", "v_proj", "o_proj"]
    )
    model = peft.get_peft_model(model, lora)
    model.train()
    optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=2e-4)
    torch.manual_seed(1)
    ids = torch.randint(model.config.vocab_size, (1, options.length))
    model(input_ids=ids, labels=ids).loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    print(ready, time.time())


def main():
    options = arguments()
    if options.one:
        return first_step(options)
    command = [sys.executable, __file__, "--one", "--model", str(options.model)]
    command += ["--length", str(options.length)]
    measured = []
    for _ in range(WARM_UP + options.starts):
        began = time.time()
        out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        measured.append([float(end) - began for end in out.splitlines()[-1].split()])
    ready, step = (statistics.median(times) for times in zip(*measured[WARM_UP:]))
    result = {
        "bench": "load",
        "side": "peft",
        "length": options.length,
        "starts": options.starts,
        "seconds_to_ready": ready,
        "seconds_to_first_step": step,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
