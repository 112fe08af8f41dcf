package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ResidentModel;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.fed.run.FullDiskFileSystem;
import org.silotune.fed.run.PeftAdapterFormat;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.tensor.NamedTensors;

/** A run that is killed and started again ends with the bits of one that was not. */
final class ResumeTest {

  private static final String MAKE_ROOM =
      "make room or get the right to write there: what was committed stays; give the same command again, a run's with its --run-id";
  private static final String FULL = "No space left on device; " + MAKE_ROOM;
  private static final String FINAL = "final/adapter_model.safetensors";

  @TempDir private Path output;

  @Test
  void aRunKilledBetweenAnyTwoFilesEndsWithTheSameBits() throws IOException {
    TestRun run = TestRun.in(output).with(TestRun.stateful()).rounds(2);
    RunResult expected = run.run("whole");
    Set<String> expectedFiles = files("whole");

    // Room for n bytes: the run dies inside whatever it writes there, and starts again with room.
    long written = bytesOf("whole");
    int kills = 0;
    for (long room = 100; room < written; room += written / 14) {
      String runId = "killed-" + room;
      FullDiskFileSystem.ROOM.set(room);
      assertThatThrownBy(() -> runOnSmallDisk(run, runId))
          .isInstanceOf(FederationException.class)
          .hasMessageMatching(
              "(Cannot finish round \\d: .*)?Cannot write fulldisk:%s/%s/\\S*: %s(; .*)?"
                  .formatted(output, runId, FULL));
      kills++;
      assertCommittedRoundsAreThoseOf("whole", runId);
      FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
      assertThat(runOnSmallDisk(run, runId)).as("room for %d bytes", room).isEqualTo(expected);
      assertThat(files(runId)).isEqualTo(expectedFiles);
      assertThat(output.resolve(runId).resolve(FINAL))
          .hasSameBinaryContentAs(output.resolve("whole").resolve(FINAL));
    }
    assertThat(kills).isGreaterThan(12);
  }

  @Test
  void aDiskThatFillsUpWhileCheckpointingLeavesTheRoundBeforeIntact() throws IOException {
    TestRun run = TestRun.in(output);
    FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
    runOnSmallDisk(run.rounds(1), "a");
    Map<String, ByteBuffer> before = contents(output.resolve("a/checkpoints"));
    assertThat(before.keySet())
        .containsExactly(
            "round-00000/adapter/adapter_model.safetensors",
            "round-00001/adapter/adapter_model.safetensors",
            "round-00001/round.json");

    // Room for a part of the adapter; for the adapter, and not for what the round recorded.
    for (var room : Map.of(300, "round-00002", 700, "round-00002/round.json").entrySet()) {
      FullDiskFileSystem.ROOM.set(room.getKey());
      assertThatThrownBy(() -> runOnSmallDisk(run, "a"))
          .isInstanceOf(FederationException.class)
          .hasMessage(
              "Cannot write fulldisk:%s/a/checkpoints/%s: %s", output, room.getValue(), FULL);
      FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
      assertThat(contents(output.resolve("a/checkpoints"))).isEqualTo(before);
    }

    assertThat(runOnSmallDisk(run, "a")).isEqualTo(run.run("whole"));
    assertThat(output.resolve("a").resolve(FINAL))
        .hasSameBinaryContentAs(output.resolve("whole").resolve(FINAL));
  }

  @Test
  void aTemporaryFolderThatCannotBeWrittenIsNamedAndLeavesTheRoundBeforeIntact()
      throws IOException {
    TestRun run = TestRun.in(output);
    run.rounds(1).run("a");
    Map<String, ByteBuffer> before = contents(output.resolve("a/checkpoints"));
    LoraConfig lora = LoraConfig.defaults().withRank(2);
    ModelHub hub = new ModelHub(new ModelCache(output.resolve("cache")));
    Path tiny = hub.obtain("tiny", FetchPolicy.OFFLINE, FetchProgress.SILENT).path();
    DecoderModel base = ResidentModel.at("tiny", tiny, hub.cache().root()).resident();
    AdapterFormat peft = new PeftAdapterFormat(base, lora);
    AdapterFormat full =
        new AdapterFormat() {
          @Override
          public void write(NamedTensors adapter, Path folder) throws IOException {
            Files.delete(folder);
            Files.createFile(folder); // where no folder can be made any more
            peft.write(lora.initialise(base, 1), folder);
          }

          @Override
          public NamedTensors read(Path folder) throws IOException {
            return run.format().read(folder);
          }
        };

    assertThatThrownBy(() -> run.with(full).run("a"))
        .isInstanceOf(FederationException.class)
        .hasMessageMatching(
            "Cannot write the temporary files of round 2 in %s: /\\S+/adapter is in the way; %s"
                .formatted(System.getProperty("java.io.tmpdir"), MAKE_ROOM));

    assertThat(contents(output.resolve("a/checkpoints"))).isEqualTo(before);
    assertThat(run.run("a")).isEqualTo(run.run("whole"));
  }

