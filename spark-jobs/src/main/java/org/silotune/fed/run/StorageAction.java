package org.silotune.fed.run;

import java.io.IOException;
import org.silotune.fed.FederationException;
import org.silotune.llm.LlmException;

/** What is done to the files of a run or a preparation, and what helps where it fails. */
public enum StorageAction {
  READ("read", Remedy.REACH),
  LIST("list", Remedy.REACH),
  CREATE("create", Remedy.PLACE),
  WRITE("write", Remedy.ROOM),
  COMMIT("commit", Remedy.ROOM),
  DELETE("delete", Remedy.RIGHT),
  LOCK("lock", Remedy.PLACE),
  UNLOCK("unlock", Remedy.REACH);

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

  /**
   * Returns the failure of a file of this machine that a format reads or writes; where it is of
   * another kind, that one itself.
   */
  RuntimeException failed(String what, LlmException failure) {
    return failure.getCause() instanceof IOException cause ? failed(what, cause) : failure;
  }

  private static final class Remedy {

    private static final String GO_ON =
        "what was committed stays; give the same command again, a run's with its --run-id";

    static final String REACH = "see that it is there, can be reached and may be read";
    static final String ROOM = "make room or get the right to write there: " + GO_ON;
    static final String PLACE =
        "make room or get the right to write there, or name another place: what was committed stays";
    static final String RIGHT = "get the right to delete there: " + GO_ON;
  }
}
