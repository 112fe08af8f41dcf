package org.silotune.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.fed.run.RoundRecord;
import org.silotune.llm.tensor.NamedTensors;

/** Takes the time of rounds at the moments that a run tells of: begun, being written, committed. */
final class RoundTimes implements RoundListener, AdapterFormat {

  private final AdapterFormat format;
  private final int warmUp;
  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> checkpointSeconds = new ArrayList<>();
  private long began;
  private long written;

  /** Leaves the first {@code warmUp} rounds out; adapters are written by {@code format}. */
  RoundTimes(AdapterFormat format, int warmUp) {
    this.format = format;
    this.warmUp = warmUp;
  }

  @Override
  public void began(int round, int rounds, List<String> silos) {
    began = System.nanoTime();
  }

  @Override
  public void write(NamedTensors adapter, Path folder) throws IOException {
    written = System.nanoTime();
    format.write(adapter, folder);
  }

  @Override
  public NamedTensors read(Path folder) throws IOException {
    return format.read(folder);
  }

  @Override
  public void committed(RoundRecord record) {
    if (record.round().round() > warmUp) {
      seconds.add((written - began) * 1e-9);
      checkpointSeconds.add((System.nanoTime() - written) * 1e-9);
    }
  }

  double secondsMedian() {
    return Median.of(seconds);
  }

  double checkpointSecondsMedian() {
    return Median.of(checkpointSeconds);
  }
}
