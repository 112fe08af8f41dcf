package org.silotune.fed.spark;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.FederationException;
import org.silotune.llm.script.EngineIdentity;

/**
 * The GPUs that {@code CUDA_VISIBLE_DEVICES} lets this process see, in their order.
 *
 * <p>CUDA shows a process one MIG instance, whatever is listed, and knows an id by the name only.
 * So a MIG instance, and a GPU whose id the list does not have, is made the only visible device,
 * which can happen once a process and before the engine loads.
 */
final class VisibleGpus {

  private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";
  private static final String MIG = "MIG-";

  private final Optional<List<String>> listed;
  private final NativeEnvironment environment;
  private final BooleanSupplier engineLoaded;

  /** The C library's environment, which native code reads: {@code System.getenv} is a copy. */
  interface NativeEnvironment extends Library {
    int setenv(String name, String value, int overwrite);

    @Nullable String getenv(String name);
  }

  VisibleGpus(
      Optional<String> variable, NativeEnvironment environment, BooleanSupplier engineLoaded) {
    this.listed = variable.map(VisibleGpus::ids);
    this.environment = environment;
    this.engineLoaded = engineLoaded;
  }

  static VisibleGpus ofThisProcess() {
    return new VisibleGpus(
        Optional.ofNullable(System.getenv(VARIABLE)), libc(), EngineIdentity::isLoaded);
  }

  static NativeEnvironment libc() {
    return Native.load("c", NativeEnvironment.class);
  }

  /**
   * Returns the index by which this process sees a GPU, having made it visible where needed.
   *
   * @param address an index or an id
   */
  int ordinal(String address) {
    boolean index = address.matches("\\d{1,4}");
    if (!index && !address.matches("(GPU|MIG)-[A-Za-z0-9/._-]+")) {
      throw new FederationException(
          "Invalid gpu address '%s': must be an index, or an id that begins with GPU- or MIG-; correct the resource's discovery script"
              .formatted(address));
    }
    int place = listed.map(ids -> ids.indexOf(address)).orElse(-1);
    if (index && place < 0) {
      place = Integer.parseInt(address);
      requireListed(address, place);
    }
    String id = place >= 0 && listed.isPresent() ? listed.get().get(place) : address;
    if (id.startsWith(MIG) || place < 0) {
      requireOpen(id, place);
      makeTheOnlyOne(id);
      return 0;
    }
    requireNotNarrowed(id);
    return place;
  }

  private void requireListed(String address, int place) {
    if (listed.isPresent() && place >= listed.get().size()) {
      throw new FederationException(
          "Cannot use gpu %s: %s=%s shows this process %d devices; list as many as Spark's workers offer, or unset it"
              .formatted(address, VARIABLE, text(), listed.get().size()));
    }
  }

  /** A list of indexes says nothing of an id; a list of ids that leaves it out hides it. */
  private void requireOpen(String id, int place) {
    boolean hidden =
        place < 0 && listed.filter(ids -> ids.stream().noneMatch(VisibleGpus::isIndex)).isPresent();
    if (hidden) {
      throw new FederationException(
          "Cannot use gpu %s: %s=%s hides it from this process; list it, or unset the variable"
              .formatted(id, VARIABLE, text()));
    }
  }

  private void makeTheOnlyOne(String id) {
    synchronized (VisibleGpus.class) {
      String now = environment.getenv(VARIABLE);
      if (id.equals(now)) {
        return;
      }
      requireNotNarrowed(id);
      if (engineLoaded.getAsBoolean()) {
        throw new FederationException(
            "Cannot use gpu %s: libtorch is loaded and sees other devices by now; start this process with %s=%s, or use executors of their own"
                .formatted(id, VARIABLE, id));
      }
      int status = environment.setenv(VARIABLE, id, 1);
      if (status != 0) {
        throw new FederationException(
            "Cannot use gpu %s: setenv %s gave status %d; start this process with %s=%s"
                .formatted(id, VARIABLE, status, VARIABLE, id));
      }
    }
  }

  private void requireNotNarrowed(String id) {
    String now = environment.getenv(VARIABLE);
    if (now != null && !listed.equals(Optional.of(ids(now)))) {
      throw new FederationException(
          "Cannot use gpu %s: this process already computes on %s and can use one id only; give each executor one gpu"
              .formatted(id, now));
    }
  }

  private static List<String> ids(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(id -> !id.isEmpty()).toList();
  }

  private String text() {
    return String.join(",", listed.orElse(List.of()));
  }

  private static boolean isIndex(String id) {
    return id.matches("\\d+");
  }
}
