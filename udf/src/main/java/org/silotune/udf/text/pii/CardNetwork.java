package org.silotune.udf.text.pii;

import java.util.List;

/**
 * The numbers that a payment network gives out.
 *
 * @param low the first of its prefixes of four digits
 * @param high the last
 * @param lengths how many digits its numbers have
 */
record CardNetwork(int low, int high, List<Integer> lengths) {

  private static final List<Integer> FROM_16 = List.of(16, 17, 18, 19);
  private static final List<Integer> FROM_14 = List.of(14, 15, 16, 17, 18, 19);
  private static final List<Integer> FROM_13 = List.of(13, 14, 15, 16, 17, 18, 19);

  /** The networks' published ranges of issuer identification numbers. */
  private static final List<CardNetwork> ALL =
      List.of(
          new CardNetwork(4000, 4999, List.of(13, 16, 19)), // Visa
          new CardNetwork(5100, 5599, List.of(16)), // Mastercard
          new CardNetwork(2221, 2720, List.of(16)), // Mastercard
          new CardNetwork(3400, 3499, List.of(15)), // American Express
          new CardNetwork(3700, 3799, List.of(15)), // American Express
          new CardNetwork(3000, 3059, FROM_14), // Diners Club
          new CardNetwork(3095, 3095, FROM_14), // Diners Club
          new CardNetwork(3600, 3699, FROM_14), // Diners Club
          new CardNetwork(3800, 3999, FROM_14), // Diners Club
          new CardNetwork(3528, 3589, FROM_16), // JCB
          new CardNetwork(6011, 6011, FROM_16), // Discover
          new CardNetwork(6440, 6599, FROM_16), // Discover
          new CardNetwork(6200, 6299, FROM_16), // UnionPay
          new CardNetwork(5018, 5018, FROM_13), // Maestro, of 12 to 19 digits
          new CardNetwork(5020, 5020, FROM_13), // Maestro
          new CardNetwork(5038, 5038, FROM_13), // Maestro
          new CardNetwork(5893, 5893, FROM_13), // Maestro
          new CardNetwork(6304, 6304, FROM_13), // Maestro
          new CardNetwork(6759, 6763, FROM_13)); // Maestro

  CardNetwork {
    lengths = List.copyOf(lengths);
  }

  /** Returns whether some network gives out numbers like this, of 13 digits or more. */
  static boolean issues(CharSequence digits) {
    int prefix = Integer.parseInt(digits, 0, 4, 10);
    return ALL.stream()
        .anyMatch(
            network ->
                prefix >= network.low
                    && prefix <= network.high
                    && network.lengths.contains(digits.length()));
  }
}
