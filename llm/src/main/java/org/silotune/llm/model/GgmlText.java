package org.silotune.llm.model;

import java.util.List;
import java.util.Locale;
import org.silotune.llm.checkpoint.quant.Encoding;

/**
 * Blocks of ggml: b, uint8 (rows, blocks, block bytes), and h, the same bytes as float16, of which
 * the scales are taken. Operation by operation what the decoders of {@code llm.checkpoint.gguf} do,
 * where the layouts are described, so that the values have the same bits.
 */
record GgmlText(Encoding encoding) implements WeightText {

  /** The two 4-bit halves of bytes, the low ones of a block first. */
  private static final String HALVES =
      "torch.cat([torch.bitwise_and(q, 15), torch.bitwise_right_shift(q, 4)], 2)";

  /** The fifth bits of 32 values out of four bytes, in the fifth place. */
  private static final String FIFTH_BITS =
      """
          eight = torch.arange(8, dtype=0, device=b.device)
          bits = torch.bitwise_and(torch.bitwise_right_shift(torch.unsqueeze(torch.slice(b, 2, FROM, UNTIL, 1), 3), eight), 1)
          bits = torch.bitwise_left_shift(torch.reshape(bits, [torch.size(b, 0), torch.size(b, 1), 32]), 4)
      """;

  /** The eight scales and eight minima of 6 bits, times the block's own. */
  private static final String K_SCALES =
      """
          s = torch.slice(b, 2, 4, 8, 1)
          t = torch.slice(b, 2, 8, 12, 1)
          u = torch.slice(b, 2, 12, 16, 1)
          s2 = torch.bitwise_or(torch.bitwise_and(u, 15), torch.bitwise_and(torch.bitwise_right_shift(s, 2), 48))
          t2 = torch.bitwise_or(torch.bitwise_right_shift(u, 4), torch.bitwise_and(torch.bitwise_right_shift(t, 2), 48))
          scale = torch.mul_(torch.to(torch.cat([torch.bitwise_and(s, 63), s2], 2), 6), torch.to(torch.slice(h, 2, 0, 1, 1), 6))
          minimum = torch.mul_(torch.to(torch.cat([torch.bitwise_and(t, 63), t2], 2), 6), torch.to(torch.slice(h, 2, 1, 2, 1), 6))
          blocks = [torch.size(b, 0), torch.size(b, 1), 8, 32]
          q = torch.reshape(torch.slice(b, 2, FIRST, LAST, 1), [torch.size(b, 0), torch.size(b, 1), 4, 32])
          v = torch.reshape(torch.stack([torch.bitwise_and(q, 15), torch.bitwise_right_shift(q, 4)], 3), blocks)
      """;

  private static final String K_VALUES =
      "    return torch.sub_(torch.mul_(torch.to(v, 6), torch.unsqueeze(scale, 3)), torch.unsqueeze(minimum, 3))\n";

  @Override
  public int partCount() {
    return 2;
  }

  @Override
  public String matrix(List<String> parts, long rows, long columns, int dtype) {
    return "torch.to(torch.reshape(self.%s(%s, %s), [%d, %d]), %d)"
        .formatted(label(), parts.get(0), parts.get(1), rows, columns, dtype);
  }

  @Override
  public String rows(List<String> parts, long columns, String indices, int dtype) {
    return "torch.to(torch.reshape(self.%s(torch.index_select(%s, 0, %s), torch.index_select(%s, 0, %s)), [-1, %d]), %d)"
        .formatted(label(), parts.get(0), indices, parts.get(1), indices, columns, dtype);
  }

  @Override
  public String method() {
    return "  def %s(self, b: Tensor, h: Tensor) -> Tensor:\n%s\n".formatted(label(), body());
  }

  private String label() {
    return encoding.name().toLowerCase(Locale.ROOT);
  }

  private String body() {
    return switch (encoding) {
      case Q4_0 -> nibbles(2) + centred(HALVES, 8);
      case Q4_1 -> nibbles(4) + aboveMinimum(HALVES);
      case Q5_0 -> nibbles(6) + fifthBits(2) + centred(withFifthBits(), 16);
      case Q5_1 -> nibbles(8) + fifthBits(4) + aboveMinimum(withFifthBits());
      case Q8_0 ->
          """
              q = torch.to(torch.to(torch.slice(b, 2, 2, 34, 1), 1), 6)
              return torch.mul_(q, torch.to(torch.slice(h, 2, 0, 1, 1), 6))
          """;
      case Q4_K -> K_SCALES.replace("FIRST", "16").replace("LAST", "144") + K_VALUES;
      case Q5_K ->
          K_SCALES.replace("FIRST", "48").replace("LAST", "176")
              + """
                  eight = torch.reshape(torch.arange(8, dtype=0, device=b.device), [8, 1])
                  fifth = torch.bitwise_right_shift(torch.unsqueeze(torch.slice(b, 2, 16, 48, 1), 2), eight)
                  v = torch.bitwise_or(v, torch.bitwise_left_shift(torch.bitwise_and(fifth, 1), 4))
              """
              + K_VALUES;
      case Q6_K ->
          """
              R = torch.size(b, 0)
              B = torch.size(b, 1)
              q = torch.reshape(torch.slice(b, 2, 0, 128, 1), [R, B, 2, 2, 32])
              low = torch.reshape(torch.stack([torch.bitwise_and(q, 15), torch.bitwise_right_shift(q, 4)], 3), [R, B, 2, 4, 32])
              shifts = torch.reshape(torch.arange(0, 8, 2, dtype=0, device=b.device), [4, 1])
              top = torch.reshape(torch.slice(b, 2, 128, 192, 1), [R, B, 2, 1, 32])
              top = torch.bitwise_left_shift(torch.bitwise_and(torch.bitwise_right_shift(top, shifts), 3), 4)
              v = torch.sub_(torch.to(torch.reshape(torch.bitwise_or(low, top), [R, B, 16, 16]), 6), 32)
              scale = torch.to(torch.to(torch.slice(b, 2, 192, 208, 1), 1), 6)
              scale = torch.mul_(scale, torch.to(torch.slice(h, 2, 104, 105, 1), 6))
              return torch.mul_(v, torch.unsqueeze(scale, 3))
          """;
      case PLAIN, INT8, INT8_COLUMNS, NF4 -> throw new IllegalStateException(encoding.name());
    };
  }

  private static String nibbles(int from) {
    return "    q = torch.slice(b, 2, %d, %d, 1)\n".formatted(from, from + 16);
  }

  private static String fifthBits(int from) {
    return FIFTH_BITS
        .replace("FROM", Integer.toString(from))
        .replace("UNTIL", Integer.toString(from + 4));
  }

  private static String withFifthBits() {
    return "torch.bitwise_or(%s, bits)".formatted(HALVES);
  }

  private static String centred(String values, int centre) {
    return "    return torch.mul_(torch.sub_(torch.to(%s, 6), %d), torch.to(torch.slice(h, 2, 0, 1, 1), 6))\n"
        .formatted(values, centre);
  }

  private static String aboveMinimum(String values) {
    return """
            v = torch.mul_(torch.to(VALUES, 6), torch.to(torch.slice(h, 2, 0, 1, 1), 6))
            return torch.add_(v, torch.to(torch.slice(h, 2, 1, 2, 1), 6))
        """
        .replace("VALUES", values);
  }
}
