"""Writes the golden folders golden/models/<family>: a small model, a LoRA adapter and what the reference computes.

    python3 model_golden.py ../resources/golden/models [family ...]

Everything runs in float32 on one thread with eager attention, one example at a time: no padding, no batch.
expected.safetensors of a family holds (T tokens, V vocabulary, i the example):

    input_ids.i, labels.i   int64 (T)       labels[t] is token t or -100; the loss of token t needs t >= 1
    logits.i                float32 (T, V)  of the model without the adapter
    loss_sum                float32 (3)     sum of token losses without the adapter
    adapted_loss_sum        float32 (3)     the same with the adapter
    trained_tokens          int64 (3)
    gradient/<key>          of sum of losses / sum of trained tokens by the adapter's tensor, PEFT's key
    trained/<key>           the adapter's tensor after three steps of AdamW on these three examples
    prompt.i, greedy.i      int64           a prompt and the 24 ids that follow greedily, without the adapter
    margin.i                float32 (24)    best minus second best logit at each of them
"""

import argparse
import json
import shutil
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import AutoConfig, AutoModelForCausalLM

from families import FAMILIES, Family, draw_weights

EXAMPLE_LENGTHS = (1, 9, 24)
PROMPT_LENGTHS = (3, 8, 17)
GREEDY_TOKENS = 24
RANK = 4
ALPHA = 8
ADAMW = dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)
STEPS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("family", nargs="*", default=list(FAMILIES))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.utils.logging.disable_progress_bar()
    for name in arguments.family:
        write_family(arguments.output / name, name, FAMILIES[name])


def write_family(folder: Path, name: str, family: Family) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    save_model(folder, family)
    model = load(folder)
    check_hub_config(folder, family, model)
    generator = torch.Generator().manual_seed(1000 + family.seed)
    examples = [draw_example(length, family.config.vocab_size, generator) for length in EXAMPLE_LENGTHS]
    prompts = [draw_ids(length, family.config.vocab_size, generator) for length in PROMPT_LENGTHS]
    save_adapter(folder / "adapter", name, family, generator)

    expected = base_outputs(model, examples, prompts) | adapter_outputs(folder, examples)
    save_file({key: value.contiguous() for key, value in expected.items()}, folder / "expected.safetensors")
    noise = reference_noise(folder, examples, expected)
    versions = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__, "peft": peft.__version__}
    (folder / "reference.json").write_text(json.dumps({"versions": versions, "noise": noise}, indent=2) + "\n")
    print(f"{name}: float32 against float64 of the reference itself: {noise}")
    print(f"{name}: greedy {[expected[f'greedy.{i}'].tolist() for i in range(len(prompts))]}")


def save_model(folder: Path, family: Family) -> None:
    model = AutoModelForCausalLM.from_config(family.config)
    draw_weights(model, family.seed)
    model.to(family.dtype).save_pretrained(folder, max_shard_size=family.shard_size)
    (folder / "generation_config.json").unlink(missing_ok=True)


def load(folder: Path, dtype: torch.dtype = torch.float32):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()


def check_hub_config(folder: Path, family: Family, model) -> None:
    """Writes config-hub.json, the configuration as published folders have it, and checks that it means the same."""
    if family.hub_config is None:
        return
    config = json.loads((folder / "config.json").read_text())
    config["torch_dtype"] = config.pop("dtype")
    for key in ("rope_parameters", "layer_types", "_sliding_window_pattern"):
        config.pop(key, None)
    (folder / "config-hub.json").write_text(json.dumps(config | family.hub_config, indent=2) + "\n")
    same = AutoConfig.from_pretrained(folder / "config-hub.json")
    other = AutoModelForCausalLM.from_config(same, dtype=torch.float32, attn_implementation="eager").eval()
    other.load_state_dict(model.state_dict())
    ids = torch.arange(40)[None]
    with torch.no_grad():
        assert torch.equal(model(ids).logits, other(ids).logits), "config-hub.json means another model"


def draw_ids(length: int, vocabulary: int, generator: torch.Generator) -> torch.Tensor:
    return torch.randint(3, vocabulary, (length,), generator=generator)


