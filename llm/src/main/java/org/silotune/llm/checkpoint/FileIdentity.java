package org.silotune.llm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Which bytes a path leads to: equal for two openings of one file that nobody has written to in
 * between. While a file is open or mapped, no other one gets its key.
 *
 * @param key the system's own, such as device and inode; of a system without, an object equal to
 *     itself alone
 * @param size in bytes
 * @param modified when it was last written to
 */
record FileIdentity(Object key, long size, FileTime modified) {

  /** Returns what the path leads to now. */
  static FileIdentity of(Path path) throws IOException {
    BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
    Object key = found.fileKey() == null ? new Object() : found.fileKey();
    return new FileIdentity(key, found.size(), found.lastModifiedTime());
  }

  /** Returns this if the path still leads to it, else one that is equal to no other. */
  FileIdentity ifStill(Path path) throws IOException {
    return equals(of(path)) ? this : new FileIdentity(new Object(), size, modified);
  }
}
