package org.silotune.udf.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WordNgramsTest {

  private static final WordNgrams THREE = new WordNgrams(3);

  @Test
  void runsOfNumbersAloneHaveNoLetters() {
    assertThat(THREE.hashesWithLetters("1, 2, 3, 4, 5")).isEmpty();
    assertThat(THREE.hashes("1, 2, 3, 4, 5")).hasSize(3);
    assertThat(THREE.hashesWithLetters("1 2 3 4 apples"))
        .containsExactly(THREE.hashes("3 4 apples"));
    assertThat(THREE.hashesWithLetters("two 2 3 4")).containsExactly(THREE.hashes("two 2 3"));
  }

  @Test
  void runsOfWordsWithLettersAreTheSame() {
    String text = "the cat sat on 1 mat, and so on and so forth " + "x 1 2 ".repeat(30);
    assertThat(THREE.hashesWithLetters(text)).containsExactly(THREE.hashes(text));
    assertThat(THREE.hashesWithLetters("too short")).isEmpty();
    assertThat(THREE.hashesWithLetters("")).isEmpty();
  }
}
