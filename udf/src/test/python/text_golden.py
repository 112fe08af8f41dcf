"""Makes golden/text/expected.json: what references outside Java compute of fixed texts.

Run: python3 text_golden.py ../resources/golden/text/expected.json
"""

import json
import math
import random
import re
import sys
import unicodedata
from fractions import Fraction

import numpy as np
from rouge_score import rouge_scorer

MASK = (1 << 64) - 1
PRIME = (1 << 61) - 1

TEXTS = [
    "",
    "   \n\t ",
    "one",
    "The quick brown fox jumps over the lazy dog.",
    "the Quick brown FOX, jumps over a lazy dog!",
    "To be or not to be, that is the question: whether 'tis nobler in the mind to suffer",
    "- first point\n- second point\n* third point ...\n\u2022 fourth\u2026\nplain line\nplain line\n",
    "# Heading\n\n## Heading ##\nSee #1 and #2 ... and so on...\n",
    "Caf\u00e9 cr\u00e8me, na\u00efve fa\u00e7ade; Stra\u00dfe und \u00c4rger: \u00dcbergr\u00f6\u00dfe!",
    "cafe\u0301 CAFE\u0301 caf\u00e9 Caf\u00e9",
    "\u6211\u559c\u6b22\u5403\u82f9\u679c and \u30ab\u30bf\u30ab\u30ca \u3072\u3089\u304c\u306a 123",
    "\u0421\u043b\u0430\u0432\u0430 \u0442\u0440\u0443\u0434\u0443, \u0442\u043e\u0432\u0430\u0440\u0438\u0449\u0438! \u03bc\u03ac\u03b8\u03b7\u03bc\u03b1 \u03bb\u03cc\u03b3\u03bf\u03c2",
    "emoji \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 and \U0001d54f math",
    "price: $1,250.50 (10% off) 3.14159 1e-7 v1.2.3",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e",
    "short lines\nshort lines\n\n  short   lines \nother\n",
    "word " * 100,
    "A" * 300 + " " + "b" * 40,
]


def xxhash64(data, seed=42):
    """XXH64 as in the specification of xxHash."""
    p1, p2, p3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
    p4, p5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5

    def rotl(x, r):
        return ((x << r) | (x >> (64 - r))) & MASK

    def step(acc, lane):
        return rotl((acc + lane * p2) & MASK, 31) * p1 & MASK

    at, size = 0, len(data)
    if size >= 32:
        v = [(seed + p1 + p2) & MASK, (seed + p2) & MASK, seed, (seed - p1) & MASK]
        while at <= size - 32:
            for lane in range(4):
                v[lane] = step(v[lane], int.from_bytes(data[at : at + 8], "little"))
                at += 8
        h = sum(rotl(x, r) for x, r in zip(v, (1, 7, 12, 18))) & MASK
        for x in v:
            h = ((h ^ step(0, x)) * p1 + p4) & MASK
    else:
        h = (seed + p5) & MASK
    h = (h + size) & MASK
    while at <= size - 8:
        h = (rotl(h ^ step(0, int.from_bytes(data[at : at + 8], "little")), 27) * p1 + p4) & MASK
        at += 8
    if at <= size - 4:
        h = (rotl(h ^ (int.from_bytes(data[at : at + 4], "little") * p1 & MASK), 23) * p2 + p3) & MASK
        at += 4
    while at < size:
        h = rotl(h ^ (data[at] * p5 & MASK), 11) * p1 & MASK
        at += 1
    h = (h ^ (h >> 33)) * p2 & MASK
    h = (h ^ (h >> 29)) * p3 & MASK
    return h ^ (h >> 32)


def signed(x):
    return x - (1 << 64) if x >> 63 else x


