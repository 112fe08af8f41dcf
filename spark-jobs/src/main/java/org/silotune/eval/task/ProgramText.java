package org.silotune.eval.task;

import java.util.SortedMap;
import java.util.TreeMap;

/** The files of a program: a problem's row with what was generated. */
public final class ProgramText {

  private final String task;
  private final CodeConfig code;

  /** The programs of a task. */
  public ProgramText(String task, CodeConfig code) {
    this.task = task;
    this.code = code;
  }

  /**
   * Returns the files by name.
   *
   * @param completion what was generated
   * @param proof what the program writes where it comes to its end
   * @throws org.silotune.eval.InvalidTaskException if the row lacks a field
   */
  public SortedMap<String, String> of(TaskRow row, String completion, String proof) {
    TaskRow whole = row.with(CodeConfig.COMPLETION, completion).with(CodeConfig.PROOF, proof);
    SortedMap<String, String> files = new TreeMap<>();
    code.files()
        .forEach(
            (name, text) ->
                files.put(
                    name,
                    new Template(text, "file %s of task %s".formatted(name, task)).render(whole)));
    return files;
  }

  /** Returns whether a program shows that it came to its end. */
  public boolean proves() {
    return code.files().values().stream()
        .anyMatch(text -> text.contains("{{" + CodeConfig.PROOF + "}}"));
  }
}
