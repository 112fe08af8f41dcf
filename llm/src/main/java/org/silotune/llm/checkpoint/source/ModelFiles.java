package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.ShardedSafetensors;

/**
 * Which files a model on this machine consists of: the one place that says what path is a model.
 *
 * <ul>
 *   <li>a Hugging Face folder: {@code config.json} with {@code model.safetensors} or {@code
 *       model.safetensors.index.json} and its files;
 *   <li>a {@code .safetensors} file beside its {@code config.json};
 *   <li>a GGUF file, by its ending or its first bytes, or a folder with exactly one.
 * </ul>
 *
 * @param weights a GGUF file, a safetensors file, or the folder of a sharded one
 * @param config the {@code config.json}; for a GGUF file, the file itself
 * @param isGguf whether the weights are a GGUF file
 */
public record ModelFiles(Path weights, Path config, boolean isGguf) {

  private static final String SINGLE = "model.safetensors";
  private static final String CONFIG = "config.json";
  private static final byte[] GGUF_MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  /**
   * Finds the files of a model.
   *
   * @throws LlmException that says what is missing, if the path is no model
   */
  public static ModelFiles find(Path fileOrFolder) {
    if (Files.isDirectory(fileOrFolder)) {
      return inFolder(fileOrFolder);
    }
    if (!Files.isRegularFile(fileOrFolder)) {
      throw new LlmException(
          "Missing model %s: there is no such file or folder".formatted(fileOrFolder));
    }
    if (isGguf(fileOrFolder)) {
      return gguf(fileOrFolder);
    }
    if (fileOrFolder.toString().endsWith(".safetensors")) {
      return safetensors(fileOrFolder, fileOrFolder.toAbsolutePath().getParent());
    }
    throw new LlmException(
        "Invalid model file %s: must be a GGUF file or end in .safetensors"
            .formatted(fileOrFolder));
  }

  private static ModelFiles inFolder(Path folder) {
    if (Files.isRegularFile(folder.resolve(SINGLE))) {
      return safetensors(folder.resolve(SINGLE), folder);
    }
    if (Files.isRegularFile(folder.resolve(ShardedSafetensors.INDEX_NAME))) {
      return safetensors(folder, folder);
    }
    List<Path> ggufs = ggufsIn(folder);
    if (ggufs.size() == 1) {
      return gguf(ggufs.get(0));
    }
    throw new LlmException(
        "Missing weights in %s: there must be %s, %s or exactly one .gguf file (found %d)"
            .formatted(folder, SINGLE, ShardedSafetensors.INDEX_NAME, ggufs.size()));
  }

  private static ModelFiles gguf(Path file) {
    return new ModelFiles(file, file, /* isGguf= */ true);
  }

  private static ModelFiles safetensors(Path weights, Path folder) {
    Path config = folder.resolve(CONFIG);
    if (!Files.isRegularFile(config)) {
      throw new LlmException(
          "Missing %s: weights in safetensors need it in their folder".formatted(config));
    }
    return new ModelFiles(weights, config, /* isGguf= */ false);
  }

  private static List<Path> ggufsIn(Path folder) {
    List<Path> found = new ArrayList<>();
    try (var files = Files.newDirectoryStream(folder, "*.gguf")) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw LlmException.cannot("list", folder, e);
    }
    return found;
  }

  private static boolean isGguf(Path file) {
    if (file.toString().endsWith(".gguf")) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(GGUF_MAGIC.length), GGUF_MAGIC);
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }
}
