package org.silotune.llm.hub;

import java.util.Optional;

/**
 * A model that has a name.
 *
 * @param name what a command or an experiment file says
 * @param summary one line for people
 * @param licence its licence, by the name people know it by
 * @param terms what is shown before the model is fetched, where its licence asks for that
 * @param origin where it comes from
 */
public record RegisteredModel(
    String name, String summary, String licence, Optional<String> terms, ModelOrigin origin) {}
