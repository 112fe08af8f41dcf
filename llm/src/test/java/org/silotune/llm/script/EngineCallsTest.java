package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;

/**
 * Every way into the engine is known, and those that compute ask whether their thread was prepared:
 * there is no other place from which a thread could compute with settings of its past.
 */
final class EngineCallsTest {

  private static final Set<String> COMPUTING = Set.of("JniUtils.backward", "ScriptCalls.call");

  private static final Set<String> SETTINGS =
      Set.of(
          "JniUtils.isGradMode",
          "JniUtils.setGradMode",
          "JniUtils.setGraphExecutorOptimize",
          "JniUtils.setNumThreads");

  /** Make, name, copy, move and free tensors and what stands for them; no arithmetic. */
  private static final Set<String> MOVING =
      Set.of(
          "DataType.getNumOfBytes",
          "Device.cpu",
          "Device.getDeviceId",
          "Device.gpu",
          "Device.isGpu",
          "Engine.getEngine",
          "Engine.getVersion",
          "Engine.hasCapability",
          "Engine.newBaseManager",
          "EngineException.getMessage",
          "IValue.close",
          "IValue.from",
          "IValue.listFrom",
          "IValue.toDouble",
          "IValue.toTensor",
          "IValue.toTensorArray",
          "JniUtils.attachGradient",
          "JniUtils.createEmptyNdArray",
          "JniUtils.emptyCudaCache",
          "JniUtils.full",
          "JniUtils.getByteBuffer",
          "JniUtils.getGradient",
          "JniUtils.loadModule",
          "LibUtils.getLibtorchPath",
          "NativeResource.getHandle",
          "PtNDArray.<init>",
          "PtNDArray.attach",
          "PtNDArray.close",
          "PtNDArray.detach",
          "PtNDArray.getDataType",
          "PtNDArray.getDevice",
          "PtNDArray.getHandle",
          "PtNDArray.getManager",
          "PtNDArray.getShape",
          "PtNDArray.size",
          "PtNDArray.toByteBuffer",
          "PtNDManager.close",
          "PtNDManager.create",
          "PtNDManager.getDevice",
          "PtNDManager.getManagedArrays",
          "PtNDManager.newSubManager",
          "PtNDManager.zeros",
          "PtSymbolBlock.close",
          "PtSymbolBlock.getHandle",
          "Shape.<init>",
          "Shape.getShape",
          "Shape.size",
          "Utils.getCacheDir");

  private final JavaClasses classes = ArchitectureRules.ofThisModule().classes();

  @Test
  void nothingElseOfTheEngineIsCalled() {
    Set<String> known = new TreeSet<>(MOVING);
    known.addAll(COMPUTING);
    known.addAll(SETTINGS);
    assertThat(calls()).isSubsetOf(known);
  }

  @Test
  void theSettingsOfAThreadAreMadeInOnePlace() {
    assertThat(calls()).containsAll(SETTINGS);
    assertThat(callers(SETTINGS::contains))
        .allSatisfy(
            caller ->
                assertThat(caller.getOwner().getName()).isEqualTo(ComputeThread.class.getName()));
  }

  @Test
  void whateverComputesAsksWhetherItsThreadWasPrepared() {
    assertThat(callers(COMPUTING::contains))
        .hasSize(2)
        .allSatisfy(
            caller ->
                assertThat(caller.getMethodCallsFromSelf())
                    .as(caller.getFullName())
                    .anyMatch(
                        call ->
                            call.getTargetOwner().getName().equals(ComputeThread.class.getName())
                                && call.getTarget().getName().equals("requireEntered")));
  }

  private Set<String> calls() {
    Set<String> names = new TreeSet<>();
    accesses().forEach(access -> names.add(nameOf(access)));
    return names;
  }

  private List<JavaCodeUnit> callers(Predicate<String> called) {
    return accesses().stream()
        .filter(access -> called.test(nameOf(access)))
        .map(JavaCodeUnitAccess::getOrigin)
        .distinct()
        .toList();
  }

  private List<JavaCodeUnitAccess<?>> accesses() {
    return classes.stream()
        .filter(type -> type.getPackageName().equals("org.silotune.llm.script"))
        .<JavaCodeUnitAccess<?>>flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
        .filter(access -> access.getTargetOwner().getPackageName().startsWith("ai.djl"))
        .toList();
  }

  private static String nameOf(JavaCodeUnitAccess<?> access) {
    return access.getTargetOwner().getSimpleName() + "." + access.getTarget().getName();
  }
}
