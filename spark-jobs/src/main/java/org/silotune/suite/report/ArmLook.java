package org.silotune.suite.report;

import org.silotune.suite.cell.Arm;

/** Which of the looks of charts an arm has, the same in every chart. */
final class ArmLook {

  private ArmLook() {}

  static int of(Arm arm) {
    return switch (arm) {
      case BASE -> 0;
      case GLOBAL -> 1;
      case FEDERATED -> 2;
      case LOCAL -> 3;
    };
  }
}
