package org.silotune.fed.run;

import java.io.IOException;
import org.silotune.fed.FederationException;
import org.silotune.llm.LlmException;

/** What is done to the files of a run, and what helps where it fails. */
public enum StorageAction {
  READ("read", Remedy.REACH),
  LIST("list", Remedy.REACH),
  CREATE("create", Remedy.ROOM),
  WRITE("write", Remedy.ROOM),
  COMMIT("commit", Remedy.ROOM),
  DELETE("delete", Remedy.RIGHT);

  private final String verb;
  private final String remedy;

  StorageAction(String verb, String remedy) {
    this.verb = verb;
    this.remedy = remedy;
  }

  /** Returns the failure {@code Cannot <verb> <what>: <reason>; <remedy>}. */
  public FederationException failed(String what, IOException cause) {
    return new FederationException(
        "Cannot %s %s: %s; %s".formatted(verb, what, LlmException.reason(cause), remedy), cause);
  }

  private static final class Remedy {

    private static final String GO_ON =
        "committed rounds stay, and the same command with the run's --run-id goes on";

    static final String REACH = "see that it is there, can be reached and may be read";
    static final String ROOM = "make room or get the right to write there: " + GO_ON;
    static final String RIGHT = "get the right to delete there: " + GO_ON;
  }
}
