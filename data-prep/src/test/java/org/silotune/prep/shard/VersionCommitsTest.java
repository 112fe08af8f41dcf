package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
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
      assertThat(commits.add(commits.next(), 1)).isEqualTo(1);
      VersionCommits.Next second = commits.next();
      assertThat(second).isEqualTo(new VersionCommits.Next(2, Optional.of(1)));
      assertThat(commits.add(second, 3)).isEqualTo(3);
      assertThat(commits.add(second, 2)).isEqualTo(3);
      assertThat(commits.last()).contains(3);
      assertThat(commits.add(new VersionCommits.Next(100_000, Optional.of(3)), 7)).isEqualTo(7);
      assertThat(commits.next()).isEqualTo(new VersionCommits.Next(100_001, Optional.of(7)));
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
  void anEmptyFileCountsForNothingAndStays() throws IOException {
    VersionCommits commits = commits("file");
    commits.add(commits.next(), 1);
    Path empty = new Path("file://" + Files.createFile(temp.resolve("file/commits/00002")));
    assertThat(commits.last()).contains(1);

    assertThat(commits.add(commits.next(), 3)).isEqualTo(3);

    assertThat(commits.last()).contains(3);
    assertThat(Files.exists(java.nio.file.Path.of(empty.toUri()))).isTrue();
    assertThat(commits.next()).isEqualTo(new VersionCommits.Next(4, Optional.of(3)));
  }

  /** Two hold the folder, for one of them has lost its lease and does not know it. */
  @Test
  void ofTwoAtOnceTheOneWhoseFileWasStillEmptyWinsOrIsTold() throws IOException {
    VersionCommits commits = commits("file");
    commits.add(commits.next(), 1);
    java.nio.file.Path slow = Files.createFile(temp.resolve("file/commits/00002"));
    VersionCommits.Next behind = commits.next();

    Files.writeString(slow, "2\n"); // before the other's is there: the other is told
    assertThat(commits.add(behind, 3)).isEqualTo(2);
    assertThat(commits.last()).contains(2);

    VersionCommits overtaken =
        new VersionCommits(new OvertakingFileSystem("00003"), new Path("" + temp.resolve("file")));
    assertThat(overtaken.add(new VersionCommits.Next(3, Optional.of(2)), 4)).isEqualTo(5);
    assertThat(commits.last()).contains(5);
  }

  /** A disk on which another process is done with the next place when a file is read back. */
  private static final class OvertakingFileSystem extends RawLocalFileSystem {

    private final String name;

    OvertakingFileSystem(String name) throws IOException {
      this.name = name;
      initialize(URI.create("file:///"), new Configuration());
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
      if (file.getName().equals(name)) {
        java.nio.file.Path folder = java.nio.file.Path.of(file.getParent().toUri().getPath());
        Files.writeString(folder.resolve("00004"), "5\n");
      }
      return super.open(file, bufferSize);
    }
  }

  private static int add(VersionCommits commits, int version) {
    try {
      return commits.add(new VersionCommits.Next(1, Optional.empty()), version);
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
