package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparationLockTest {

  @TempDir private Path parent;

  @Test
  void aSecondPreparationOfTheSameFolderIsRefusedAndOneOfAnotherIsNot() {
    String folder = parent.resolve("data").toString();
    Configuration hadoop = new Configuration();
    try (PreparationLock held = PreparationLock.take(folder, hadoop)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> PreparationLock.take(folder, hadoop))
          .isInstanceOf(RunInUseException.class)
          .hasMessage(
              "Cannot start the preparation of %s: another process holds %s/_data.preparing/.lock; wait for it to end, or use another folder",
              folder, parent);
      PreparationLock.take(parent.resolve("other").toString(), hadoop).close();
    }
    PreparationLock.take(folder, hadoop).close();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void onRemoteStorageALeaseRefusesTheSecond() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.fulldisk.impl", FullDiskFileSystem.class.getName());
    FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
    String folder = "fulldisk://" + parent.resolve("data");
    try (PreparationLock held = PreparationLock.take(folder, hadoop)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> PreparationLock.take(folder, hadoop))
          .isInstanceOf(RunInUseException.class)
          .hasMessageMatching(
              "Cannot start the preparation of .*/data: .*/_data.preparing/lease.json is held by .* until .*; wait for it to end or to expire, or use another folder");
    }
    assertThat(parent).isEmptyDirectory();
  }
}
