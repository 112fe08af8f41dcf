package org.silotune.fed.round;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;

/** Silos of unequal weights and a small adapter, for tests of rounds. */
public final class FakeSilos {

  private FakeSilos() {}

  /** Returns {@code count} silos named silo-01 and so on, of 3, 10, 21, 36, ... examples. */
  public static List<SiloDescriptor> of(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(FakeSilos::silo).toList();
  }

  private static SiloDescriptor silo(int i) {
    long examples = 2L * i * i + i;
    return silo("silo-%02d".formatted(i), examples);
  }

  /** Returns a silo of so many training examples of 7 trained tokens, which may run anywhere. */
  public static SiloDescriptor silo(String name, long examples) {
    return silo(name, examples, List.of(), Placement.STRICT);
  }

  /** Returns a silo of so many training examples of 7 trained tokens, with its hosts. */
  public static SiloDescriptor silo(
      String name, long examples, List<String> hosts, Placement placement) {
    ShardCounts train = new ShardCounts(examples, 9 * examples, 7 * examples, 0, "");
    ShardCounts heldOut = examples == 3 ? ShardCounts.EMPTY : train; // as FakeTrainer scores it
    SiloCounts counts = new SiloCounts(name, train, heldOut, heldOut, 0);
    return new SiloDescriptor("memory:", counts, hosts, placement);
  }

  /** Returns the default configuration with so many rounds. */
  public static FederatedConfig config(int rounds) {
    return Altered.config(FederatedConfig.defaults(), Map.of("rounds", rounds));
  }

  /** Returns an adapter of three tensors and 46 coordinates. */
  public static NamedTensors adapter() {
    return NamedTensors.builder()
        .put("layers.0.lora_A", new long[] {2, 8}, ramp(16, 0.01f))
        .put("layers.0.lora_B", new long[] {8, 2}, new float[16])
        .put("layers.1.lora_A", new long[] {2, 7}, ramp(14, -0.02f))
        .build();
  }

  private static float[] ramp(int n, float step) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = step * (i + 1);
    }
    return values;
  }
}
