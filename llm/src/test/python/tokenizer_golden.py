"""Golden token ids: what transformers' tokenizer gives for a GGUF file, for every string of tokenizer_strings.

Without a model, trains fixture vocabularies on the licence text, writes them as small GGUF files and the ids beside
them. With one, writes the ids of that model's file.

    python3 tokenizer_golden.py ../resources/golden/tokenizer
    python3 tokenizer_golden.py ../resources/golden/tokenizer smollm2-135m-instruct MODEL.gguf
    python3 tokenizer_golden.py ../resources/golden/tokenizer gemma3-270m MODEL.gguf
"""

import gzip
import json
import sys
from pathlib import Path

from gguf import GGUFWriter, TokenType
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

from chat_template_golden import CONVERSATIONS
from tokenizer_strings import strings

LICENCE = Path(__file__).parents[4] / "LICENSE"
MORE_TEXT = (
    "naïve café Straße привет мир Καλημέρα 你好世界 こんにちは 안녕하세요 😀👍🏽 don't they'll 12 345 1,000\n\n    return x\t\n" * 20
)
CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPACE = "\u2581"
TEMPLATES = {
    "bpe-llama-bpe": "chatml",
    "bpe-qwen2": "qwen2.5",
    "bpe-smollm": "smollm2",
    "bpe-tekken": "qwen3",
    "pieces-gemma3": "gemma3",
    "pieces-llama": "llama2",
    "smollm2-135m-instruct": "smollm2",
    "gemma3-270m": "gemma3",
}


def pack(path: Path, value: object) -> None:
    """Writes JSON that is the same file every time."""
    path.write_bytes(gzip.compress(json.dumps(value, separators=(",", ":")).encode(), mtime=0))


def golden(tokenizer, template: str, templates: Path) -> dict:
    """Returns ids of all strings, the texts that they decode to without special tokens, and ids of prompts."""
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in strings()]
    tokenizer.chat_template = (templates / f"{template}.jinja").read_text(encoding="utf-8")
    prompts = {
        name: tokenizer.apply_chat_template(CONVERSATIONS[name], add_generation_prompt=True, return_dict=False)
        for name in ("question", "system-question", "multi-turn")
    }
    return {"ids": ids, "decoded": [tokenizer.decode(row, skip_special_tokens=True) for row in ids], "prompts": prompts}


def train(tokenizer: Tokenizer, size: int, specials: list[str], alphabet: list[str]) -> dict:
    """Returns the trained model as the library serialises it."""
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=specials, initial_alphabet=alphabet, show_progress=False, min_frequency=2
    )
    tokenizer.train_from_iterator([LICENCE.read_text(encoding="utf-8"), MORE_TEXT], trainer)
    return json.loads(tokenizer.to_str())["model"]


def write_gguf(path: Path, architecture: str, tokenizer: dict) -> None:
    """Writes a GGUF file that is all tokenizer: no tensors, and only as much model as readers ask for."""
    writer = GGUFWriter(path, architecture)
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(8)
    writer.add_feed_forward_length(8)
    writer.add_head_count(1)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-5)
    for key, value in tokenizer.items():
        getattr(writer, f"add_{key}")(value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def byte_level(folder: Path) -> None:
    """Writes one byte-level vocabulary under every kind of pre-tokenizer."""
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    for name in ("smollm", "llama-bpe", "qwen2", "tekken"):
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        if name in GGUF_PRE_TOKENIZER_SPLITS:
            split = pre_tokenizers.Split(Regex(GGUF_PRE_TOKENIZER_SPLITS[name]), behavior="isolated")
            byte = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
            tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte])
        model = train(tokenizer, 640, specials, sorted(pre_tokenizers.ByteLevel.alphabet()))
        tokens = sorted(model["vocab"], key=model["vocab"].get)
        tokens += ["<think>"]
        types = [TokenType.CONTROL if token in specials else TokenType.NORMAL for token in tokens]
        types[-1] = TokenType.USER_DEFINED
        write_gguf(
            folder / f"bpe-{name}.gguf",
            "llama",
            {
                "tokenizer_model": "gpt2",
                "tokenizer_pre": name,
                "token_list": tokens,
                "token_types": types,
                "token_merges": [" ".join(merge) for merge in model["merges"]],
                "bos_token_id": 1,
                "eos_token_id": 2,
                "unk_token_id": 0,
                "add_bos_token": False,
                "chat_template": CHATML,
            },
        )


