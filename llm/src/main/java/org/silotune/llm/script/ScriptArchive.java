package org.silotune.llm.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into a module archive that libtorch loads, without Python.
 *
 * <p>Layout: a zip of stored (not compressed) entries under one folder {@code m/}: {@code data.pkl}
 * (pickle protocol 2: an object of class {@code __torch__.M} whose only attribute is {@code
 * training = false}), {@code code/__torch__.py} (the class), {@code constants.pkl} (the empty
 * tuple) and {@code version}. The format is that of {@code torch::jit::ExportModule}.
 */
final class ScriptArchive {

  /** Version 10 is the first in which every operator used here has its present signature. */
  private static final String FILE_FORMAT_VERSION = "10\n";

  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private ScriptArchive() {}

  /** Returns the archive of a module whose methods are {@code methods}, indented by two spaces. */
  static byte[] of(String methods) {
    String code =
        "class M(Module):\n"
            + "  __parameters__ = []\n"
            + "  __buffers__ = []\n"
            + "  training : bool\n"
            + methods;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", emptyModule());
      store(zip, "m/code/__torch__.py", code.getBytes(UTF_8));
      store(zip, "m/constants.pkl", EMPTY_TUPLE);
      store(zip, "m/version", FILE_FORMAT_VERSION.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * PROTO 2, GLOBAL M, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK, "training", FALSE, SETITEMS, BUILD.
   */
  private static byte[] emptyModule() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2});
    pickle.writeBytes("c__torch__\nM\n".getBytes(UTF_8));
    pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', '('});
    byte[] name = "training".getBytes(UTF_8);
    pickle.writeBytes(new byte[] {'X', (byte) name.length, 0, 0, 0});
    pickle.writeBytes(name);
    pickle.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
