package org.silotune.eval.sandbox;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.silotune.eval.EvaluationException;

/**
 * Keeps programs from system calls that a sandbox cannot account for (seccomp, with a filter):
 * those whose memory is resident in no process, such as {@code memfd_create} and the segments of
 * System V, and sockets of families that a network namespace does not hold, such as {@code
 * AF_VSOCK}. A call that is refused says that the system does not know it.
 *
 * <p>A filter belongs to a thread and to all that it starts, for good. So programs are started from
 * a thread of their own, which then ends.
 */
final class CallFilter {

  private static final int SET_NO_NEW_PRIVILEGES = 38;
  private static final int SET_SECCOMP = 22;
  private static final int MODE_FILTER = 2;

  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7fff0000;
  private static final int ERROR = 0x00050000;
  private static final int NO_SUCH_CALL = 38;
  private static final int NO_SUCH_FAMILY = 97;

  /** Where {@code struct seccomp_data} has what is looked at. */
  private static final int NUMBER_AT = 0;

  private static final int ARCHITECTURE_AT = 4;
  private static final int FIRST_ARGUMENT_AT = 16;

  /** The first number of x32, a second way into an x86-64 kernel. */
  private static final int X32 = 0x40000000;

  /** UNIX, INET, INET6, NETLINK: what a network namespace holds, or the sandbox's own folder. */
  private static final List<Integer> FAMILIES = List.of(1, 2, 10, 16);

  /** The C library. */
  private interface Prctl extends Library {
    int prctl(int option, long first, long second, long third, long fourth);
  }

  private final byte[] code;

  private CallFilter(byte[] code) {
    this.code = code;
  }

  /**
   * Returns the filter of a machine.
   *
   * @param architecture as Java calls it
   * @throws EvaluationException if the numbers of its system calls are not known here
   */
  static CallFilter of(String architecture) {
    return switch (architecture) {
      case "amd64" ->
          new CallFilter(
              code(
                  0xC000003E,
                  List.of(29, 64, 68, 240, 248, 249, 250, 298, 319, 321, 323, 425, 447),
                  List.of(41, 53)));
      case "aarch64" ->
          new CallFilter(
              code(
                  0xC00000B7,
                  List.of(194, 190, 186, 180, 217, 218, 219, 241, 279, 280, 282, 425, 447),
                  List.of(198, 199)));
      default ->
          throw new EvaluationException(
              "Cannot run generated code: system calls of %s cannot be limited, known are amd64 and aarch64; leave tasks of code out on this machine"
                  .formatted(architecture));
    };
  }

  /** Starts a program that has the filter, and so has all that it starts. */
  Process start(ProcessBuilder program) throws IOException, InterruptedException {
    var started =
        new FutureTask<Process>(
            () -> {
              restrictThisThread();
              return program.start();
            });
    var thread = new Thread(started, "sandbox-start");
    thread.setDaemon(true);
    thread.start();
    try {
      return started.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof EvaluationException cause) {
        throw cause;
      }
      throw new IllegalStateException("Cannot start a sandbox", e.getCause());
    }
  }

  private void restrictThisThread() {
    Prctl libc = Native.load("c", Prctl.class);
    try (Memory filter = new Memory(code.length);
        Memory program = new Memory(16)) {
      filter.write(0, code, 0, code.length);
      program.setShort(0, (short) (code.length / 8));
      program.setPointer(8, filter);
      require(libc.prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0));
      require(libc.prctl(SET_SECCOMP, MODE_FILTER, Pointer.nativeValue(program), 0, 0));
    }
  }

  private static void require(int result) {
    if (result != 0) {
      throw new EvaluationException(
          "Cannot run generated code: its system calls cannot be limited, the system refuses a filter with error %d; leave tasks of code out on this machine"
              .formatted(Native.getLastError()));
    }
  }

  /** Calls of the kernel's other architectures have other numbers: they are all refused. */
  private static byte[] code(int architecture, List<Integer> refused, List<Integer> sockets) {
    List<long[]> code = new ArrayList<>();
    code.add(step(LOAD_WORD, 0, 0, ARCHITECTURE_AT));
    code.add(step(JUMP_EQUAL, 1, 0, architecture));
    code.add(step(RETURN, 0, 0, ERROR | NO_SUCH_CALL));
    code.add(step(LOAD_WORD, 0, 0, NUMBER_AT));
    code.add(step(JUMP_AT_LEAST, 0, 1, X32));
    code.add(step(RETURN, 0, 0, ERROR | NO_SUCH_CALL));
    for (int number : refused) {
      code.add(step(JUMP_EQUAL, 0, 1, number));
      code.add(step(RETURN, 0, 0, ERROR | NO_SUCH_CALL));
    }
    code.add(step(JUMP_EQUAL, 2, 0, sockets.get(0)));
    code.add(step(JUMP_EQUAL, 1, 0, sockets.get(1)));
    code.add(step(RETURN, 0, 0, ALLOW));
    code.add(step(LOAD_WORD, 0, 0, FIRST_ARGUMENT_AT));
    for (int family : FAMILIES) {
      code.add(step(JUMP_EQUAL, 0, 1, family));
      code.add(step(RETURN, 0, 0, ALLOW));
    }
    code.add(step(RETURN, 0, 0, ERROR | NO_SUCH_FAMILY));
    ByteBuffer bytes = ByteBuffer.allocate(8 * code.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] step : code) {
      bytes.putShort((short) step[0]).put((byte) step[1]).put((byte) step[2]).putInt((int) step[3]);
    }
    return bytes.array();
  }

  /**
   * One {@code struct sock_filter}: an operation, steps skipped if it is so and if not, a value.
   */
  private static long[] step(int operation, int ifSo, int ifNot, int value) {
    return new long[] {operation, ifSo, ifNot, value};
  }
}