  @Test
  void aDriverKilledWithSignalNineInTheMiddleOfARoundEndsWithTheSameBits() throws Exception {
    TestRun run = TestRun.in(output).with(TestRun.stateful());
    Path reached = output.resolve("reached");
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KilledDriver.class.getName(),
                output.toString(),
                reached.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.resolve("child.log").toFile())
            .start();
    for (int i = 0; !Files.exists(reached) && child.isAlive() && i < 1_200; i++) {
      Thread.sleep(50);
    }
    assertThat(child.isAlive()).as(Files.readString(output.resolve("child.log"))).isTrue();
    assertThatThrownBy(() -> run.run("killed"))
        .hasMessageContaining("Cannot start run killed: another process holds");
    child.destroyForcibly(); // SIGKILL
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output.resolve("killed/checkpoints/round-00002")).exists();
    assertThat(output.resolve("killed/checkpoints/round-00003")).doesNotExist();

    assertThat(run.run("killed")).isEqualTo(run.run("whole"));
    assertThat(output.resolve("killed/final/adapter_model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("whole/final/adapter_model.safetensors"));
  }

  @Test
  void aCommittedRoundWhoseAdapterWasChangedIsRefused() throws IOException {
    TestRun run = TestRun.in(output);
    run.rounds(1).run("a");
    Path folder = output.resolve("a/checkpoints/round-00001");
    String adapter = "adapter/adapter_model.safetensors";
    Files.copy(
        output.resolve("a/checkpoints/round-00000").resolve(adapter),
        folder.resolve(adapter),
        StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> run.run("a"))
        .isInstanceOf(FederationException.class)
        .hasMessageMatching(
            "Cannot go on from file:%s: its adapter has sha256 \\w{64}, the round recorded \\w{64}; restore the folder, or use another run id"
                .formatted(folder));
  }

  /** A driver that stands still in the middle of its third round, to be killed there. */
  static final class KilledDriver {

    private KilledDriver() {}

    public static void main(String[] arguments) {
      Path reached = Path.of(arguments[1]);
      AtomicInteger steps = new AtomicInteger();
      RoundListener listener =
          new RoundListener() {
            @Override
            public void progressed(org.silotune.fed.client.StepProgress progress) {
              if (progress.round() == 3 && steps.incrementAndGet() == 9) {
                standStill(reached);
              }
            }
          };
      TestRun.in(Path.of(arguments[0])).with(TestRun.stateful()).with(listener).run("killed");
    }

    private static void standStill(Path reached) {
      try {
        Files.createFile(reached);
        Thread.sleep(600_000);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private RunResult runOnSmallDisk(TestRun run, String runId) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.fulldisk.impl", FullDiskFileSystem.class.getName());
    try (RunDirectory directory = RunDirectory.claim("fulldisk://" + run.output(), runId, hadoop)) {
      return run.run(directory, RunTables.none(), hadoop);
    }
  }

  /** Names of the files that a run consists of, without what tells of the machine. */
  private Set<String> files(String runId) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> tree = Files.walk(output.resolve(runId))) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String name = output.resolve(runId).relativize(file).toString();
        if (!name.equals(".lock") && !name.startsWith("carried")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private void assertCommittedRoundsAreThoseOf(String whole, String runId) throws IOException {
    for (String file : contents(output.resolve(runId).resolve("checkpoints")).keySet()) {
      Path committed = output.resolve(whole).resolve("checkpoints").resolve(file);
      if (file.endsWith(".safetensors") && Files.exists(committed)) {
        assertThat(output.resolve(runId).resolve("checkpoints").resolve(file))
            .hasSameBinaryContentAs(committed);
      }
    }
  }

  /** The files of the folder and their bytes, without what is not yet there under its name. */
  private static Map<String, ByteBuffer> contents(Path folder) throws IOException {
    Map<String, ByteBuffer> contents = new TreeMap<>();
    if (Files.exists(folder)) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path file : tree.filter(Files::isRegularFile).toList()) {
          String name = folder.relativize(file).toString();
          if (!name.startsWith(".tmp-")) {
            contents.put(name, ByteBuffer.wrap(Files.readAllBytes(file)));
          }
        }
      }
    }
    return contents;
  }

  private long bytesOf(String runId) throws IOException {
    List<Long> sizes = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(output.resolve(runId))) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        sizes.add(Files.size(file));
      }
    }
    return sizes.stream().mapToLong(Long::longValue).sum();
  }
}
