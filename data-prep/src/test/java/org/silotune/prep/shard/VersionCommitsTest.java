package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.ReversedFileSystem;

/** Who makes a version count, and what the storage must do for it. */
final class VersionCommitsTest {

  @TempDir java.nio.file.Path temp;

  @Test
  void thePlaceIsOfWhoCameFirstOnAnyFileSystem() throws IOException {
    for (String scheme : List.of("file", "reversed")) {
      VersionCommits commits = commits(scheme);
      assertThat(commits.last()).isEmpty();
      assertThat(commits.add(1, 1)).isEqualTo(1);
      assertThat(commits.add(2, 3)).isEqualTo(3);
      assertThat(commits.add(2, 2)).isEqualTo(3);
      assertThat(commits.last()).contains(3);
      assertThat(commits.add(100_000, 7)).isEqualTo(7);
      assertThat(commits.last()).contains(7);
    }
  }

  @Test
  void ofManyAtOnceOneWins() throws Exception {
    VersionCommits commits = commits("file");
    var pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> writers =
          IntStream.rangeClosed(1, 8)
              .<Callable<Integer>>mapToObj(v -> () -> add(commits, v))
              .toList();
      Set<Integer> winners = new TreeSet<>();
      for (Future<Integer> winner : pool.invokeAll(writers)) {
        winners.add(winner.get());
      }
      winners.remove(0); // who read the file before the winner's number was in it
      assertThat(winners).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anEmptyFileCountsForNothingAndGoes() throws IOException {
    VersionCommits commits = commits("file");
    commits.add(1, 1);
    Files.createFile(temp.resolve("file/commits/00002"));
    assertThat(commits.last()).contains(1);
    commits.recover();
    assertThat(commits.add(2, 2)).isEqualTo(2);
    commits.recover();
    assertThat(commits.last()).contains(2);
  }

  private static int add(VersionCommits commits, int version) {
    try {
      return commits.add(1, version);
    } catch (IOException e) {
      return 0;
    }
  }

  private VersionCommits commits(String scheme) throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.reversed.impl", ReversedFileSystem.class.getName());
    Path root = new Path(scheme + "://" + temp.resolve(scheme));
    FileSystem fileSystem = root.getFileSystem(hadoop);
    return new VersionCommits(fileSystem, root);
  }
}
