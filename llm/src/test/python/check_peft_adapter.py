"""Loads adapter folders written by SiloTune with PEFT and compares their logits with SiloTune's own.

    python3 check_peft_adapter.py --case BASE_FOLDER ADAPTER_FOLDER LOGITS.safetensors [--case ...]

LOGITS.safetensors holds input_ids.i (T; whole numbers of any type) and logits.i (float32, (T, V)) as SiloTune computed
them with the adapter. A line a case ends the output: the base folder's name, a tab, the largest relative difference.
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
    parser.add_argument("--case", nargs=3, type=Path, action="append", required=True, metavar=("BASE", "ADAPTER", "LOGITS"))
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    results = [(case[0].name, compare(*case)) for case in parser.parse_args().case]
    for name, worst in results:
        print(f"{name}\t{worst:.1e}")


def compare(base_folder: Path, adapter: Path, logits: Path) -> float:
    """Returns the largest difference over max(1, max|logit|), or exits."""
    name = base_folder.name
    base = AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32, attn_implementation="eager").eval()
    ours = load_file(logits)
    inputs = {key.partition(".")[2]: ids.long() for key, ids in ours.items() if key.startswith("input_ids.")}
    with torch.no_grad():
        without = {i: base(ids[None]).logits[0] for i, ids in inputs.items()}
        model = PeftModel.from_pretrained(base, adapter).eval()
        check_taken(name, model, load_file(adapter / "adapter_model.safetensors"))
        worst, effect = 0.0, 0.0
        for i, ids in sorted(inputs.items()):
            theirs = model(ids[None]).logits[0]
            scale = max(1.0, theirs.abs().max().item())
            error = (ours[f"logits.{i}"] - theirs).abs().max().item() / scale
            effect = max(effect, (theirs - without[i]).abs().max().item() / scale)
            worst = max(worst, error) if error == error else float("nan")
    print(f"{name}: {len(inputs)} examples, relative difference {worst:.1e}; the adapter moves logits by {effect:.1e}")
    if not worst <= TOLERANCE:
        sys.exit(f"{name}: the logits differ by {worst:.2e}, more than {TOLERANCE:.0e}")
    if not effect > 100 * TOLERANCE:
        sys.exit(f"{name}: the adapter moves the logits by {effect:.2e} only: nothing was compared")
    return worst


def check_taken(name: str, model: PeftModel, saved: dict[str, torch.Tensor]) -> None:
    taken = get_peft_model_state_dict(model, save_embedding_layers=False)
    if set(saved) != set(taken):
        sys.exit(f"{name}: PEFT expects other tensors: {sorted(set(saved) ^ set(taken))[:5]}")
    for key, value in saved.items():
        if not torch.equal(value, taken[key]):
            sys.exit(f"{name}: PEFT holds another value of {key} than the file")
    print(f"{name}: PEFT took all {len(saved)} tensors")


if __name__ == "__main__":
    main()