def sentence_piece(folder: Path) -> None:
    """Writes pieces with scores, once as Llama's and once as Gemma's."""
    byte_pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    for architecture, specials in (
        ("llama", ["<unk>", "<s>", "</s>"]),
        ("gemma3", ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>"]),
    ):
        tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
        tokenizer.normalizer = normalizers.Replace(" ", SPACE)
        if architecture == "llama":
            tokenizer.normalizer = None
            tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
        else:
            tokenizer.pre_tokenizer = pre_tokenizers.Split(SPACE, behavior="merged_with_next")
        model = train(tokenizer, 700, [*specials, *byte_pieces], [])
        merged = ["".join(merge) for merge in model["merges"]]
        single = sorted(token for token in model["vocab"] if len(token) == 1)
        runs = [] if architecture == "llama" else ["\n\n", "\n\n\n", "  ", "   ", "[multimodal]"]
        tokens = list(dict.fromkeys([*specials, *byte_pieces, *runs, *merged, *single]))
        types = [TokenType.NORMAL for _ in tokens]
        for index, token in enumerate(tokens):
            if token in specials:
                types[index] = TokenType.UNKNOWN if token == "<unk>" and architecture == "llama" else TokenType.CONTROL
            elif token in byte_pieces:
                types[index] = TokenType.BYTE
            elif token in runs:
                types[index] = TokenType.USER_DEFINED
        rank = {token: position for position, token in enumerate(merged)}
        scores = [-1000.0 if token in single else -float(rank.get(token, 0)) for token in tokens]
        write_gguf(
            folder / f"pieces-{architecture}.gguf",
            architecture,
            {
                "tokenizer_model": "llama",
                "tokenizer_pre": "default",
                "token_list": tokens,
                "token_scores": scores if architecture == "llama" else [-1000.0] * len(tokens),
                "token_types": types,
                "bos_token_id": tokens.index("<s>" if architecture == "llama" else "<bos>"),
                "eos_token_id": tokens.index("</s>" if architecture == "llama" else "<eos>"),
                "unk_token_id": tokens.index("<unk>"),
                "add_bos_token": True,
                "add_space_prefix": architecture == "llama",
            },
        )


def legacy_folder(folder: Path) -> None:
    """Writes a Hugging Face folder as Llama 2's was published: a space is put before every stretch of text."""
    folder.mkdir(exist_ok=True)
    specials = ["<unk>", "<s>", "</s>"]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(SPACE, behavior="merged_with_next")
    train(tokenizer, 600, [*specials, *(f"<0x{byte:02X}>" for byte in range(256))], [])
    tokenizer.pre_tokenizer = None
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    strip = decoders.Strip(content=" ", left=1)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), strip]
    )
    written = json.loads(tokenizer.to_str())
    written["added_tokens"] = [token for token in written["added_tokens"] if token["content"] in specials]
    (folder / "tokenizer.json").write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    bos = {"__type": "AddedToken", "content": "<s>", "lstrip": False, "normalized": False, "rstrip": False}
    config = {"bos_token": {**bos, "single_word": False}, "eos_token": "</s>", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def main(folder: Path, model: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    templates = folder.parent / "chat-template"
    if model:
        name, file = model[0], Path(model[1]).resolve()
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        pack(folder / f"{name}.json.gz", golden(tokenizer, TEMPLATES[name], templates))
        return
    pack(folder / "strings.json.gz", strings())
    byte_level(folder)
    sentence_piece(folder)
    for file in sorted(folder.glob("*.gguf")):
        tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file.name)
        pack(file.with_suffix(".json.gz"), golden(tokenizer, TEMPLATES[file.stem], templates))
    legacy_folder(folder / "llama2-legacy")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "llama2-legacy")
    pack(folder / "llama2-legacy.json.gz", golden(tokenizer, "llama2", templates))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
