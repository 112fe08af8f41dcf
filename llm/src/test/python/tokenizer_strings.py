"""The strings that tokenizers are compared on: nearly 700, chosen to be hard, the same on every machine."""

import random

WORDS = (
    "the of and training federated model isn't they'LL we've I'd Don't cannot naïve coöperate façade Straße übermäßig "
    "ЭЛЕКТРИЧЕСТВО привет мир Καλημέρα κόσμε שלום עולם مرحبا بالعالم नमस्ते दुनिया สวัสดีชาวโลก こんにちは世界 안녕하세요 세계 "
    "数据孤岛 你好，世界！ ﬁnance ﬂow Ⅷ ½ ² ① ٣٤٥ ১২৩ 𝟙𝟚𝟛 x86_64 HTTP/1.1 3.14159 1,000,000 0xDEADBEEF 1e-7 "
    "snake_case camelCase SCREAMING_CASE kebab-case user@example.org https://example.org/a?b=c&d=%20#e"
).split()

SPACES = [" ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n ", "\t\t", "\u00a0", "\u2003", "\u3000", "\u200b", "\v", "\f"]

EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "❤️", "☕", "🧪🔬"]

CONTROLS = [chr(c) for c in (*range(0x00, 0x20), 0x7F, 0x85, 0xAD, 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFF, 0x10FFFF)]

SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<s>", "</s>", "<unk>", "<bos>", "<eos>", "<pad>", "<mask>",
    "<start_of_turn>", "<end_of_turn>", "<0x0A>", "<think>", "[INST]", "<unused7>", "[multimodal]", "<repo_name>",
    "<|im_start", "|im_end|>", "<<|im_end|>>", "< |im_end|>", "<|IM_END|>", "▁", "▁▁the", "Ġthe", "Ċ", "<h1>", "</td>",
]  # fmt: skip

CODE = [
    "def f(x):\n    return [y ** 2 for y in x if y % 2 == 0]\n",
    'public static void main(String[] args) {\n\tSystem.out.println("Hello, \\"World\\"!");\n}\n',
    "SELECT a.id, COUNT(*) AS n FROM t a LEFT JOIN u ON a.id=u.id WHERE a.x <> 'y''z' GROUP BY 1;--end",
    "for(int i=0;i<n;++i){a[i]+=b[i]<<3|c[i]>>>1;}",
    "<html>\n  <body class=\"x\">&nbsp;&lt;p&gt;</body>\n</html>",
    "#!/usr/bin/env bash\nset -euo pipefail\nfind . -name '*.py' | xargs -0 grep -nE '^\\s+#' || true\n",
    '{"a": [1, 2.50, null, true], "b": {"c": "\\u00e9\\n"}}',
    "    four\n        eight\n            twelve\n\t\ttabs\n  \n\n\nend",
    "import numpy as np\nnp.random.seed(0)\nX = np.zeros((3, 4), dtype=np.float32)\nprint(X[:, ::-1].T @ X)\n",
    "λ> foldr (\\x acc -> x + acc) 0 [1..10] -- 55\n∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, √2 ≈ 1.414",
]


def strings() -> list[str]:
    """Returns the strings, the empty one first."""
    chance = random.Random(20240607)
    result = ["", *WORDS, *SPACES, *EMOJI, *CONTROLS, *SPECIAL, *CODE]
    result += [space * count for space in SPACES for count in (2, 3, 5, 17)]
    result += [f"{a}{space}{b}" for space in SPACES for a, b in [("a", "b"), ("word", "7"), (".", "Next"), ("世", "界")]]
    result += [f"{space}leading" for space in SPACES] + [f"trailing{space}" for space in SPACES]
    result += ["7" * count for count in range(1, 12)] + [f"{' ' * count}12 345" for count in range(5)]
    result += [f"before{token}after" for token in SPECIAL] + [f" {token} \n{token}{token}" for token in SPECIAL]
    result += [" ".join(chance.choices(WORDS, k=chance.randint(2, 25))) for _ in range(120)]
    result += ["".join(chance.choice(WORDS + SPACES + EMOJI) for _ in range(chance.randint(2, 20))) for _ in range(80)]
    result += ["".join(chance.choice(SPECIAL + SPACES + WORDS[:9]) for _ in range(chance.randint(2, 9))) for _ in range(50)]
    result += ["".join(chr(chance.randint(0x20, 0x2FF)) for _ in range(30)) for _ in range(20)]
    result += ["".join(chr(random_scalar(chance)) for _ in range(20)) for _ in range(40)]
    result.append("The quick brown fox jumps over the lazy dog. " * 500)
    result.append("a" * 3000)
    result.append("  \n\t" * 400)
    result.append("".join(chr(c) for c in range(0x21, 0x17F)))
    return result


def random_scalar(chance: random.Random) -> int:
    """Returns a code point that is no surrogate."""
    while True:
        code = chance.randint(0, 0x10FFFF)
        if not 0xD800 <= code <= 0xDFFF:
            return code
