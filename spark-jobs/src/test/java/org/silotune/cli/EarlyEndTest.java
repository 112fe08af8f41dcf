package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.eval.sandbox.Program;
import org.silotune.eval.sandbox.Sandbox;
import org.silotune.eval.sandbox.SandboxResult;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.ProgramText;
import org.silotune.eval.task.TaskConfig;
import org.silotune.eval.task.TaskRow;

/** A program that ends with status 0 before its tests is not right, in every built-in task. */
@Tag("sandbox")
final class EarlyEndTest {

  private static final String PROOF = "0123456789abcdef";

  private static final Map<String, String> CPP =
      Map.of(
          "prompt", "#include <cstdlib>\nint twice(int x) {\n",
          "right", "  return 2 * x;\n}\n",
          "wrong", "  return 3 * x;\n}\n",
          "early", "  std::exit(0);\n}\n",
          "test",
              "#undef NDEBUG\n#include <assert.h>\nint main() {\n  assert(twice(2) == 4);\n}\n");

  private static final Map<String, String> JAVA =
      Map.of(
          "prompt", "class Solution {\n  static int twice(int x) {\n",
          "right", "    return 2 * x;\n  }\n}\n",
          "wrong", "    return 3 * x;\n  }\n}\n",
          "early", "    System.exit(0);\n    return 0;\n  }\n}\n",
          "test",
              """
              class Main {
                public static void main(String[] args) throws Exception {
                  if (Solution.twice(2) != 4) throw new Exception("wrong");
                }
              }
              """);

  private static final Map<String, String> GO =
      Map.of(
          "declarations", "import \"os\"\n\nvar leave = os.Exit\n\nfunc Twice(x int) int {\n",
          "right", "    return 2 * x\n}\n",
          "wrong", "    return 3 * x\n}\n",
          "early", "    leave(0)\n    return 0\n}\n",
          "test",
              "func TestTwice(t *testing.T) {\n    assert := assert.New(t)\n    assert.Equal(4, Twice(2))\n}\n");

  private static final Map<String, String> GO_PROGRAM =
      Map.of(
          "prompt",
              "package main\n\nimport \"os\"\n\nvar leave = os.Exit\n\nfunc Twice(x int) int {\n",
          "right", "    return 2 * x\n}\n",
          "wrong", "    return 3 * x\n}\n",
          "early", "    leave(0)\n    return 0\n}\n",
          "test", "func main() {\n    if Twice(2) != 4 {\n        panic(\"wrong\")\n    }\n}\n");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "humaneval-x-cpp",
        "mbxp-cpp",
        "humaneval-x-java",
        "mbxp-java",
        "humaneval-x-go",
        "mbxp-go"
      })
  void onlyARightProgramPasses(String name) {
    var task = TaskNames.read(List.of(name)).get(0);
    var row =
        switch (name) {
          case "humaneval-x-cpp", "mbxp-cpp" -> CPP;
          case "humaneval-x-java", "mbxp-java" -> JAVA;
          case "humaneval-x-go" -> GO;
          default -> GO_PROGRAM;
        };
    var right = run(task, row, "right");
    assertThat(right.passed(proof(task))).as(right.toString()).isTrue();
    assertThat(run(task, row, "wrong").passed(proof(task))).isFalse();
    var early = run(task, row, "early");
    assertThat(early.passed(proof(task))).as(early.toString()).isFalse();
  }

  private static SandboxResult run(TaskConfig task, Map<String, String> row, String completion) {
    var code = (CodeConfig) task.ask();
    var files =
        new ProgramText(task.id(), code)
            .of(new TaskRow("rows", 1, new TreeMap<>(row)), row.get(completion), PROOF);
    return Sandbox.open()
        .run(
            new Program(code.language(), files, code.buildCommand(), code.runCommand()),
            code.limits());
  }

  private static String proof(TaskConfig task) {
    return new ProgramText(task.id(), (CodeConfig) task.ask()).proves() ? PROOF : "";
  }
}
