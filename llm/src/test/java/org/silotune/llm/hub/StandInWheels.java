package org.silotune.llm.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.silotune.llm.hub.ModelOrigin.WheelPart;
import org.silotune.llm.hub.ModelOrigin.Wheels;

/** Makes small models of wheels, and the wheels, as an index would serve them. */
final class StandInWheels {

  private StandInWheels() {}

  /** A model {@code stand-in} whose file is the concatenation of {@code parts}. */
  static RegisteredModel model(String... parts) {
    var all = String.join("", parts).getBytes(StandardCharsets.UTF_8);
    return model(parts.length, all.length, sha256(all));
  }

  static RegisteredModel model(int parts, long bytes, String sha256) {
    var list = new ArrayList<WheelPart>();
    for (int i = 0; i < parts; i++) {
      list.add(
          new WheelPart("stand-in-part" + i, "1.0.0", "stand_in_part%d/data.bin".formatted(i)));
    }
    return new RegisteredModel(
        "stand-in",
        "a stand-in",
        "Apache-2.0",
        Optional.of("First term\nSecond term"),
        new Wheels(list, "stand-in.gguf", bytes, sha256));
  }

  /** Writes the wheel of one part and returns it. */
  static Path wheel(Path folder, WheelPart part, String content) throws IOException {
    var base = part.pythonPackage().replace('-', '_');
    var name = "%s-%s".formatted(base, part.version());
    var file = folder.resolve(name + "-py3-none-any.whl");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      var metadata =
          "Metadata-Version: 2.1\nName: %s\nVersion: %s\n"
              .formatted(part.pythonPackage(), part.version());
      entry(zip, part.entry(), content);
      entry(zip, name + ".dist-info/METADATA", metadata);
      entry(
          zip,
          name + ".dist-info/WHEEL",
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      entry(zip, name + ".dist-info/RECORD", "");
    }
    return file;
  }

  /** A fetcher that makes the wheels of {@code parts} instead of downloading them. */
  static PackageFetcher serving(String... parts) {
    var contents = List.of(parts);
    return (part, folder, expected, progress) -> {
      try {
        int index = Integer.parseInt(part.pythonPackage().replaceAll("\\D", ""));
        return wheel(folder, part, contents.get(index));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
