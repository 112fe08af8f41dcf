"""Writes golden/real/<model>.safetensors: what the reference computes with a real model read from its GGUF file.

    python3 real_model_golden.py smollm2-135m-instruct MODEL.gguf ../resources/golden/real [--noise]
    python3 real_model_golden.py gemma3-270m MODEL.gguf ../resources/golden/real

transformers dequantises the file to float32 and runs it on one thread with eager attention. i is the prompt:

    prompt.i          int64 (T)    ids of a prompt; Gemma's last one is longer than its sliding window of 512
    greedy.i          int64 (64)   the ids that follow greedily, no end token obeyed
    margin.i          float32 (64) best minus second best logit at each of them
    top_ids.i         int64 (16), top_logits.i float32 (16)   the best logits after the prompt, best first
    sampled_logits.i  float32      every 97th logit after the prompt
    logit_scale.i     float32 (1)  the largest magnitude of them all

and, where the model is trained: LoRA (rank 8, alpha 16) on q, k, v and o, its values given by a formula (draw_lora),
    input_ids.i, labels.i       int64 (T)      the batch
    loss_sum                    float32 (1)    sum of its token losses at the start
    gradient_norms        float32 (240)  norm of each gradient in the order of the tensors' names
    gradient/<key>, trained/<key>  in three layers: the gradient of the mean token loss, the tensor after three AdamW steps
"""

import argparse
from pathlib import Path

import numpy
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from model_golden import loss_sum, lora_parameters, relative, trained_tokens

GREEDY_TOKENS = 64
RANK = 8
ALPHA = 16
STORED_LAYERS = (0, 14, 29)
ADAMW = dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
STEPS = 3

PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a village by the sea, there lived",
    "def fibonacci(n):\n    ",
    "Q: A baker sells 12 loaves in the morning and twice as many in the afternoon. How many in all?\nA:",
    "Translate into German: Good morning, how are you?",
    "Der schnelle braune Fuchs springt über den faulen Hund. Übersetzung:",
    "1, 1, 2, 3, 5, 8, 13,",
]

ROWS = [
    ("Mara picks 14 apples on Monday and 9 on Tuesday. She gives 5 to her brother. How many does she keep?",
     "She picks 14 + 9 = 23 apples. She keeps 23 - 5 = 18. #### 18"),
    ("A train has 6 cars with 48 seats each. 200 seats are taken. How many are free?",
     "There are 6 * 48 = 288 seats. 288 - 200 = 88 are free. #### 88"),
    ("Tickets cost 7 dollars. A family of four has a coupon of 10 dollars. What do they pay?",
     "Four tickets cost 4 * 7 = 28 dollars. With the coupon they pay 28 - 10 = 18. #### 18"),
    ("Ole runs 3 km every day for two weeks. How far is that?",
     "Two weeks are 14 days, so he runs 14 * 3 = 42 km. #### 42"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["smollm2-135m-instruct", "gemma3-270m"])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--noise", action="store_true", help="also train in float64 and with SDPA, and print the gaps")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    gguf = arguments.gguf.resolve()
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    is_chat = arguments.name == "smollm2-135m-instruct"
    with torch.no_grad():
        outputs = continuations(load(gguf), prompts(tokenizer, is_chat))
    if is_chat:
        examples = [encode_row(tokenizer, question, answer) for question, answer in ROWS]
        trained = train(load(gguf), examples)
        if arguments.noise:
            print_noise(gguf, examples, trained)
        outputs |= compact(trained)
        for i, (ids, labels) in enumerate(examples):
            outputs |= {f"input_ids.{i}": ids, f"labels.{i}": labels}
    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / f"{arguments.name}.safetensors"
    save_file({key: value.contiguous() for key, value in outputs.items()}, path)
    print(f"{path}: {path.stat().st_size} bytes")


def load(gguf: Path, dtype: torch.dtype = torch.float32, attention: str = "eager"):
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=dtype, attn_implementation=attention
    )
    return model.eval()


def prompts(tokenizer, is_chat: bool) -> list[torch.Tensor]:
    texts = [tokenizer(text)["input_ids"] for text in PROMPTS]
    if is_chat:
        turns = [
            {"role": "system", "content": "You are a helpful AI assistant named SmolLM, trained by Hugging Face"},
            {"role": "user", "content": "What is gravity?"},
        ]
        texts.append(tokenizer(chat_text(turns) + "<|im_start|>assistant\n")["input_ids"])
    else:
        # Longer than the window, so that local and global layers attend to different tokens.
        text = "A list of squares. " + " ".join(f"The square of {i} is {i * i}." for i in range(1, 61))
        texts.append(tokenizer(text)["input_ids"])
        assert len(texts[-1]) > 600, len(texts[-1])
    return [torch.tensor(ids) for ids in texts]


