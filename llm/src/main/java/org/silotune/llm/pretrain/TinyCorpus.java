package org.silotune.llm.pretrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.EncodedExample;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * What the tiny model reads: windows of a text, whose last part is held out, and small
 * conversations in the model's chat template. Every token is trained.
 *
 * <p>Each pass over the text starts its windows at another place and brings conversations of its
 * own, so nothing is read twice in quite the same way.
 */
final class TinyCorpus {

  /** One in this many characters of the text, at its end, is held out. */
  private static final int HELD_OUT_PART = 20;

  private static final int CONVERSATIONS_PER_PASS = 1500;
  private static final int HELD_OUT_CONVERSATIONS = 200;

  private final int[] trainedText;
  private final int[] heldOutText;
  private final PromptEncoder encoder;
  private final CounterRandom random;

  TinyCorpus(String text, Tokenizer tokenizer, PromptEncoder encoder, long seed) {
    int border = text.lastIndexOf("\n\n", text.length() - text.length() / HELD_OUT_PART);
    this.trainedText = tokenizer.encode(text.substring(0, border));
    this.heldOutText = tokenizer.encode(text.substring(border));
    this.encoder = encoder;
    this.random = CounterRandom.ofSeed(seed);
  }

  /** Returns everything that is trained on, pass by pass. */
  List<TokenizedExample> trained(int passes) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      CounterRandom own = random.at("pass").at(pass);
      int start = own.below(0, TinyModel.CONTEXT_LENGTH);
      examples.addAll(windows("text " + pass, trainedText, start));
      examples.addAll(conversations("turns " + pass, own.at("turns"), CONVERSATIONS_PER_PASS));
    }
    return examples;
  }

  /** Returns windows of the part of the text that is never trained on. */
  List<TokenizedExample> heldOutText() {
    return windows("held-out text", heldOutText, 0);
  }

  /** Returns conversations drawn apart from the trained ones; the same question may be in both. */
  List<TokenizedExample> heldOutConversations() {
    return conversations("held-out turns", random.at("held-out"), HELD_OUT_CONVERSATIONS);
  }

  private static List<TokenizedExample> windows(String name, int[] ids, int start) {
    List<TokenizedExample> windows = new ArrayList<>();
    for (int from = start; from < ids.length; from += TinyModel.CONTEXT_LENGTH) {
      int to = Math.min(ids.length, from + TinyModel.CONTEXT_LENGTH);
      if (to - from > 1) {
        windows.add(wholly("%s, %d".formatted(name, from), Arrays.copyOfRange(ids, from, to)));
      }
    }
    return windows;
  }

  private List<TokenizedExample> conversations(String name, CounterRandom own, int count) {
    List<TokenizedExample> conversations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "%s, %d".formatted(name, i);
      EncodedExample encoded = encoder.encode(id, SimpleTurns.conversation(new Draws(own.at(i))));
      if (!(encoded instanceof EncodedExample.Accepted accepted)) {
        throw new IllegalStateException("Invalid conversation %s: %s".formatted(id, encoded));
      }
      conversations.add(wholly(id, accepted.example().inputIds()));
    }
    return conversations;
  }

  private static TokenizedExample wholly(String id, int[] ids) {
    return new TokenizedExample(id, ids, ids);
  }
}
