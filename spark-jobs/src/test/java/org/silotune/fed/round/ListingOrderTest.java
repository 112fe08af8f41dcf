package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.run.ReversedFileSystem;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables;

/** File systems list a folder in an order of their own: it decides nothing. */
final class ListingOrderTest {

  private static final String FINAL = "final/adapter_model.safetensors";

  @TempDir private Path output;

  @Test
  void aRunThatGoesOnWhereFoldersListTheOtherWayRoundHasTheSameBits() {
    TestRun run = TestRun.in(output).with(TestRun.stateful());
    RunResult expected = run.run("whole");

    reversed(run.rounds(2), "begun");
    RunResult result = reversed(run, "begun");

    assertThat(result).isEqualTo(expected);
    assertThat(output.resolve("begun").resolve(FINAL))
        .hasSameBinaryContentAs(output.resolve("whole").resolve(FINAL));
  }

  private RunResult reversed(TestRun run, String runId) {
    Configuration hadoop = new Configuration();
    ReversedFileSystem.registerIn(hadoop);
    try (RunDirectory directory = RunDirectory.claim("reversed://" + output, runId, hadoop)) {
      return run.run(directory, RunTables.none(), hadoop);
    }
  }
}
