package org.silotune.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.SequenceDecoder;
import org.silotune.llm.model.SequenceDecoder.Likeliest;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;

/**
 * Measures greedy generation with the decoder alone: no end of turn, no text, so that every repeat
 * computes the same number of tokens. Prompt {@code p} holds the ids {@code (7919 p + 104729 t) mod
 * V}, in its twin for Python too.
 */
public final class GenerateBench {

  private final DecoderModel model;
  private final GenerateBenchConfig config;

  /** Measures {@code model}, which stays open. */
  public GenerateBench(DecoderModel model, GenerateBenchConfig config) {
    this.model = model;
    this.config = config;
  }

  /** Runs all repeats. */
  public GenerateBenchResult measure() {
    double[] whole = new double[config.repeats()];
    double[] prompt = new double[config.repeats()];
    for (int repeat = -config.warmUp(); repeat < config.repeats(); repeat++) {
      List<Times> times = repeat();
      if (repeat >= 0) {
        whole[repeat] = times.stream().mapToDouble(Times::whole).max().orElseThrow();
        prompt[repeat] = times.stream().mapToDouble(Times::prompt).max().orElseThrow();
      }
    }
    double seconds = Median.of(whole);
    double first = Median.of(prompt);
    return new GenerateBenchResult(
        config.batch() * config.newTokens() / seconds,
        (double) config.batch() * config.promptLength() / first,
        config.batch() * (config.newTokens() - 1) / (seconds - first),
        seconds,
        ProcessMemory.peakResidentBytes());
  }

  /** Returns the ids of a prompt. */
  static int[] prompt(int index, int length, int vocabulary) {
    int[] ids = new int[length];
    Arrays.setAll(ids, t -> (int) ((7919L * index + 104729L * t) % vocabulary));
    return ids;
  }

  private record Times(double prompt, double whole) {}

  private List<Times> repeat() {
    CyclicBarrier start = new CyclicBarrier(config.workers());
    int share = config.batch() / config.workers();
    List<Callable<Times>> workers = new ArrayList<>();
    for (int worker = 0; worker < config.workers(); worker++) {
      int from = worker * share;
      workers.add(
          () -> {
            start.await();
            return answer(from, from + share);
          });
    }
    return AtOnce.run(workers);
  }

  private Times answer(int from, int to) {
    int vocabulary = model.config().vocabularySize();
    try (ComputeThread thread = ComputeThread.enter(config.threads());
        NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(BoundAdapter.none()), task)) {
      long began = System.nanoTime();
      List<SequenceDecoder.Sequence> sequences = new ArrayList<>();
      List<int[]> next = new ArrayList<>();
      for (int p = from; p < to; p++) {
        sequences.add(decoder.open(config.promptLength() + config.newTokens()));
        next.add(prompt(p, config.promptLength(), vocabulary));
      }
      double first = 0;
      for (int token = 0; token < config.newTokens(); token++) {
        Likeliest[] chosen = decoder.feedGreedy(sequences, next, vocabulary);
        for (int i = 0; i < chosen.length; i++) {
          next.set(i, new int[] {chosen[i].id()});
        }
        if (token == 0) {
          first = (System.nanoTime() - began) * 1e-9;
        }
      }
      return new Times(first, (System.nanoTime() - began) * 1e-9);
    }
  }
}
