"""The fixture models: one small random decoder for every family, and how its weights are drawn.

A random model of two layers finds the mistakes that a trained model of thirty layers finds, if nothing in it is
neutral: norm weights differ from one, biases from zero, norm epsilons are large enough to matter, key-value heads are
shared, windows are shorter than the sequences and the RoPE bases of local and global layers differ.
"""

from dataclasses import dataclass, field

import torch
from transformers import (
    Gemma3TextConfig,
    GPT2Config,
    LlamaConfig,
    MistralConfig,
    PretrainedConfig,
    Qwen2Config,
    Qwen3Config,
)

ATTENTION_AND_MLP = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class Family:
    """A fixture: the model's configuration and how its folder is written."""

    config: PretrainedConfig
    seed: int
    dtype: torch.dtype = torch.float32
    shard_size: str = "1GB"
    lora_modules: list[str] = field(default_factory=lambda: list(ATTENTION_AND_MLP))
    lora_fan_in_fan_out: bool = False
    hub_config: dict | None = None
    """The same model in the words of the config.json files published before transformers 5, where they differ."""


def small(**overrides) -> dict:
    """Returns the sizes that the Llama-like families share: 4 query heads over 2 key-value heads of 8."""
    sizes = dict(
        vocab_size=128,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=None,
    )
    return {**sizes, **overrides}


LLAMA3_ROPE = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)

FAMILIES = {
    "llama": Family(LlamaConfig(**small(tie_word_embeddings=True, rms_norm_eps=1e-5)), seed=11),
    # Wavelengths of 6 to 2,000 tokens around an original context of 64: kept, blended and stretched bands all occur.
    "llama3": Family(
        LlamaConfig(
            **small(
                head_dim=16,
                num_attention_heads=2,
                num_key_value_heads=1,
                tie_word_embeddings=False,
                rope_parameters=dict(rope_type="llama3", rope_theta=10000.0, **LLAMA3_ROPE),
            )
        ),
        seed=12,
        hub_config=dict(rope_theta=10000.0, rope_scaling=dict(rope_type="llama3", **LLAMA3_ROPE)),
    ),
    "mistral": Family(
        MistralConfig(**small(sliding_window=8, tie_word_embeddings=False, rope_parameters=dict(rope_theta=1e6))),
        seed=13,
        shard_size="40KB",
        hub_config=dict(rope_theta=1e6),
    ),
    "qwen2": Family(
        Qwen2Config(**small(tie_word_embeddings=True, rms_norm_eps=1e-6)), seed=14, dtype=torch.float16
    ),
    # Heads of 16 that do not multiply to the hidden size, as in the published models.
    "qwen3": Family(Qwen3Config(**small(head_dim=16, tie_word_embeddings=False, rms_norm_eps=1e-3)), seed=15),
    # Every sixth layer is global; the two kinds of layers turn at different RoPE bases.
    "gemma3": Family(
        Gemma3TextConfig(
            **small(
                num_hidden_layers=7,
                num_attention_heads=2,
                num_key_value_heads=1,
                head_dim=16,
                intermediate_size=40,
                sliding_window=6,
                query_pre_attn_scalar=20,
                rms_norm_eps=1e-3,
                pad_token_id=0,
            )
        ),
        seed=16,
        dtype=torch.bfloat16,
        hub_config=dict(rope_theta=1e6, rope_local_base_freq=1e4, rope_scaling=None, sliding_window_pattern=6),
    ),
    "gpt2": Family(
        GPT2Config(
            vocab_size=128,
            n_embd=32,
            n_layer=2,
            n_head=4,
            n_positions=64,
            layer_norm_epsilon=1e-3,
            bos_token_id=1,
            eos_token_id=2,
        ),
        seed=17,
        lora_modules=["c_attn", "c_proj", "c_fc"],
        lora_fan_in_fan_out=True,
    ),
}


def draw_weights(model: torch.nn.Module, seed: int) -> None:
    """Overwrites every parameter, in name order, with seeded values of a size that keeps activations near one."""
    generator = torch.Generator().manual_seed(seed)
    gemma = model.config.model_type == "gemma3_text"
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            if name.endswith("bias"):
                values *= 0.2
            elif parameter.dim() == 1:
                values = values * 0.2 + (0.0 if gemma else 1.0)
            elif "embed" in name or "wte" in name or "wpe" in name:
                values *= 0.12 if gemma else 0.3
            else:
                fan_in = parameter.shape[0] if model.config.model_type == "gpt2" else parameter.shape[1]
                values *= 1.5 / fan_in**0.5
            parameter.copy_(values)
