"""Loads an adapter folder written by SiloTune with PEFT and compares its logits with SiloTune's own.

    python3 check_peft_adapter.py BASE_FOLDER ADAPTER_FOLDER LOGITS.safetensors

LOGITS.safetensors holds input_ids.i (int64, T) and logits.i (float32, (T, V)) as SiloTune computed them with the adapter.
Exits with 1 if PEFT's model differs by more than 1e-4 * max(1, max|logit|), if PEFT did not take every tensor of
the file, or if the adapter does not change the base model's logits, for then nothing would have been compared.
"""

import argparse
import sys
from pathlib import Path

import torch
import transformers
from peft import PeftModel
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("logits", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    base = AutoModelForCausalLM.from_pretrained(arguments.base, dtype=torch.float32, attn_implementation="eager").eval()
    ours = load_file(arguments.logits)
    inputs = {key.partition(".")[2]: ids for key, ids in ours.items() if key.startswith("input_ids.")}
    with torch.no_grad():
        without = {i: base(ids[None]).logits[0] for i, ids in inputs.items()}
        model = PeftModel.from_pretrained(base, arguments.adapter).eval()
        check_taken(model, load_file(arguments.adapter / "adapter_model.safetensors"))
        worst, effect = 0.0, 0.0
        for i, ids in sorted(inputs.items()):
            theirs = model(ids[None]).logits[0]
            scale = max(1.0, theirs.abs().max().item())
            error = (ours[f"logits.{i}"] - theirs).abs().max().item() / scale
            effect = max(effect, (theirs - without[i]).abs().max().item() / scale)
            worst = max(worst, error) if error == error else float("nan")
            print(f"example {i}: {len(ids)} tokens, largest |logit| {scale:.3f}, relative difference {error:.2e}")
    print(f"largest relative difference {worst:.2e} (tolerance {TOLERANCE:.0e}); the adapter moves logits by {effect:.2e}")
    if not worst <= TOLERANCE:
        sys.exit(f"The logits differ by {worst:.2e}, more than {TOLERANCE:.0e}")
    if not effect > 100 * TOLERANCE:
        sys.exit(f"The adapter moves the logits by {effect:.2e} only: nothing was compared")


def check_taken(model: PeftModel, saved: dict[str, torch.Tensor]) -> None:
    taken = get_peft_model_state_dict(model, save_embedding_layers=False)
    if set(saved) != set(taken):
        sys.exit(f"PEFT expects other tensors: {sorted(set(saved) ^ set(taken))[:5]}")
    for key, value in saved.items():
        if not torch.equal(value, taken[key]):
            sys.exit(f"PEFT holds another value of {key} than the file")
    print(f"PEFT took all {len(saved)} tensors")


if __name__ == "__main__":
    main()
