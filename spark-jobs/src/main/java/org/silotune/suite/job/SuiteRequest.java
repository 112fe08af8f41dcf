package org.silotune.suite.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelHub;
import org.silotune.suite.config.Suite;

/**
 * What to run and where to.
 *
 * @param suite the suite
 * @param id its name among the suites of a folder
 * @param folder its own folder, a path or URI
 * @param report where the report goes; without it into the suite's folder
 * @param command how a person asks for the same again
 * @param hub where models come from
 * @param policy whether any is fetched
 */
public record SuiteRequest(
    Suite suite,
    String id,
    String folder,
    Optional<String> report,
    String command,
    ModelHub hub,
    FetchPolicy policy) {

  public SuiteRequest {
    requireNonNull(suite, "suite");
    requireNonNull(id, "id");
    requireNonNull(folder, "folder");
    requireNonNull(report, "report");
    requireNonNull(command, "command");
  }
}
