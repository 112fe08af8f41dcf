package org.silotune.llm.tokenizer;

import java.util.Optional;

/**
 * What a file or folder says about its tokenizer.
 *
 * @param json the tokenizer itself
 * @param specialTokens the ids with a meaning
 * @param chatTemplate the Jinja text, where there is one
 */
record TokenizerSource(
    TokenizerJson json, SpecialTokens specialTokens, Optional<String> chatTemplate) {}
