package org.silotune.llm.testing;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The folder of golden files, {@code src/test/resources/golden}. */
public final class Golden {

  private Golden() {}

  /** Returns a file or folder under {@code golden}; one that is missing fails the test. */
  public static Path path(String name) {
    URL url = Golden.class.getResource("/golden/" + name);
    if (url == null) {
      throw new AssertionError("Missing golden resource golden/" + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("Invalid golden resource " + url, e);
    }
  }
}
