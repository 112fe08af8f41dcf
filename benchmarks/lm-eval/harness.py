"""lm-evaluation-harness asked a task file of ours, through its own scoring and filters."""

import functools
import json
import tempfile
from pathlib import Path

import lm_eval
import torch
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager


def ask(path, batch, task, documents):
    """Returns the scores and replies of the model at a path, with the tokens of each likelihood."""
    model = load(path, batch)
    with tempfile.TemporaryDirectory() as folder:
        result = lm_eval.simple_evaluate(
            model=model,
            tasks=[local(task, documents, Path(folder))],
            task_manager=TaskManager(include_defaults=False),
            bootstrap_iters=0,
            log_samples=True,
        )
    scores = next(iter(result["results"].values()))
    replies = [
        reply(model, task, documents[sample["doc_id"]], sample)
        for sample in next(iter(result["samples"].values()))
    ]
    return {
        "scores": {key: value for key, value in scores.items() if isinstance(value, float)},
        "replies": replies,
    }


@functools.cache
def load(path, batch):
    torch.set_grad_enabled(False)
    folder, more = path, {}
    if path.suffix == ".gguf":
        folder, more = path.parent, {"gguf_file": path.name}
    return HFLM(
        pretrained=str(folder), device="cpu", dtype="float32", batch_size=batch, **more
    )


def local(task, documents, folder):
    """Returns the task as the harness takes it, over a JSONL file of the documents."""
    ask, file = task["ask"], folder / f"{task['id']}.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in documents))
    config = {
        "task": f"silotune-{task['id']}",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(file)}},
        "test_split": "test",
        "num_fewshot": 0,
    }
    names = [metric.replace("-", "_") for metric in ask["metrics"]]
    if ask["kind"] == "multiple-choice":
        config |= {"output_type": "multiple_choice", "metric_list": [{"metric": n} for n in names]}
        if "ending" in ask:  # the choices are contexts of one ending
            return config | {
                "doc_to_text": "gold",
                "doc_to_choice": "contexts",
                "doc_to_target": "ending",
            }
        return config | {
            "doc_to_text": "prompt",
            "doc_to_choice": "choices",
            "doc_to_target": "gold",
        }
    if ask["kind"] == "perplexity":
        known = [n for n in names if n != "token_perplexity"]
        return config | {
            "output_type": "loglikelihood_rolling",
            "doc_to_text": "",
            "doc_to_target": "text",
            "metric_list": [{"metric": name} for name in known],
        }
    decoding = ask.get("decoding", {})
    exact = {
        "metric": "exact_match",
        "ignore_case": ask.get("ignore-case", False),
        "ignore_punctuation": False,
        "regexes_to_ignore": ask.get("ignore"),
    }
    filters = [
        {
            "name": answer["name"],
            "filter": [
                {
                    "function": "regex",
                    "regex_pattern": answer["pattern"],
                    "group_select": -1 if answer.get("take") == "last" else 0,
                },
                {"function": "take_first"},
            ],
        }
        for answer in ask.get("answers", [])
    ]
    return config | {
        "output_type": "generate_until",
        "doc_to_text": "prompt",
        "doc_to_target": "target",
        "generation_kwargs": {
            "until": decoding.get("stop", []),
            "do_sample": False,
            "max_gen_toks": decoding.get("max-new-tokens", 256),
        },
        "metric_list": [exact],
        **({"filter_list": filters} if filters else {}),
    }


def reply(model, task, document, sample):
    """Returns what the harness answered to a document."""
    kind, number = task["ask"]["kind"], document["number"]
    if kind == "generate":
        return {"number": number, "text": sample["resps"][0][0]}
    likelihoods = [each[0] if kind == "perplexity" else each[0][0] for each in sample["resps"]]
    if kind == "perplexity":
        counts = [max(1, len(model.tok_encode(document["text"])))]
    elif "ending" in task["ask"]:
        counts = [tokens(model, c, " " + document["ending"]) for c in document["contexts"]]
    else:
        counts = [tokens(model, document["prompt"], " " + c) for c in document["choices"]]
    return {"number": number, "log_likelihoods": likelihoods, "tokens": counts}


def tokens(model, context, continuation):
    return max(1, len(model._encode_pair(context, continuation)[1]))
