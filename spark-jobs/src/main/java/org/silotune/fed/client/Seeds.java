package org.silotune.fed.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Every random choice of a run as a pure function of (run seed, purpose, round, silo): a retried
 * task, a resumed run and another cluster draw the same numbers.
 *
 * <p>A derived seed is the first eight bytes, big-endian, of {@code sha256(run seed || round ||
 * purpose || 0 || silo)}, with the seed and the round as big-endian int64 and int32 and the texts
 * in UTF-8.
 *
 * @param runSeed the run's seed, from its configuration
 */
public record Seeds(long runSeed) {

  /** Returns the seed that a silo's local update of one round derives everything from. */
  public long localUpdate(int round, String silo) {
    return derive("local-update", round, silo);
  }

  /** Returns the number that ranks a silo when a round's cohort is drawn. */
  public long cohortRank(int round, String silo) {
    return derive("cohort", round, silo);
  }

  private long derive(String purpose, int round, String silo) {
    MessageDigest sha256 = sha256();
    sha256.update(ByteBuffer.allocate(12).putLong(runSeed).putInt(round).array());
    sha256.update(purpose.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    sha256.update(silo.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(sha256.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Missing SHA-256: every Java platform has it", e);
    }
  }
}
