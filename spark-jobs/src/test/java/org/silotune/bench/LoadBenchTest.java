package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;

final class LoadBenchTest {

  private static final LoadBenchConfig ONE = new LoadBenchConfig(8, 1, 1, 1);

  @Test
  void timesCountFromTheCallThatStartsTheProcess() {
    LoadBenchResult result =
        new LoadBench(
                List.of(
                    "sh", "-c", "sleep 0.2; t=$(date +%s%3N); echo loaded; echo $t $((t + 500))"),
                ONE)
            .measure();

    assertThat(result.secondsToReady()).isBetween(0.2, 60.0);
    assertThat(result.secondsToFirstStep() - result.secondsToReady()).isBetween(0.499, 0.501);
  }

  @Test
  void whatAProcessSaysLastIsReadBack() {
    FirstStep step = new FirstStep(1_700_000_000_001L, 1_700_000_000_500L);

    assertThat(LoadBench.parse("hello\n" + LoadBench.line(step) + "\n")).isEqualTo(step);
    assertThatThrownBy(() -> LoadBench.parse("hello\n"))
        .isInstanceOf(FederationException.class)
        .hasMessage("Cannot measure a start: the process ended with 'hello', not with two times");
  }

  @Test
  void aProcessThatFailsIsNoMeasurement() {
    assertThatThrownBy(() -> new LoadBench(List.of("sh", "-c", "exit 3"), ONE).measure())
        .isInstanceOf(FederationException.class)
        .hasMessage("Cannot measure a start: the process ended with status 3");
  }

  @Test
  void startsOfNothingAreRefused() {
    assertThatThrownBy(() -> new LoadBenchConfig(0, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid length: 0, must be >= 1");
    assertThatThrownBy(() -> new LoadBenchConfig(8, 1, 0, 0))
        .hasMessage("Invalid starts: 0, must be >= 1");
  }
}