def chat_text(turns: list[dict[str, str]]) -> str:
    return "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in turns)


def encode_row(tokenizer, question: str, answer: str) -> tuple[torch.Tensor, torch.Tensor]:
    prompt = chat_text([{"role": "user", "content": question}]) + "<|im_start|>assistant\n"
    prompt_ids = tokenizer(prompt)["input_ids"]
    answer_ids = tokenizer(answer + "<|im_end|>")["input_ids"]
    ids = torch.tensor(prompt_ids + answer_ids)
    labels = ids.clone()
    labels[: len(prompt_ids)] = -100
    return ids, labels


def continuations(model, ids_of_prompts: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    outputs = {}
    for i, prompt in enumerate(ids_of_prompts):
        ids, cache, chosen, margins = prompt[None], None, [], []
        for step in range(GREEDY_TOKENS):
            result = model(ids, past_key_values=cache, use_cache=True)
            cache, logits = result.past_key_values, result.logits[0, -1]
            if step == 0:
                top = logits.topk(16)
                outputs |= {f"top_ids.{i}": top.indices, f"top_logits.{i}": top.values}
                outputs |= {f"sampled_logits.{i}": logits[::97], f"logit_scale.{i}": logits.abs().max()[None]}
            best = logits.topk(2)
            ids = best.indices[None, :1]
            chosen.append(best.indices[0])
            margins.append(best.values[0] - best.values[1])
        outputs |= {f"prompt.{i}": prompt, f"greedy.{i}": torch.stack(chosen), f"margin.{i}": torch.stack(margins)}
        print(f"prompt {i}: {len(prompt)} ids, smallest margin {min(margins):.2g}: {torch.stack(chosen).tolist()}")
    return outputs


def draw_lora(parameters: dict[str, torch.nn.Parameter]) -> None:
    """Fills the adapter by a formula that any language can follow exactly.

    With the tensors numbered by name, value e of tensor t is u / 16 in A and u / 64 in B, where
    u = (mix(t * 2^32 + e) >> 40) / 2^23 - 1 in [-1, 1) and mix is the finalizer of SplitMix64.
    """
    for index, (key, parameter) in enumerate(sorted(parameters.items())):
        z = numpy.arange(parameter.numel(), dtype=numpy.uint64) + numpy.uint64(index << 32)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
        uniform = (z >> numpy.uint64(40)).astype(numpy.float64) / 2**23 - 1
        values = uniform / (16 if "lora_A" in key else 64)
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))


def train(model, examples) -> dict[str, torch.Tensor]:
    config = LoraConfig(
        task_type="CAUSAL_LM", r=RANK, lora_alpha=ALPHA, target_modules=["q_proj", "k_proj", "v_proj", "o_proj"]
    )
    dtype = model.dtype
    model = get_peft_model(model, config).eval().to(dtype)
    parameters = lora_parameters(model)
    draw_lora(parameters)
    outputs = {f"start/{key}": p.detach().clone() for key, p in parameters.items()}
    optimizer = torch.optim.AdamW(parameters.values(), **ADAMW)
    for step in range(STEPS):
        optimizer.zero_grad()
        sums = [loss_sum(model, example) for example in examples]
        (sum(sums) / sum(map(trained_tokens, examples))).backward()
        if step == 0:
            outputs["loss_sum"] = sum(sums).detach()[None]
            outputs |= {f"gradient/{key}": p.grad.clone() for key, p in parameters.items()}
        optimizer.step()
    return outputs | {f"trained/{key}": p.detach() for key, p in parameters.items()}


def compact(trained: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Keeps three layers in full and the norms of all the gradients."""
    gradients = sorted(key for key in trained if key.startswith("gradient/"))
    outputs = {"loss_sum": trained["loss_sum"], "gradient_norms": torch.stack([trained[key].norm() for key in gradients])}
    for key, value in trained.items():
        layer = key.split(".layers.")[-1].split(".")[0]
        if not key.startswith("start/") and layer in map(str, STORED_LAYERS):
            outputs[key] = value
    return outputs


def print_noise(gguf: Path, examples, trained: dict[str, torch.Tensor]) -> None:
    exact = train(load(gguf, torch.float64), examples)
    sdpa = train(load(gguf, attention="sdpa"), examples)
    for name, other in (("float64", exact), ("sdpa attention", sdpa)):
        gradient = max(relative(v, other[k].double()) for k, v in trained.items() if k.startswith("gradient/"))
        change = 0.0
        for key in (key.partition("/")[2] for key in trained if key.startswith("trained/")):
            change_of = lambda run: (run[f"trained/{key}"] - run[f"start/{key}"]).double()
            change = max(change, relative(change_of(trained), change_of(other)))
        print(f"the reference against itself in {name}: worst gradient {gradient:.2g}, worst change {change:.2g}")


if __name__ == "__main__":
    main()
