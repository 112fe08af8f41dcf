package org.silotune.fed.job;

import java.io.Serializable;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.llm.adapter.LoraConfig;

/**
 * How held-out rows are answered, in types that Java can serialise.
 *
 * @param base the base model
 * @param lora the adapter's shape
 * @param executor what the answering processes must be
 * @param maxLength of the prepared data: longer prompts were never encoded
 * @param check how answers are checked
 * @param checkedRows the most rows of a silo that are checked
 * @param shownRows the rows that are answered, checked or not
 * @param maxNewTokens the longest answer
 */
record AnswerSettings(
    BaseModel.Message base,
    LoraConfig lora,
    ExecutorSettings executor,
    int maxLength,
    AnswerCheck check,
    int checkedRows,
    ShownRows shownRows,
    int maxNewTokens)
    implements Serializable {}