def draw_example(length: int, vocabulary: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns ids and labels: a prompt of a third is not trained, nor is one token in the middle of the answer."""
    ids = draw_ids(length, vocabulary, generator)
    labels = ids.clone()
    labels[: length // 3] = -100
    if length > 6:
        labels[2 * length // 3] = -100
    return ids, labels


def save_adapter(folder: Path, name: str, family: Family, generator: torch.Generator) -> None:
    """Writes a PEFT folder whose B is not zero, so that the gradients of A are not zero either."""
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=RANK,
        lora_alpha=ALPHA,
        lora_dropout=0.0,
        target_modules=family.lora_modules,
        fan_in_fan_out=family.lora_fan_in_fan_out,
    )
    model = get_peft_model(load(folder.parent), config)
    with torch.no_grad():
        for key, parameter in sorted(lora_parameters(model).items()):
            scale = 1 / parameter.shape[1] ** 0.5 if "lora_A" in key else 0.1
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale)
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    path = folder / "adapter_config.json"
    saved = json.loads(path.read_text())
    saved["target_modules"] = sorted(saved["target_modules"])
    saved["base_model_name_or_path"] = name
    path.write_text(json.dumps(saved, indent=2) + "\n")


def lora_parameters(model) -> dict[str, torch.nn.Parameter]:
    """Returns the trained parameters by the key that PEFT writes them under."""
    return {
        name.replace(".default.weight", ".weight"): parameter
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def base_outputs(model, examples, prompts) -> dict[str, torch.Tensor]:
    outputs = {}
    with torch.no_grad():
        for i, (ids, labels) in enumerate(examples):
            outputs |= {f"input_ids.{i}": ids, f"labels.{i}": labels, f"logits.{i}": model(ids[None]).logits[0]}
        outputs["loss_sum"] = torch.stack([loss_sum(model, example) for example in examples])
        outputs["trained_tokens"] = torch.tensor([trained_tokens(example) for example in examples])
        for i, prompt in enumerate(prompts):
            outputs[f"prompt.{i}"] = prompt
            outputs[f"greedy.{i}"], outputs[f"margin.{i}"] = greedy(model, prompt)
    return outputs


def adapter_outputs(folder: Path, examples, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    model = PeftModel.from_pretrained(load(folder, dtype), folder / "adapter", is_trainable=True)
    model.eval().to(dtype)
    parameters = lora_parameters(model)
    assert set(parameters) == set(get_peft_model_state_dict(model, save_embedding_layers=False)), "the keys are not PEFT's"
    outputs = {}
    with torch.no_grad():
        outputs["adapted_loss_sum"] = torch.stack([loss_sum(model, example) for example in examples])
    optimizer = torch.optim.AdamW(parameters.values(), **ADAMW)
    for step in range(STEPS):
        optimizer.zero_grad()
        for example in examples:
            (loss_sum(model, example) / sum(map(trained_tokens, examples))).backward()
        if step == 0:
            outputs |= {f"gradient/{key}": p.grad.clone() for key, p in parameters.items()}
        optimizer.step()
    return outputs | {f"trained/{key}": p.detach() for key, p in parameters.items()}


def loss_sum(model, example) -> torch.Tensor:
    ids, labels = example
    logits = model(ids[None]).logits[0]
    return cross_entropy(logits[:-1], labels[1:], ignore_index=-100, reduction="sum")


def trained_tokens(example) -> int:
    return int((example[1][1:] != -100).sum())


def greedy(model, prompt: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Continues by the best token, every time from the whole sequence: no cache to be wrong."""
    ids, margins = prompt, []
    for _ in range(GREEDY_TOKENS):
        best = model(ids[None]).logits[0, -1].topk(2)
        ids = torch.cat([ids, best.indices[:1]])
        margins.append(best.values[0] - best.values[1])
    return ids[len(prompt) :], torch.stack(margins)


def reference_noise(folder: Path, examples, expected) -> dict[str, float]:
    """Returns how far the reference's own float32 is from float64: no tolerance below it makes sense."""
    model = load(folder, torch.float64)
    with torch.no_grad():
        exact = {f"logits.{i}": model(ids[None]).logits[0] for i, (ids, _) in enumerate(examples)}
    exact |= adapter_outputs(folder, examples, torch.float64)
    start = lora_parameters(PeftModel.from_pretrained(load(folder), folder / "adapter", is_trainable=True))
    worst = {"logits": 0.0, "gradient": 0.0, "change": 0.0}
    for key, value in exact.items():
        kind, _, tensor = key.partition("/")
        if kind.startswith("logits"):
            error = (expected[key] - value).abs().max() / max(1.0, value.abs().max())
            worst["logits"] = max(worst["logits"], error.item())
        elif kind == "gradient":
            worst["gradient"] = max(worst["gradient"], relative(expected[key], value))
        elif kind == "trained":
            origin = start[tensor].detach().double()
            worst["change"] = max(worst["change"], relative(expected[key] - origin, value - origin))
    return {kind: float(f"{error:.1e}") for kind, error in worst.items()}


def relative(actual: torch.Tensor, exact: torch.Tensor) -> float:
    return ((actual - exact).norm() / exact.norm()).item()


if __name__ == "__main__":
    main()
