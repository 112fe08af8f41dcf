package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.silotune.llm.InvalidChoiceException;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.ShardedSafetensors;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.gguf.GgufFile;

/**
 * A base model's config and weights, whatever files ({@link ModelFiles}) they come from.
 *
 * <p>{@link #tensors} have Hugging Face names and can be mapped: as they lie in the user's files
 * where the {@link BaseFormat} takes all of them, else from a copy in the cache, made on the first
 * opening ({@code cache/converted/<sha256>/}).
 */
public final class BaseModelSource implements AutoCloseable {

  private final JsonNode config;
  private final TensorSource tensors;
  private final String sha256;

  private BaseModelSource(JsonNode config, TensorSource tensors, String sha256) {
    this.config = config;
    this.tensors = tensors;
    this.sha256 = sha256;
  }

  /** Opens a model for float32, without progress. */
  public static BaseModelSource open(Path fileOrFolder, Path cache) {
    return open(fileOrFolder, cache, SourceProgress.none());
  }

  /** Opens a model for float32. */
  public static BaseModelSource open(Path fileOrFolder, Path cache, SourceProgress progress) {
    return open(fileOrFolder, cache, BaseFormat.FLOAT32, progress);
  }

  /**
   * Opens a model.
   *
   * @param cache the folder for hashes and converted weights, shared by the host's processes
   * @param format in which {@link #tensors} hold the matrices
   * @param progress hears of hashing and converting
   * @throws org.silotune.llm.checkpoint.CorruptCheckpointException if a file is not sound
   * @throws LlmException if there is no model, or its architecture is not known
   */
  public static BaseModelSource open(
      Path fileOrFolder, Path cache, BaseFormat format, SourceProgress progress) {
    ModelFiles files = ModelFiles.find(fileOrFolder);
    return files.isGguf()
        ? openGguf(files, cache, format, progress)
        : openSafetensors(files, cache, format, progress);
  }

  /** Returns the model's {@code config.json}, synthesised from metadata for a GGUF file. */
  public JsonNode config() {
    return config;
  }

  /**
   * Returns the weights under Hugging Face names, those in parts as {@link
   * org.silotune.llm.checkpoint.quant.StoredWeights} finds them; closed with this.
   */
  public TensorSource tensors() {
    return tensors;
  }

  /**
   * Returns the identity of the weights: the sha256 of the user's weight file; for a sharded folder
   * that of the {@code "<sha256> <file name>\n"} lines of its files in name order. Lower-case hex.
   */
  public String sha256() {
    return sha256;
  }

  @Override
  public void close() {
    tensors.close();
  }

  private static BaseModelSource openGguf(
      ModelFiles files, Path cache, BaseFormat format, SourceProgress progress) {
    try (GgufFile gguf = GgufFile.open(files.weights())) {
      JsonNode config = GgufConfig.synthesise(gguf);
      GgufWeights weights = new GgufWeights(gguf);
      String sha256 = new WeightHashes(cache, progress).of(List.of(files.weights()));
      TensorSource tensors =
          format == BaseFormat.GGUF
              ? new GgufBlocks(gguf, weights)
              : new WeightConversion(cache, sha256, format, progress)
                  .open(new FormattedWeights(weights, format));
      return new BaseModelSource(config, tensors, sha256);
    }
  }

  private static BaseModelSource openSafetensors(
      ModelFiles files, Path cache, BaseFormat format, SourceProgress progress) {
    if (format == BaseFormat.GGUF) {
      throw new InvalidChoiceException(
          "Cannot hold %s in GGUF blocks: it is not a GGUF file; use int8 or nf4"
              .formatted(files.weights()));
    }
    JsonNode config = HfConfigFile.read(files.config());
    TensorSource stored = openStored(files);
    try {
      String sha256 = new WeightHashes(cache, progress).of(paths(stored));
      if (!RecodedWeights.needed(stored, format)) {
        return new BaseModelSource(config, stored, sha256);
      }
      FormattedWeights weights = new FormattedWeights(new RecodedWeights(stored), format);
      SafetensorsFile tensors = new WeightConversion(cache, sha256, format, progress).open(weights);
      stored.close();
      return new BaseModelSource(config, tensors, sha256);
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  private static TensorSource openStored(ModelFiles files) {
    return Files.isDirectory(files.weights())
        ? ShardedSafetensors.open(files.weights())
        : SafetensorsFile.open(files.weights());
  }

  private static List<Path> paths(TensorSource source) {
    return source instanceof ShardedSafetensors folder
        ? folder.paths()
        : List.of(((SafetensorsFile) source).path());
  }
}
