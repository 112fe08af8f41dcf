package org.silotune.fed.run;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A lock for storage without operating-system locks: the file {@value #FILE}, renamed into place
 * whole and only where there is none, names its holder and the time at which it expires. The holder
 * renews it; whoever finds it expired takes it over. As safe as the storage's refusal to rename
 * over a file and the machines' clocks: a holder that was paused beyond the expiry finds out before
 * its next commit.
 */
final class LeaseRunLock implements RunLock {

  static final String FILE = "lease.json";

  /** The file's content. */
  record Lease(String holder, String expires) {
    boolean isExpired(Clock clock) {
      return clock.instant().isAfter(Instant.parse(expires));
    }
  }

  private final RunStorage storage;
  private final Held held;
  private final String holder;
  private final Clock clock;
  private final Duration term;
  private final ScheduledExecutorService renewal;
  private boolean closed;

  private LeaseRunLock(RunStorage storage, Held held, String holder, Clock clock, Duration term) {
    this.storage = storage;
    this.held = held;
    this.holder = holder;
    this.clock = clock;
    this.term = term;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lease of " + held.what());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Takes the lease for a term, renewed after each third of it. */
  static LeaseRunLock take(RunStorage storage, Held held, Clock clock, Duration term) {
    return take(storage, held, clock, term, term.dividedBy(3));
  }

  static LeaseRunLock take(
      RunStorage storage, Held held, Clock clock, Duration term, Duration renewedEvery) {
    String holder = ManagementFactory.getRuntimeMXBean().getName() + " " + UUID.randomUUID();
    LeaseRunLock lock = new LeaseRunLock(storage, held, holder, clock, term);
    Optional<Lease> other = lock.read();
    if (other.isPresent() && other.get().isExpired(clock)) {
      storage.delete(FILE);
      other = Optional.empty();
    }
    if (other.isPresent() || !lock.create()) {
      lock.renewal.shutdownNow();
      throw lock.inUse();
    }
    long every = renewedEvery.toMillis();
    var unused = lock.renewal.scheduleAtFixedRate(lock::renew, every, every, TimeUnit.MILLISECONDS);
    return lock;
  }

  /** Not beside a renewal, in the middle of which the file can be missing for a moment. */
  @Override
  public synchronized void requireHeld() {
    Optional<Lease> lease = read();
    if (lease.isEmpty() || !lease.get().holder().equals(holder) || lease.get().isExpired(clock)) {
      throw new RunInUseException(
          "Cannot go on with %s: its lease %s expired or was taken over; see that the storage can be reached and the clocks agree, and start the run again once no other process holds it: committed rounds stay"
              .formatted(held.what(), storage.uri(FILE)));
    }
  }

  @Override
  public String file() {
    return FILE;
  }

  @Override
  public void closeAndRemove() {
    close();
  }

  /** Waits for a renewal under way, which would otherwise put the deleted file back. */
  @Override
  public synchronized void close() {
    closed = true;
    renewal.shutdownNow();
    if (read().filter(lease -> lease.holder().equals(holder)).isPresent()) {
      storage.delete(FILE);
    }
  }

  private synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      if (read().filter(lease -> lease.holder().equals(holder)).isPresent()) {
        storage.replace(FILE, Json.bytes(lease()));
      }
    } catch (RuntimeException e) {
      // Thrown, it would end all renewals. The next one tries again while the lease lasts; if none
      // gets through, requireHeld finds out.
    }
  }

  private boolean create() {
    return storage.writeIfAbsent(FILE, Json.bytes(lease()), UUID.randomUUID().toString());
  }

  private Lease lease() {
    return new Lease(holder, clock.instant().plus(term).toString());
  }

  private Optional<Lease> read() {
    return storage.read(FILE).map(bytes -> Json.read(bytes, Lease.class, storage.uri(FILE)));
  }

  private RunInUseException inUse() {
    String by = read().map(l -> "%s until %s".formatted(l.holder(), l.expires())).orElse("another");
    return new RunInUseException(
        "Cannot start %s: %s is held by %s; wait for it to end or to expire, or use another %s"
            .formatted(held.what(), storage.uri(FILE), by, held.alternative()));
  }
}
