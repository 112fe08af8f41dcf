package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

/** What failed at a file of a run, and what to do. */
final class StorageActionTest {

  @Test
  void everyFailureSaysWhatToDo() {
    IOException refused = new IOException("Connection refused");
    for (StorageAction looked : new StorageAction[] {StorageAction.READ, StorageAction.LIST}) {
      assertThat(looked.failed("hdfs://host/runs/a/result.json", refused))
          .hasMessage(
              "Cannot %s hdfs://host/runs/a/result.json: Connection refused; see that it is there, can be reached and may be read",
              looked == StorageAction.READ ? "read" : "list")
          .hasCause(refused);
    }
    assertThat(StorageAction.CREATE.failed("file:/runs/a", new AccessDeniedException("/runs/a")))
        .hasMessage(
            "Cannot create file:/runs/a: access denied; make room or get the right to write there: committed rounds stay, and the same command with the run's --run-id goes on");
    assertThat(StorageAction.COMMIT.failed("file:/runs/a", refused))
        .hasMessage(
            "Cannot commit file:/runs/a: Connection refused; make room or get the right to write there: committed rounds stay, and the same command with the run's --run-id goes on");
    assertThat(StorageAction.DELETE.failed("file:/runs/a", new AccessDeniedException("/runs/a")))
        .hasMessage(
            "Cannot delete file:/runs/a: access denied; get the right to delete there: committed rounds stay, and the same command with the run's --run-id goes on");
  }
}
