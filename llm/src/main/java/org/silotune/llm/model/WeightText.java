package org.silotune.llm.model;

import java.util.List;
import java.util.stream.IntStream;
import org.silotune.llm.checkpoint.quant.RowOrder;
import org.silotune.llm.checkpoint.quant.WeightForm;

/** The script's side of a {@link WeightForm}: the expression that makes a matrix of its parts. */
interface WeightText {

  /** Returns how many tensors a script takes for the weight. */
  int partCount();

  /**
   * Returns the expression of the whole matrix.
   *
   * @param parts the variables of the parts
   * @param rows of the matrix
   * @param columns of the matrix
   * @param dtype the number of the type that it is wanted in
   */
  String matrix(List<String> parts, long rows, long columns, int dtype);

  /** Returns the expression of the rows that the variable {@code indices} names. */
  String rows(List<String> parts, long columns, String indices, int dtype);

  /** Returns the method that the expressions call, nothing for none; forms may share one. */
  default String method() {
    return "";
  }

  static WeightText of(WeightForm form) {
    WeightText stored =
        switch (form.encoding()) {
          case PLAIN -> new PlainText();
          case INT8, INT8_COLUMNS -> new Int8Text(form.encoding());
          case NF4 -> new NormalFloatText();
          case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K -> new GgmlText(form.encoding());
        };
    return form.order().equals(RowOrder.PLAIN) ? stored : new OrderedText(stored, form.order());
  }

  /** Returns the variables of the parts of the weight that {@code variable} names. */
  default List<String> variables(String variable) {
    return IntStream.range(0, partCount())
        .mapToObj(part -> part == 0 ? variable : variable + "_part" + part)
        .toList();
  }
}
