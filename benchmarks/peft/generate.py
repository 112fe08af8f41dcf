"""The twin of `silotune bench generate`: `transformers.generate`, measured the same way.

Greedy, a fixed number of new tokens, the same ids in the prompts: prompt p holds
(7919 p + 104729 t) mod V. Prints one line of JSON with the keys of the Java side.
"""

import argparse
import json
import resource
import statistics
import time
from pathlib import Path

import torch
import transformers

WARM_UP = 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a .gguf file or a folder")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default=140)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def load(options):
    dtype = getattr(torch, options.dtype)
    folder, more = options.model, {}
    if options.model.suffix == ".gguf":
        folder, more = options.model.parent, {"gguf_file": options.model.name}
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, **more)
    model.generation_config.eos_token_id = None  # nothing ends an answer early
    return model.eval()


def seconds(model, ids, new_tokens):
    began = time.perf_counter()
    with torch.inference_mode():
        answer = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=new_tokens,
            pad_token_id=0,
        )
    assert answer.shape[1] == ids.shape[1] + new_tokens
    return time.perf_counter() - began


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    model = load(options)
    vocabulary = model.config.vocab_size
    prompt = torch.arange(options.batch)[:, None] * 7919
    ids = (prompt + torch.arange(options.length)[None, :] * 104729) % vocabulary
    whole, first = [], []
    for repeat in range(WARM_UP + options.repeats):
        prefill = seconds(model, ids, 1)
        total = seconds(model, ids, options.new_tokens)
        if repeat >= WARM_UP:
            first.append(prefill)
            whole.append(total)
    median, prefill = statistics.median(whole), statistics.median(first)
    tokens = options.batch * options.new_tokens
    result = {
        "bench": "generate",
        "side": "transformers",
        "dtype": options.dtype,
        "batch": options.batch,
        "length": options.length,
        "new_tokens": options.new_tokens,
        "threads": options.threads,
        "repeats": options.repeats,
        "tokens_per_second": tokens / median,
        "prompt_tokens_per_second": options.batch * options.length / prefill,
        "decode_tokens_per_second": (tokens - options.batch) / (median - prefill),
        "seconds_median": median,
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
