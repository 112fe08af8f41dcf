package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.spark.VisibleGpus.NativeEnvironment;

final class VisibleGpusTest {

  private static final String ID = "MIG-41b1e8a8-7f0c-5a3e-9a52-0d1d3f2b7c11";

  /** One variable, as native code has it. */
  private static final class Variable implements NativeEnvironment {
    private @Nullable String value;
    private int status;

    @Override
    public int setenv(String name, String newValue, int overwrite) {
      if (status == 0) {
        value = newValue;
      }
      return status;
    }

    @Override
    public @Nullable String getenv(String name) {
      return value;
    }
  }

  private final Variable variable = new Variable();
  private boolean loaded;

  @Test
  void withoutAListAnIndexIsTheOrdinal() {
    assertThat(started(null).ordinal("1")).isEqualTo(1);
    assertThat(variable.value).isNull();
  }

  @Test
  void aListedAddressIsItsPlaceAndAnyOtherIndexAPlace() {
    loaded = true; // nothing has to change
    assertThat(started("4,6").ordinal("6")).isEqualTo(1);
    assertThat(started("4,6").ordinal("0")).isEqualTo(0);
    assertThat(started("GPU-aa, GPU-bb").ordinal("GPU-bb")).isEqualTo(1);
    assertThat(started("GPU-aa, GPU-bb").ordinal("0")).isEqualTo(0);
  }

  @Test
  void anIndexBeyondTheListIsRefused() {
    assertThatThrownBy(() -> started("GPU-aa,GPU-bb").ordinal("2"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use gpu 2: CUDA_VISIBLE_DEVICES=GPU-aa,GPU-bb shows this process 2 devices; list as many as Spark's workers offer, or unset it");
    assertThatThrownBy(() -> started("").ordinal("0"))
        .hasMessageStartingWith(
            "Cannot use gpu 0: CUDA_VISIBLE_DEVICES= shows this process 0 devices;");
  }

  @Test
  void aMigIdIsTheOnlyDeviceWhateverIsListed() {
    assertThat(started(null).ordinal(ID)).isEqualTo(0);
    assertThat(variable.value).isEqualTo(ID);
    assertThat(started("MIG-other," + ID).ordinal(ID)).isEqualTo(0);
    assertThat(variable.value).isEqualTo(ID);
    assertThat(started("MIG-other," + ID).ordinal("1")).isEqualTo(0);
    assertThat(variable.value).isEqualTo(ID);
    assertThat(started("0,1").ordinal(ID)).isEqualTo(0);
    assertThat(variable.value).isEqualTo(ID);
  }

  @Test
  void aGpuIdThatIndexesLeaveOpenIsTheOnlyDevice() {
    assertThat(started("0,1").ordinal("GPU-aa")).isEqualTo(0);
    assertThat(variable.value).isEqualTo("GPU-aa");
  }

  @Test
  void anIdThatTheListHidesIsRefused() {
    assertThatThrownBy(() -> started("GPU-aa,GPU-bb").ordinal("GPU-cc"))
        .hasMessage(
            "Cannot use gpu GPU-cc: CUDA_VISIBLE_DEVICES=GPU-aa,GPU-bb hides it from this process; list it, or unset the variable");
    assertThat(variable.value).isEqualTo("GPU-aa,GPU-bb");
  }

  @Test
  void aProcessIsNarrowedOnce() {
    var visible = started("MIG-other," + ID);
    assertThat(visible.ordinal(ID)).isEqualTo(0);
    loaded = true;
    assertThat(visible.ordinal(ID)).isEqualTo(0);
    assertThat(visible.ordinal("1")).isEqualTo(0);
    assertThatThrownBy(() -> visible.ordinal("MIG-other"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use gpu MIG-other: this process already computes on %s and can use one id only; give each executor one gpu"
                .formatted(ID));
    var ofIndexes = started("4,6");
    variable.value = ID;
    assertThatThrownBy(() -> ofIndexes.ordinal("6"))
        .hasMessage(
            "Cannot use gpu 6: this process already computes on %s and can use one id only; give each executor one gpu"
                .formatted(ID));
  }

  @Test
  void afterTheEngineHasLoadedItIsTooLate() {
    loaded = true;
    assertThatThrownBy(() -> started(null).ordinal(ID))
        .hasMessage(
            "Cannot use gpu %1$s: libtorch is loaded and sees other devices by now; start this process with CUDA_VISIBLE_DEVICES=%1$s, or use executors of their own"
                .formatted(ID));
    assertThat(started(ID).ordinal(ID)).isEqualTo(0); // the process was started so
    assertThat(variable.value).isEqualTo(ID);
  }

  @Test
  void anEnvironmentThatCannotBeSetIsAnError() {
    var visible = started(null);
    variable.status = -1;
    assertThatThrownBy(() -> visible.ordinal(ID))
        .hasMessage(
            "Cannot use gpu %1$s: setenv CUDA_VISIBLE_DEVICES gave status -1; start this process with CUDA_VISIBLE_DEVICES=%1$s"
                .formatted(ID));
  }

  @Test
  void addressesOfNoKnownFormAreRefused() {
    assertThatThrownBy(() -> started(null).ordinal("cuda:0"))
        .hasMessage(
            "Invalid gpu address 'cuda:0': must be an index, or an id that begins with GPU- or MIG-; correct the resource's discovery script");
  }

  @Test
  void theEnvironmentOfThisProcessIsTheOneThatNativeCodeReads() {
    var environment = VisibleGpus.libc();
    assertThat(environment.setenv("SILOTUNE_TEST_VARIABLE", ID, 1)).isZero();
    assertThat(environment.getenv("SILOTUNE_TEST_VARIABLE")).isEqualTo(ID);
  }

  /** A process that was started with a value of the variable. */
  private VisibleGpus started(@Nullable String value) {
    variable.value = value;
    return new VisibleGpus(Optional.ofNullable(value), variable, () -> loaded);
  }
}
