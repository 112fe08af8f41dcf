"""The twin of `silotune bench trainer`: one local fine-tune with PEFT, measured the same way.

LoRA of rank 8 on q, k, v and o with AdamW, on random ids with every position trained, or on the
token shards that `silotune prepare` wrote: the same rows, padded to the longest of a batch, in
shuffled order or grouped by length. Prints one line of JSON with the keys of the Java side.
"""

import argparse
import json
import random
import resource
import statistics
import threading
import time
from pathlib import Path

import peft
import pyarrow.parquet as parquet
import torch
import transformers

WARM_UP = 2
NOT_TRAINED = -100


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a .gguf file or a folder")
    parser.add_argument("--data", type=Path, help="a prepared folder; default random ids")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--checkpointing", choices=["on", "off"], default="off")
    parser.add_argument("--group-by-length", action="store_true")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    return parser.parse_args()


def load(options):
    dtype = getattr(torch, options.dtype)
    if options.model.suffix == ".gguf":
        model = transformers.AutoModelForCausalLM.from_pretrained(
            options.model.parent, gguf_file=options.model.name, dtype=dtype
        )
    else:
        model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=dtype)
    model.config.use_cache = False
    if options.checkpointing == "on":
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    lora = peft.LoraConfig(
        r=8, lora_alpha=16, target_modules=["q_proj", "k_proj", "v_proj", "o_proj"]
    )
    return peft.get_peft_model(model, lora)


def rows_of(folder, split):
    """The rows of a split of all silos, silos in name order, rows in the shards' order."""
    rows = []
    for shard in sorted(folder.glob(f"shards/silo=*/split={split}/*.parquet")):
        table = parquet.read_table(shard, columns=["input_ids", "labels"], partitioning=None)
        rows += list(zip(table["input_ids"].to_pylist(), table["labels"].to_pylist()))
    return rows


def padded(rows):
    """One batch: ids, labels and mask, each (rows, longest)."""
    longest = max(len(ids) for ids, _ in rows)
    fill = lambda values, value: values + [value] * (longest - len(values))
    return {
        "input_ids": torch.tensor([fill(ids, 0) for ids, _ in rows]),
        "labels": torch.tensor([fill(labels, NOT_TRAINED) for _, labels in rows]),
        "attention_mask": torch.tensor([fill([1] * len(ids), 0) for ids, _ in rows]),
    }


def batches_of(options, vocabulary):
    """A batch a step, and the held-out rows."""
    count = options.batch * (WARM_UP + options.steps)
    if options.data is None:
        torch.manual_seed(1)
        ids = torch.randint(vocabulary, (options.batch, options.length)).tolist()
        return [[(row, row) for row in ids]] * (WARM_UP + options.steps), []
    rows = rows_of(options.data, "train")[:count]
    if len(rows) < count:
        raise SystemExit(f"Invalid steps: {options.data} has only {len(rows)} rows of {count}")
    shuffle = random.Random(1).shuffle
    if options.group_by_length:
        rows.sort(key=lambda row: len(row[0]))
    else:
        shuffle(rows)
    batches = [rows[i : i + options.batch] for i in range(0, count, options.batch)]
    shuffle(batches)
    return batches, rows_of(options.data, "validation")


def trained(labels):
    """Predicted positions: every trained token but a row's first."""
    return int((labels[:, 1:] != NOT_TRAINED).sum())


def held_out_loss(model, rows):
    """Mean loss of the trained tokens, row by row."""
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for row in rows:
            batch = padded([row])
            tokens = trained(batch["labels"])
            total += model(**batch).loss.item() * tokens
            count += tokens
    model.train()
    return total / count


def seconds_of_product(matrix):
    times = []
    for i in range(25):
        began = time.perf_counter()
        torch.mm(matrix, matrix)
        if i >= 5:
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def matrix_peak(dtype, cores):
    """FLOP/s of torch.mm at 2048: one call on all threads, or one single-thread call a core."""
    matrix = torch.rand(2048, 2048).to(dtype)
    flops = 2 * 2048**3
    torch.set_num_threads(cores)
    together = flops / seconds_of_product(matrix)
    speeds = []

    def alone():
        torch.set_num_threads(1)
        speeds.append(flops / seconds_of_product(matrix))

    threads = [threading.Thread(target=alone) for _ in range(cores)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return max(together, sum(speeds))


def main():
    options = arguments()
    dtype = getattr(torch, options.dtype)
    peak = matrix_peak(dtype, options.threads)
    torch.set_num_threads(options.threads)
    model = load(options)
    model.train()
    batches, held_out = batches_of(options, model.config.vocab_size)
    optimizer = torch.optim.AdamW(
        (p for p in model.parameters() if p.requires_grad), lr=options.learning_rate, weight_decay=0
    )
    seconds, tokens, trained_tokens, examples = [], 0, 0, 0
    for step, rows in enumerate(batches):
        began = time.perf_counter()
        batch = padded(rows)
        model(**batch).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step >= WARM_UP:
            seconds.append(time.perf_counter() - began)
            tokens += int(batch["attention_mask"].sum())
            trained_tokens += trained(batch["labels"])
            examples += len(rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    peak = max(peak, matrix_peak(dtype, options.threads))
    base = model.get_base_model()
    head = base.get_output_embeddings().weight.numel()
    layers = sum(
        p.numel() for name, p in base.model.layers.named_parameters() if p.dim() == 2 and "lora" not in name
    )
    total = sum(seconds)
    flops = 4 * (layers * tokens + head * trained_tokens) / total
    result = {
        "bench": "trainer",
        "side": "peft",
        "dtype": options.dtype,
        "data": "random" if options.data is None else str(options.data),
        "batch": options.batch,
        "checkpointing": options.checkpointing,
        "grouped_by_length": options.group_by_length,
        "threads": options.threads,
        "steps": options.steps,
        "tokens_per_second": tokens / total,
        "trained_tokens_per_second": trained_tokens / total,
        "examples_per_second": examples / total,
        "flops_share": flops / peak,
        "matrix_peak_flops": peak,
        "peak_rss_bytes": memory,
        "step_seconds_median": statistics.median(seconds),
    }
    if held_out:
        result["held_out_loss"] = held_out_loss(model, held_out)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
