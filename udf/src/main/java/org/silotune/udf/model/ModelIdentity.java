package org.silotune.udf.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
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

/**
 * The files that the driver saw, by hash: an executor that finds others under the same paths fails
 * the query.
 *
 * @param source where they lie
 * @param cache the folder for hashes and converted weights, the same on every host
 * @param sha256 of the base model's weights
 * @param adapterSha256 of the adapter's, empty for none
 */
public record ModelIdentity(ModelSource source, String cache, String sha256, String adapterSha256)
    implements Serializable {

  /** Hashes the files, as far as the cache does not know them. */
  static ModelIdentity of(ModelSource source) {
    Path cache = ModelCache.standard().root();
    try (BaseModelSource base = BaseModelSource.open(Path.of(source.model()), cache)) {
      return new ModelIdentity(source, cache.toString(), base.sha256(), adapterHash(source));
    }
  }

  /**
   * Returns this process' copy of the model, which stays for later tasks and queries.
   *
   * @throws LlmException if the weights are not the driver's
   */
  DecoderModel resident() {
    // The key of the silos' own tasks, so that a process holds one model and not two.
    String held = BaseFormat.FLOAT32 + " for " + ComputeType.FLOAT32;
    return ResidentModels.get(
        new ResidentModels.Key(source.model(), sha256, held, "cpu"), this::load);
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
    String found = adapterHash(source);
    if (!found.equals(adapterSha256)) {
      throw other("adapter " + source.adapter(), found, adapterSha256);
    }
    AdapterCheckpoint checkpoint = AdapterCheckpoint.read(Path.of(source.adapter()));
    checkpoint.requireBase(model);
    return Optional.of(checkpoint);
  }

  private DecoderModel load() {
    Path path = Path.of(source.model());
    try (BaseModelSource base =
        BaseModelSource.open(path, Path.of(cache), BaseFormat.FLOAT32, SourceProgress.none())) {
      if (!base.sha256().equals(sha256)) {
        throw other("model " + source.model(), base.sha256(), sha256);
      }
      return ModelLoader.load(
          new BaseModelRef(String.valueOf(path.getFileName()), sha256),
          base.config(),
          base.tensors());
    }
  }

  private static String adapterHash(ModelSource source) {
    if (source.adapter() == null) {
      return "";
    }
    Path weights = Path.of(source.adapter()).resolve(AdapterCheckpoint.WEIGHTS);
    try (InputStream file = Files.newInputStream(weights)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      file.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw LlmException.cannot("read", weights, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static LlmException other(String what, String found, String expected) {
    return new LlmException(
        "Cannot use %s on this host: its weights have sha256 %s, the driver's %s; give every host the same files"
            .formatted(what, found, expected));
  }
}
