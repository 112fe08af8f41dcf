#!/usr/bin/env python3
"""The tokenizer of tests that need one and no model: byte-level BPE, 384 ids, SmolLM2's turn markers.

    python3 llm/src/test/python/tiny_tokenizer.py   # needs tokenizers (requirements.txt)

Trained on the sample data of the quickstart.
"""
import json
import pathlib

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

ROOT = pathlib.Path(__file__).parents[4]
OUT = ROOT / "llm/src/test/resources/org/silotune/llm/tokenizer/tiny"

texts = []
for file in sorted((ROOT / "submit/sample").glob("*.jsonl")):
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts += [row["instruction"], row["input"], row["output"]]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
    vocab_size=384,
    special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    show_progress=False))
OUT.mkdir(parents=True, exist_ok=True)
tokenizer.save(str(OUT / "tokenizer.json"))
template = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content']"
    " + '<|im_end|>' + '\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
(OUT / "tokenizer_config.json").write_text(json.dumps({
    "bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "add_bos_token": False,
    "chat_template": template}, indent=2) + "\n")
