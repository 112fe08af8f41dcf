package org.silotune.prep.source;

/** A record that goes to quarantine; caught where its row is made, never seen by a user. */
final class RejectedRecordException extends Exception {

  private final QuarantineReason reason;

  RejectedRecordException(QuarantineReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  QuarantineReason reason() {
    return reason;
  }
}
