package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.llm.LlmException;
import org.silotune.llm.tensor.NamedTensors;

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
            "Cannot create file:/runs/a: access denied; make room or get the right to write there, or name another place: what was committed stays");
    assertThat(StorageAction.COMMIT.failed("file:/runs/a", refused))
        .hasMessage(
            "Cannot commit file:/runs/a: Connection refused; make room or get the right to write there: what was committed stays; give the same command again, a run's with its --run-id");
    assertThat(StorageAction.DELETE.failed("file:/runs/a", new AccessDeniedException("/runs/a")))
        .hasMessage(
            "Cannot delete file:/runs/a: access denied; get the right to delete there: what was committed stays; give the same command again, a run's with its --run-id");
  }

  @Test
  void whereItIsNotAboutWritingNoRoomIsAskedFor() {
    assertThat(StorageAction.LOCK.failed("/runs/a/.lock", new AccessDeniedException("/runs/a")))
        .hasMessage(
            "Cannot lock /runs/a/.lock: access denied; make room or get the right to write there, or name another place: what was committed stays");
    assertThat(StorageAction.UNLOCK.failed("/runs/a/.lock", new IOException("Stale file handle")))
        .hasMessage(
            "Cannot unlock /runs/a/.lock: Stale file handle; see that it is there, can be reached and may be read");
  }

  @Test
  void whatAFormatCouldNotWriteIsSaidAndAnyOtherFailureStays(@TempDir Path folder)
      throws IOException {
    Path obstacle = Files.createFile(folder.resolve("obstacle"));
    NamedTensors tensors =
        NamedTensors.builder().put("a", new long[] {2}, new float[] {1, 2}).build();
    LlmException unwritten =
        catchThrowableOfType(
            LlmException.class, () -> TensorFile.write(tensors, obstacle.resolve("m.safetensors")));
    assertThat(StorageAction.WRITE.failed("the temporary files", unwritten))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot write the temporary files: %s is in the way; make room or get the right to write there: what was committed stays; give the same command again, a run's with its --run-id",
            obstacle);

    LlmException other = new LlmException("Invalid adapter: it does not fit");
    assertThat(StorageAction.WRITE.failed("the temporary files", other)).isSameAs(other);
  }
}
