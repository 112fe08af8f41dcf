package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Path part = unfinished().resolve("versions/00002");
    Files.createDirectories(part.getParent());
    copy(after.resolve("versions/00002"), part);
    Files.delete(part.resolve("manifest.json"));
    assertGoesOn(rowsBefore);
  }

  @Test
  void whenTheVersionIsInItsPlaceAndDoesNotCount() throws IOException {
    copy(before, followed);
    copy(after.resolve("versions/00002"), followed.resolve("versions/00002"));
    Files.writeString(followed.resolve("versions/00002/shards/left-over"), "by the killed one");
    Files.writeString(followed.resolve("_manifest.json"), "{\"half\": ");
    assertGoesOn(rowsBefore);
    assertThat(followed.resolve("versions/00002/shards/left-over")).doesNotExist();
    assertThat(followed.resolve("_manifest.json")).doesNotExist();
  }

  @Test
  void whenBothManifestsAreThere() throws IOException {
    copy(before, followed);
    copy(after.resolve("versions/00002"), followed.resolve("versions/00002"));
    Files.copy(after.resolve("manifest.json"), followed.resolve("manifest.json.next"));
    assertGoesOn(rowsBefore);
  }

  @Test
  void whenTheNextManifestIsTheOnlyOne() throws IOException {
    copy(after, followed);
    Files.move(followed.resolve("manifest.json"), followed.resolve("manifest.json.next"));
    Files.deleteIfExists(followed.resolve(".manifest.json.crc"));

    assertThat(folder.exists()).isTrue();
    assertThat(folder.manifest()).isEqualTo(manifestAfter);
    assertThat(data.prepare(data.byFiles()).isNew()).isFalse();
    data.write("c.jsonl", RawData.rows("west", 3));
    assertThat(data.prepare(data.byFiles()).manifest().versions()).containsExactly(1, 2, 3);
    assertThat(IncrementalData.placement(folder)).hasSize(19).containsAllEntriesOf(rowsAfter);
    assertThat(followed.resolve("manifest.json.next")).doesNotExist();
    data.delete("c.jsonl");
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
  private void assertGoesOn(SortedMap<String, String> readable) throws IOException {
    assertThat(IncrementalData.placement(folder)).isEqualTo(readable);
    PreparedVersion again = data.prepare(data.byFiles());
    assertThat(again.isNew()).isTrue();
    assertThat(again.manifest()).isEqualTo(manifestAfter);
    assertThat(folder.manifest()).isEqualTo(manifestAfter);
    assertThat(IncrementalData.placement(folder)).isEqualTo(rowsAfter);
    assertThat(unfinished()).doesNotExist();
    assertThat(followed.resolve("manifest.json.next")).doesNotExist();
  }

  private Path unfinished() {
    return temp.resolve("_%s.unfinished".formatted(followed.getFileName()));
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
