package org.silotune.llm.hub;

/** Hears what a fetch does, for the person who waits for it. */
public interface FetchProgress {

  /** Hears nothing. */
  FetchProgress SILENT =
      new FetchProgress() {
        @Override
        public void line(String text) {}

        @Override
        public void bytes(String what, long done, long total) {}
      };

  /** A step begins or ends. */
  void line(String text);

  /**
   * Part of a long step is done; called often.
   *
   * @param total the size when it is all done, an estimate while downloading
   */
  void bytes(String what, long done, long total);
}
