package org.silotune.prep.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * The most that the Java heap held at one moment since this was opened, garbage included: it holds
 * most when a collection begins. The peaks of its pools, which the JVM keeps, are each of another
 * moment: together they may be more than the heap.
 */
final class HeapPeak implements NotificationListener, AutoCloseable {

  private static final List<String> HEAP =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .toList();

  private final AtomicLong bytes = new AtomicLong();

  private HeapPeak() {}

  static HeapPeak open() {
    HeapPeak peak = new HeapPeak();
    collectors().forEach(collector -> collector.addNotificationListener(peak, null, null));
    return peak;
  }

  /** Returns the most so far. */
  long bytes() {
    raise(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    return bytes.get();
  }

  @Override
  public void handleNotification(Notification notification, @Nullable Object handback) {
    if (notification.getUserData() instanceof CompositeData data
        && notification
            .getType()
            .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      Map<String, MemoryUsage> before =
          GarbageCollectionNotificationInfo.from(data).getGcInfo().getMemoryUsageBeforeGc();
      raise(HEAP.stream().mapToLong(pool -> before.get(pool).getUsed()).sum());
    }
  }

  private void raise(long now) {
    bytes.accumulateAndGet(now, Math::max);
  }

  @Override
  public void close() {
    collectors()
        .forEach(
            collector -> {
              try {
                collector.removeNotificationListener(this);
              } catch (ListenerNotFoundException e) {
                throw new IllegalStateException("It was added when this was opened", e);
              }
            });
  }

  private static Stream<NotificationEmitter> collectors() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .map(NotificationEmitter.class::cast);
  }
}
