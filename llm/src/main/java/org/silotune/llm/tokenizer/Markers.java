package org.silotune.llm.tokenizer;

/**
 * The tokenizer's own spelling of the tokens that templates write.
 *
 * @param bos beginning of text; empty where the vocabulary has none
 * @param eos end of text; empty where the vocabulary has none
 * @param startsWithBos whether a plain text starts with {@code bos}
 */
record Markers(String bos, String eos, boolean startsWithBos) {}
