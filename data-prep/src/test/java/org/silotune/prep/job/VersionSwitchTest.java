package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;

/** What a process leaves that is killed between any two steps that make a version count. */
@ExtendWith(SparkSessionExtension.class)
final class VersionSwitchTest {

  @TempDir private static Path temp;
  private static IncrementalData source;

  /** The folder at its first version, and at its second. */
  private static Path before;

  private static Path after;
  private static SortedMap<String, String> rowsBefore;
  private static SortedMap<String, String> rowsAfter;
  private static ShardManifest manifestAfter;

  private IncrementalData data;
  private Path followed;
  private PreparedFolder folder;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    source = IncrementalData.in(temp, spark);
    Path followed = temp.resolve("followed");
    PreparedFolder folder = PreparedFolder.at(followed.toString());
    source.write("a.jsonl", RawData.rows("north", 8));
    source.prepare(source.byFiles());
    rowsBefore = IncrementalData.placement(folder);
    before = copy(followed, temp.resolve("before"));
    source.write("b.jsonl", RawData.rows("south", 8));
    manifestAfter = source.prepare(source.byFiles()).manifest();
    rowsAfter = IncrementalData.placement(folder);
    after = copy(followed, temp.resolve("after"));
  }

  @BeforeEach
  void begin(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    data = source.to(name);
    followed = temp.resolve(name);
    folder = PreparedFolder.at(data.folder());
  }

  @Test
  void whileRowsAreWritten() throws IOException {
    copy(before, followed);
    Path part = copy(after.resolve("versions/00002"), followed.resolve("versions/00002"));
    Files.delete(part.resolve("manifest.json"));
    assertGoesOn();
  }

  @Test
  void whenTheVersionIsWholeAndDoesNotCount() throws IOException {
    copy(before, followed);
    copy(after.resolve("versions/00002"), followed.resolve("versions/00002"));
    assertGoesOn();
    data.write("c.jsonl", RawData.rows("west", 3));
    assertThat(data.prepare(data.byFiles()).manifest().versions()).containsExactly(1, 3, 4);
    assertThat(followed.resolve("versions/00002")).doesNotExist();
    data.delete("c.jsonl");
  }

  @Test
  void whenItsCommitFileIsEmpty() throws IOException {
    copy(before, followed);
    copy(after.resolve("versions/00002"), followed.resolve("versions/00002"));
    Files.createFile(followed.resolve("commits/00002"));
    assertGoesOn();
  }

  @Test
  void whileTheFirstVersionIsWritten() throws IOException {
    copy(before, followed);
    Files.delete(followed.resolve("commits/00001"));
    assertThat(folder.exists()).isFalse();

    PreparedVersion again = data.prepare(data.byFiles());

    assertThat(again.manifest().versions()).containsExactly(2);
    assertThat(IncrementalData.placement(folder)).isEqualTo(rowsAfter);
  }

  @Test
  void twoWritersFromTheSameVersionDoNotBothCount() throws IOException {
    copy(before, followed);
    List<PreparedVersion> faster = new ArrayList<>();

    assertThatThrownBy(
            () -> data.prepare(data.byFiles(), () -> faster.add(data.prepare(data.byFiles()))))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot add a version to prepared data %s: another process added version 3 meanwhile, from the same version before; nothing of this one counts, give the command again and only once at a time",
            folder.uri());

    assertThat(faster.get(0).manifest().versions()).containsExactly(1, 3);
    assertThat(folder.manifest()).isEqualTo(faster.get(0).manifest());
    assertThat(IncrementalData.placement(folder)).isEqualTo(rowsAfter);
    assertThat(followed.resolve("versions/00002")).doesNotExist();
  }

  @Test
  void anEarlierVersionIsReadAsItWas() throws IOException {
    copy(after, followed);
    ShardManifest now = folder.manifest();
    assertThat(folder.asOf(now.contentSha256())).get().isSameAs(folder);
    assertThat(folder.asOf("f00d")).isEmpty();
    String first = PreparedFolder.at(before.toString()).manifest().contentSha256();

    PreparedFolder then = folder.asOf(first).orElseThrow();

    assertThat(then.manifest().siloNames()).containsExactly("north");
    assertThat(IncrementalData.placement(then)).isEqualTo(rowsBefore);
  }

  /** The old rows can be read; the same command again makes the new version. */
  private void assertGoesOn() throws IOException {
    assertThat(IncrementalData.placement(folder)).isEqualTo(rowsBefore);
    PreparedVersion again = data.prepare(data.byFiles());
    assertThat(again.isNew()).isTrue();
    assertThat(again.manifest().versions()).containsExactly(1, 3);
    assertThat(again.manifest().contentSha256()).isEqualTo(manifestAfter.contentSha256());
    assertThat(folder.manifest()).isEqualTo(again.manifest());
    assertThat(IncrementalData.placement(folder)).isEqualTo(rowsAfter);
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      List<Path> all = files.sorted().toList();
      for (Path file : all) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }
}
