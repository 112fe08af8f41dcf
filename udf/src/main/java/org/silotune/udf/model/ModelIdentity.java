package org.silotune.udf.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ResidentModels;
import org.silotune.llm.script.TensorDevice;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.udf.token.ExecutorTokenizer;

/**
 * The files that the driver saw, by hash: an executor that finds others under the same paths fails
 * the query.
 *
 * @param source where they lie
 * @param cache the folder for hashes and converted weights, the same on every host
 * @param sha256 of the base model's weights
 * @param configSha256 of its config, checked where it is loaded
 * @param tokenizerSha256 of its tokenizer
 * @param adapterSha256 of the adapter's weights, empty for none
 * @param adapterConfigSha256 of its config, which scales them, empty for none
 */
public record ModelIdentity(
    ModelSource source,
    String cache,
    String sha256,
    String configSha256,
    String tokenizerSha256,
    String adapterSha256,
    String adapterConfigSha256)
    implements Serializable {

  /** Hashes the files, as far as the cache does not know them. */
  static ModelIdentity of(ModelSource source) {
    Path cache = ModelCache.standard().root();
    try (BaseModelSource base = BaseModelSource.open(Path.of(source.model()), cache)) {
      return new ModelIdentity(
          source,
          cache.toString(),
          base.sha256(),
          hash(base),
          ExecutorTokenizer.plain(source.model()).sha256(),
          adapterHash(source, AdapterCheckpoint.WEIGHTS),
          adapterHash(source, AdapterCheckpoint.CONFIG));
    }
  }

  /**
   * Returns this process' copy of the model, which stays for later tasks and queries.
   *
   * @throws LlmException if weights or config are not the driver's
   */
  DecoderModel resident() {
    // The key of the silos' own tasks, so that a process holds one model and not two.
    String held = BaseFormat.FLOAT32 + " for " + ComputeType.FLOAT32;
    return ResidentModels.get(
        new ResidentModels.Key(source.model(), sha256, held, TensorDevice.processor()), this::load);
  }

  /**
   * Returns this process' copy of the tokenizer.
   *
   * @param template a chat template by name; none for the model's own
   * @throws LlmException if it is not the driver's
   */
  LoadedTokenizer tokenizer(Optional<String> template) {
    return ExecutorTokenizer.get(source.model(), template, tokenizerSha256);
  }

  /**
   * Reads the adapter, if there is one.
   *
   * @throws LlmException if it is not the driver's, or of another base
   */
  Optional<AdapterCheckpoint> adapter(DecoderModel model) {
    if (source.adapter() == null) {
      return Optional.empty();
    }
    String adapter = "adapter " + source.adapter();
    require(adapter, "weights", adapterHash(source, AdapterCheckpoint.WEIGHTS), adapterSha256);
    require(adapter, "config", adapterHash(source, AdapterCheckpoint.CONFIG), adapterConfigSha256);
    AdapterCheckpoint checkpoint = AdapterCheckpoint.read(Path.of(source.adapter()));
    checkpoint.requireBase(model);
    return Optional.of(checkpoint);
  }

  private DecoderModel load() {
    Path path = Path.of(source.model());
    try (BaseModelSource base =
        BaseModelSource.open(path, Path.of(cache), BaseFormat.FLOAT32, SourceProgress.none())) {
      require("model " + source.model(), "weights", base.sha256(), sha256);
      require("model " + source.model(), "config", hash(base), configSha256);
      return ModelLoader.load(
          new BaseModelRef(String.valueOf(path.getFileName()), sha256),
          base.config(),
          base.tensors());
    }
  }

  /** Of the config as it is read: how its file is laid out does not matter. */
  private static String hash(BaseModelSource base) {
    MessageDigest digest = newDigest();
    digest.update(base.config().toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String adapterHash(ModelSource source, String name) {
    if (source.adapter() == null) {
      return "";
    }
    Path path = Path.of(source.adapter()).resolve(name);
    try (InputStream file = Files.newInputStream(path)) {
      MessageDigest digest = newDigest();
      file.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw LlmException.cannot("read", path, e);
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void require(String what, String part, String found, String expected) {
    if (!found.equals(expected)) {
      throw new LlmException(
          "Cannot use %s on this host: the sha256 of its %s is %s, the driver's %s; give every host the same files"
              .formatted(what, part, found, expected));
    }
  }
}
