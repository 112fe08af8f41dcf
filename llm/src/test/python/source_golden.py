"""Writes golden/source: a small GGUF file of each family, and the config and weights that transformers makes of it.

    python3 source_golden.py ../resources/golden/source
    python3 source_golden.py ../resources/golden/source --real smollm2-135m-instruct=SmolLM2-135M-Instruct.Q4_1.gguf ...

<family>.gguf    random weights, written as llama.cpp's converter writes them (names, row order, norms, transposes)
<family>.json    what AutoModelForCausalLM.from_pretrained(gguf_file=...) gives: config values, and shape and sha256 of the
                 little-endian float32 values of each tensor (a tied lm_head is left out)
real.json        the same config values of real models, and one sha256 over all tensors in name order
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from gguf import MODEL_ARCH, GGMLQuantizationType as T, GGUFWriter, MODEL_ARCH_NAMES, get_tensor_name_map, quantize
from transformers import AutoModelForCausalLM, Gemma3TextConfig, GPT2Config, LlamaConfig, Qwen2Config, Qwen3Config

SHARED = dict(
    vocab_size=48, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=256, initializer_range=0.3, bos_token_id=1, eos_token_id=2, pad_token_id=0,
)
FAMILIES = {
    "llama": LlamaConfig(**SHARED, rms_norm_eps=1e-5, rope_theta=100000.0, head_dim=8, tie_word_embeddings=True),
    "qwen2": Qwen2Config(**SHARED, rms_norm_eps=1e-6, rope_theta=1000000.0, tie_word_embeddings=False),
    "qwen3": Qwen3Config(**(SHARED | dict(num_attention_heads=2, num_key_value_heads=1, num_hidden_layers=1)), rms_norm_eps=1e-6,
                         rope_theta=1000000.0, head_dim=128, tie_word_embeddings=True),
    "gemma3": Gemma3TextConfig(**(SHARED | dict(num_hidden_layers=7, num_key_value_heads=1)), rms_norm_eps=1e-6, head_dim=16,
                               sliding_window=64, query_pre_attn_scalar=16, tie_word_embeddings=True),
    "gpt2": GPT2Config(vocab_size=48, n_embd=32, n_layer=2, n_head=4, n_positions=1024, bos_token_id=1, eos_token_id=2,
                       layer_norm_epsilon=1e-5),
}
ARCHITECTURES = {"llama": MODEL_ARCH.LLAMA, "qwen2": MODEL_ARCH.QWEN2, "qwen3": MODEL_ARCH.QWEN3, "gemma3": MODEL_ARCH.GEMMA3, "gpt2": MODEL_ARCH.GPT2}
CONFIG_KEYS = """model_type hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim
    max_position_embeddings rms_norm_eps vocab_size tie_word_embeddings bos_token_id eos_token_id pad_token_id hidden_act
    hidden_activation attention_bias mlp_bias sliding_window layer_types n_layer n_embd n_head n_positions
    layer_norm_epsilon activation_function""".split()


def as_converted(family, config, name, values):
    """What llama.cpp's convert_hf_to_gguf does to the values of a tensor."""
    if family == "llama" and (".attn_q." in name or ".attn_k." in name):
        heads = config.num_attention_heads if ".attn_q." in name else config.num_key_value_heads
        return values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)
    if family == "gemma3" and name.endswith("norm.weight"):
        return values + 1
    if family == "gpt2" and name.split(".")[-2] in ("attn_qkv", "attn_output", "ffn_up", "ffn_down") and values.ndim == 2:
        return np.ascontiguousarray(values.T)
    return values


def write_gguf(family, config, path):
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config)
    for p in model.parameters():
        if p.ndim == 1:
            torch.nn.init.normal_(p, 0, 0.3)
    writer = GGUFWriter(path, MODEL_ARCH_NAMES[ARCHITECTURES[family]])
    hidden = config.hidden_size
    layers = config.num_hidden_layers
    heads = config.num_attention_heads
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(hidden)
    writer.add_block_count(layers)
    writer.add_head_count(heads)
    if family == "gpt2":
        writer.add_feed_forward_length(4 * hidden)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
    else:
        writer.add_feed_forward_length(config.intermediate_size)
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        rope = config.rope_parameters
        writer.add_rope_freq_base(rope["full_attention"]["rope_theta"] if family == "gemma3" else rope["rope_theta"])
    if family == "llama":
        writer.add_vocab_size(config.vocab_size)
        writer.add_rope_dimension_count(config.head_dim)
    if family in ("qwen3", "gemma3"):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if family == "gemma3":
        writer.add_sliding_window(config.sliding_window)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"t{i}" for i in range(config.vocab_size)])
    writer.add_bos_token_id(config.bos_token_id)
    writer.add_eos_token_id(config.eos_token_id)
    if family != "gpt2":
        writer.add_pad_token_id(config.pad_token_id)
    names = get_tensor_name_map(ARCHITECTURES[family], layers)
    for hf_name, tensor in sorted(model.state_dict().items()):
        if hf_name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        stem, suffix = hf_name.rsplit(".", 1)
        name = names.get_name(stem) + "." + suffix
        values = as_converted(family, config, name, tensor.float().numpy())
        if values.ndim == 2 and values.shape[1] % 32 == 0:
            writer.add_tensor(name, quantize(values, T.Q8_0), raw_dtype=T.Q8_0)
        else:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def load(path):
    return AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)


def config_values(model):
    config = model.config.to_dict()
    values = {key: config[key] for key in CONFIG_KEYS if key in config}
    rope = config.get("rope_parameters") or {}
    if "full_attention" in rope:
        values["rope_theta"] = rope["full_attention"]["rope_theta"]
        values["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
    elif rope:
        values["rope_theta"] = rope["rope_theta"]
    return values


def tensors(model):
    tied = model.config.tie_word_embeddings
    for name, tensor in sorted(model.state_dict().items()):
        if name != "lm_head.weight" or not tied:
            yield name, np.ascontiguousarray(tensor.float().numpy(), dtype="<f4")


def describe(model):
    entries = {name: {"shape": list(t.shape), "sha256": hashlib.sha256(t.tobytes()).hexdigest()} for name, t in tensors(model)}
    return {"config": config_values(model), "tensors": entries}


def describe_real(model):
    digest = hashlib.sha256()
    for _, t in tensors(model):
        digest.update(t.tobytes())
    return {"config": config_values(model), "sha256": digest.hexdigest()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--real", action="append", default=[], help="name=file.gguf")
    args = parser.parse_args()
    out = args.out
    out.mkdir(parents=True, exist_ok=True)
    for family, config in FAMILIES.items():
        path = out / f"{family}.gguf"
        write_gguf(family, config, path)
        (out / f"{family}.json").write_text(json.dumps(describe(load(path)), indent=1) + "\n")
    if args.real:
        real = {name: describe_real(load(Path(path).resolve())) for name, path in (r.split("=", 1) for r in args.real)}
        (out / "real.json").write_text(json.dumps(real, indent=1) + "\n")


if __name__ == "__main__":
    main()
