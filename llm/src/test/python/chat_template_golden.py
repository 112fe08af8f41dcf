"""Golden texts of the chat templates: what `apply_chat_template` writes for every template and conversation.

Reads the Jinja templates in the given folder and writes conversations.json and texts.json.gz beside them. The templates
are those of the models named in the Java renderers' docs; Llama 3.1's without the branches that only tools reach.

    python3 chat_template_golden.py ../resources/golden/chat-template
"""

import gzip
import json
import sys
from pathlib import Path

from jinja2.exceptions import TemplateError
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast


def turns(*contents: str, system: str | None = None) -> list[dict]:
    """Returns a conversation in which user and assistant take turns."""
    messages = [] if system is None else [{"role": "system", "content": system}]
    for index, content in enumerate(contents):
        messages.append({"role": "assistant" if index % 2 else "user", "content": content})
    return messages


CONVERSATIONS = {
    "question": turns("What is the capital of Italy?"),
    "pair": turns("What is the capital of Italy?", "Rome."),
    "system-question": turns("Hello", system="You are a pirate."),
    "system-pair": turns("Hello", "Ahoy!", system="You are a pirate."),
    "multi-turn": turns("2+2?", "4", "And 3+3?", "6", "Thanks"),
    "multi-turn-answered": turns("2+2?", "4", "And 3+3?", "6"),
    "system-multi-turn": turns("2+2?", "4", "And 3+3?", "6", system="Answer with a number."),
    "unicode": turns("Grüße, 世界! \U0001f600", "Καλημέρα \U0001f44d\U0001f3fd e\u0301"),
    "blank-lines": turns("First\n\n\nsecond\n\n", "\n\nOne\n\ttwo\n\n", system="\n\nLine\n\n"),
    "space-around": turns("  padded  ", "  answer\t", system="  padded system  "),
    "odd-space": turns("\u00a0\u2003hello\u0085\u001f", "\u3000world\u2028", system="\u00a0keep\u00a0"),
    "only-system": [{"role": "system", "content": "Alone"}],
    "empty-question": turns("", "Nothing was asked."),
    "empty-system": turns("Hello", "Hi", system=""),
    "braces": turns("{{ not jinja }} {% if x %}", "\\n is two characters, \"quoted\" 'twice'"),
    "markup-lookalikes": turns("<s>[INST] <<SYS>> user\nsystem", "### Response:"),
    "thinking": turns("Why?", "<think>\nBecause.\n</think>\n\nSo it is.", "And?", "<think>More.</think>Yes."),
    "two-users": [{"role": "user", "content": "One"}, {"role": "user", "content": "Two"}],
    "two-answers": turns("One", "Two") + [{"role": "assistant", "content": "Three"}],
    "answer-first": [{"role": "assistant", "content": "I begin"}, {"role": "user", "content": "Oh"}],
    "late-system": turns("One", "Two") + [{"role": "system", "content": "Late"}, {"role": "user", "content": "Three"}],
}


def render(template: str, messages: list[dict], add_generation_prompt: bool) -> str | None:
    """Returns the text, or nothing where the template raises."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.BPE(vocab={"<s>": 0, "</s>": 1}, merges=[])), bos_token="<s>", eos_token="</s>"
    )
    try:
        return tokenizer.apply_chat_template(
            messages, chat_template=template, tokenize=False, add_generation_prompt=add_generation_prompt
        )
    except TemplateError:
        return None


def main(folder: Path) -> None:
    texts = {}
    for path in sorted(folder.glob("*.jinja")):
        template = path.read_text(encoding="utf-8")
        texts[path.stem] = {
            name: {"text": render(template, messages, False), "prompt": render(template, messages, True)}
            for name, messages in CONVERSATIONS.items()
        }
    conversations = json.dumps(CONVERSATIONS, ensure_ascii=True, indent=1) + "\n"
    (folder / "conversations.json").write_text(conversations, encoding="utf-8")
    packed = gzip.compress(json.dumps(texts, ensure_ascii=True, sort_keys=True).encode(), mtime=0)
    (folder / "texts.json.gz").write_bytes(packed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
