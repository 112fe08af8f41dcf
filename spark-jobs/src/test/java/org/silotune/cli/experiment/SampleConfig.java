package org.silotune.cli.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A configuration with one component of every sort that the binder knows. */
record SampleConfig(
    String model,
    int rounds,
    Optional<Path> data,
    Optional<Duration> deadline,
    OptionalInt sample,
    Weight weightedBy,
    List<String> targets,
    Map<String, String> settings,
    Local local,
    Server server) {

  /** With bodies, as enums that compute have them. */
  enum Weight {
    EXAMPLES {
      @Override
      long of(long examples) {
        return examples;
      }
    },
    TRAINED_TOKENS {
      @Override
      long of(long examples) {
        return 0;
      }
    };

    abstract long of(long examples);
  }

  record Local(double learningRate, boolean shuffle) {

    Local {
      if (!(learningRate > 0)) {
        throw new IllegalArgumentException(
            "Invalid learning rate %s: must be above 0".formatted(learningRate));
      }
    }

    static Local defaults() {
      return new Local(0.001, true);
    }
  }

  sealed interface Server {
    record Average(double rate) implements Server {
      static final String NAME = "fedavg";

      static Average defaults() {
        return new Average(1);
      }
    }

    record AdaptiveMoments(double rate, long warmUp) implements Server {
      static AdaptiveMoments defaults() {
        return new AdaptiveMoments(0.1, 10);
      }
    }
  }

  static SampleConfig defaults() {
    return new SampleConfig(
        "tiny",
        3,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Weight.EXAMPLES,
        List.of("q_proj"),
        Map.of(),
        Local.defaults(),
        new Server.Average(0.5));
  }
}
