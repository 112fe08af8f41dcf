"""The twin of `silotune bench prep`: the same rows with `datasets` and `tokenizers`.

    silotune bench prep --model smollm2-135m-instruct --rows 60000 --keep kept
        --experiment submit/experiments/dolly-8.yaml --data DIR --set data.stages.normalise=true
    python prep.py --model SmolLM2-135M-Instruct.Q4_1.gguf --rows kept/rows/rows.jsonl
        --input context --output response --max-length 384

One batched map in as many processes as asked for: Unicode NFC and line ends, the model's own chat
template, prompt and answer tokenised apart, labels of -100 over the prompt, cut to the longest length,
rows without an answer dropped, then Parquet. Split and silo are not computed. Prints one line of JSON;
`tokens` is that of the Java side, which tells that both did the same work.
"""

import argparse
import json
import re
import tempfile
import time
import unicodedata
from pathlib import Path

import datasets
import transformers

WARM_UP = 2_000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a folder or a .gguf file")
    parser.add_argument("--rows", type=Path, required=True, help="JSON lines")
    parser.add_argument("--instruction", default="instruction")
    parser.add_argument("--input", default="input")
    parser.add_argument("--output", default="output")
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


# Controls but tab and line feed, byte order marks and noncharacters, as SiloTune drops them.
DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef\ufffe\uffff]")


def normalised(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", DROPPED.sub("", text))


def encoder(options):
    """Returns a function from a batch of rows to ids and labels."""
    is_file = options.model.suffix == ".gguf"
    tokenizer = transformers.AutoTokenizer.from_pretrained(
        options.model.parent if is_file else options.model,
        gguf_file=options.model.name if is_file else None,
    )
    fast = tokenizer.backend_tokenizer
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    marker = "\0"  # in place of the question: rendering the template once a row is what is slow
    before, after = tokenizer.apply_chat_template(
        [{"role": "user", "content": marker}], tokenize=False, add_generation_prompt=True
    ).split(marker)

    def encode(batch):
        questions, answers = [], []
        for task, given, answer in zip(
            batch[options.instruction], batch[options.input], batch[options.output]
        ):
            task, given, answer = (normalised(text or "") for text in (task, given, answer))
            if answer.strip() and (task.strip() or given.strip()):
                questions.append(f"{task}\n\n{given}" if given.strip() else task)
                answers.append(answer)
        prompts = fast.encode_batch_fast(
            [before + question + after for question in questions], add_special_tokens=False
        )
        replies = fast.encode_batch_fast(answers, add_special_tokens=False)
        ids, labels = [], []
        for prompt, reply in zip(prompts, replies):
            asked, said = prompt.ids, reply.ids + [end]
            if len(asked) < options.max_length:
                ids.append((asked + said)[: options.max_length])
                labels.append(([-100] * len(asked) + said)[: options.max_length])
        return {"input_ids": ids, "labels": labels}

    return encode


def prepare(rows, encode, options, target):
    prepared = rows.map(
        encode,
        batched=True,
        num_proc=options.processes,
        remove_columns=rows.column_names,
        load_from_cache_file=False,
    )
    prepared.to_parquet(target)
    return prepared


def main():
    options = arguments()
    datasets.disable_progress_bars()
    encode = encoder(options)
    with tempfile.TemporaryDirectory() as folder:
        source = str(options.rows)
        few = datasets.load_dataset("json", data_files=source, split=f"train[:{WARM_UP}]", cache_dir=folder)
        prepare(few, encode, options, f"{folder}/few.parquet")
        began = time.perf_counter()
        rows = datasets.load_dataset(
            "json", data_files=source, split="train", cache_dir=f"{folder}/measured"
        )
        prepared = prepare(rows, encode, options, f"{folder}/all.parquet")
        seconds = time.perf_counter() - began
        tokens = sum(len(ids) for batch in prepared.iter(1000) for ids in batch["input_ids"])
    print(
        json.dumps(
            {
                "bench": "prep",
                "rows": len(rows),
                "rows_written": len(prepared),
                "tokens": tokens,
                "seconds": seconds,
                "rows_per_second": len(rows) / seconds,
                "tokens_per_second": tokens / seconds,
                "processes": options.processes,
            }
        )
    )


if __name__ == "__main__":
    main()
