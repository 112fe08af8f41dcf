package org.silotune.prep.source;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The fields of a record by column name. Not thread-safe. */
interface RecordParser {

  /**
   * Parses a record.
   *
   * @throws RejectedRecordException if it is not one
   */
  ObjectNode parse(RawRecord record) throws RejectedRecordException;
}