def splitmix(index):
    z = (index + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


UNSPACED = re.compile("CJK UNIFIED|CJK COMPAT|HIRAGANA|KATAKANA|THAI|LAO|KHMER|MYANMAR")


def words(text):
    """Runs of letters, digits and marks; each letter alone where no spaces are written."""
    found, run = [], ""
    for c in unicodedata.normalize("NFC", text).lower():
        inside = unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc")
        alone = inside and UNSPACED.match(unicodedata.name(c, "")) is not None
        if run and (alone or not inside):
            found.append(run)
            run = ""
        if alone:
            found.append(c)
        elif inside:
            run += c
    return found + ([run] if run else [])


def ngrams(all_words, size):
    runs = [" ".join(all_words[i : i + size]) for i in range(len(all_words) - size + 1)]
    return {xxhash64(run.encode()) for run in runs}


def minhash(text, places, size):
    all_words = words(text)
    if not all_words:
        return None
    hashes = ngrams(all_words, min(size, len(all_words)))
    signature = []
    for i in range(places):
        a, b = 1 + splitmix(2 * i) % (PRIME - 1), splitmix(2 * i + 1) % PRIME
        signature.append(min((a * (h % PRIME) + b) % PRIME for h in hashes))
    return signature


def quality(text):
    """Gopher, appendix A.1.1."""
    tokens = text.split()
    lines = [line for line in (" ".join(l.split()) for l in text.split("\n")) if line]
    folded = [t.lower() for t in tokens]

    def share(count, of):
        return count / len(of) if of else 0.0

    return {
        "characters": len(text),
        "words": len(tokens),
        "mean_word_length": share(sum(map(len, tokens)), tokens),
        "symbol_ratio": share(len(re.findall(r"#|\.\.\.|\u2026", text)), tokens),
        "alphabetic_words": share(sum(any(c.isalpha() for c in t) for t in tokens), tokens),
        "bullet_lines": share(sum(l[0] in "-*\u2022\u2023\u25e6\u2043\u2219" for l in lines), lines),
        "ellipsis_lines": share(sum(l.endswith(("...", "\u2026")) for l in lines), lines),
        "stop_words": len({"the", "be", "to", "of", "and", "that", "have", "with"} & set(folded)),
        "duplicate_lines": share(len(lines) - len(set(lines)), lines),
        "distinct_words": share(len(set(folded)), tokens),
    }


def estimator(n, c, k):
    """The paper's figure 3."""
    if n - c < k:
        return 1.0
    return 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1))


def exact(n, c, k):
    """The paper's equation 1."""
    return float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))


def rouge_pairs():
    rng = random.Random(20240601)
    vocabulary = [f"w{i}" for i in range(12)]
    pairs = [(a, b) for a in TEXTS[:12] for b in TEXTS[:12]]
    for size in (3, 40, 63, 64, 65, 128, 200):
        for _ in range(3):
            pairs.append(tuple(" ".join(rng.choices(vocabulary, k=rng.randint(1, size))) for _ in "ab"))
    return pairs


def main(path):
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    rouge = []
    for prediction, reference in rouge_pairs():
        score = scorer.score(reference, prediction)["rougeL"]
        rouge.append([prediction, reference, score.precision, score.recall, score.fmeasure])
    passes = []
    for n, c, k in [(1, 0, 1), (1, 1, 1), (10, 3, 1), (10, 3, 5), (10, 3, 8), (20, 1, 10), (100, 7, 10)] + [
        (200, c, k) for c in (0, 1, 2, 50, 150, 199, 200) for k in (1, 10, 100, 200)
    ]:
        assert abs(estimator(n, c, k) - exact(n, c, k)) < 1e-12
        passes.append([n, c, k, exact(n, c, k)])
    golden = {
        "texts": TEXTS,
        "quality": [quality(t) for t in TEXTS],
        "ngrams": {str(n): [sorted(map(signed, ngrams(words(t), n))) for t in TEXTS] for n in (1, 2, 5)},
        "minhash": {"16,3": [minhash(t, 16, 3) for t in TEXTS], "128,5": [minhash(t, 128, 5) for t in TEXTS[:6]]},
        "rouge_l": rouge,
        "pass_at_k": passes,
    }
    with open(path, "w") as out:
        json.dump(golden, out, ensure_ascii=True, separators=(",", ":"))
        out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
