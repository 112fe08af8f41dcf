package org.silotune.prep.split;

/** What tells the content of rows apart: 128 bits of a hash over all their texts. */
public final class ContentId {

  private final KeyedHash hash = new KeyedHash(0, "content");

  /** Adds a text; the order of texts counts. */
  public ContentId add(String text) {
    hash.add(text);
    return this;
  }

  /** Returns 32 digits of lower-case hex; nothing can be added afterwards. */
  public String hex() {
    return hash.hex128();
  }
}
