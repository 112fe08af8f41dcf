package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.ModelOptions;
import org.silotune.prep.stage.Contamination;
import org.silotune.prep.stage.LanguageFilter;
import org.silotune.prep.stage.NearDuplicates;
import org.silotune.prep.stage.QualityFilter;
import org.silotune.prep.stage.Redaction;

/** Every key of some sections is read, and one that is not theirs is refused. */
final class ExperimentSectionsTest {

  @TempDir Path folder;

  @Test
  void everyKeyOfLoraIsRead() throws IOException {
    var lora =
        read("lora: { rank: 4, alpha: 2.5, dropout: 0.25, target-modules: [v_proj, q_proj] }")
            .lora();
    assertThat(lora).isEqualTo(new LoraConfig(4, 2.5, 0.25, List.of("q_proj", "v_proj")));
  }

  @Test
  void everyKeyOfTheStagesIsRead() throws IOException {
    var stages =
        read("""
                data:
                  stages:
                    normalise: true
                    language: { keep: [deu, eng], margin: 2 }
                    quality:
                      of: answer
                      min-words: 1
                      max-words: 2
                      min-mean-word-length: 3
                      max-mean-word-length: 4
                      max-symbol-ratio: 0.5
                      min-alphabetic-words: 0.6
                      max-bullet-lines: 0.7
                      max-ellipsis-lines: 0.8
                      min-stop-words: 9
                      max-duplicate-lines: 0.1
                      min-distinct-words: 0.2
                    redact: { patterns: { CASE: "C-[0-9]{4}" } }
                    exact-duplicates: true
                    near-duplicates: { similarity: 0.9, words: 3 }
                    contamination:
                      paths: [test.jsonl]
                      uris: ["hdfs:///test"]
                      words: 7
                      share: 0.5
                      action: report
                """)
            .data()
            .stages();
    assertThat(stages.normalise()).isTrue();
    assertThat(stages.language()).hasValue(new LanguageFilter(List.of("deu", "eng"), 2));
    assertThat(stages.quality())
        .hasValue(
            new QualityFilter(
                QualityFilter.Part.ANSWER,
                OptionalInt.of(1),
                OptionalInt.of(2),
                OptionalDouble.of(3),
                OptionalDouble.of(4),
                OptionalDouble.of(0.5),
                OptionalDouble.of(0.6),
                OptionalDouble.of(0.7),
                OptionalDouble.of(0.8),
                OptionalInt.of(9),
                OptionalDouble.of(0.1),
                OptionalDouble.of(0.2)));
    assertThat(stages.redact()).hasValue(new Redaction(Map.of("CASE", "C-[0-9]{4}")));
    assertThat(stages.exactDuplicates()).isTrue();
    assertThat(stages.nearDuplicates()).hasValue(new NearDuplicates(0.9, 3));
    assertThat(stages.contamination())
        .hasValue(
            new Contamination(
                List.of(folder.resolve("test.jsonl")),
                List.of("hdfs:///test"),
                7,
                0.5,
                Contamination.Action.REPORT));
  }

  @Test
  void everyKeyOfAnExperimentIsRead() throws IOException {
    var config =
        read(
            """
            model: mine
            precision: { base: bfloat16 }
            data: { seed: 2 }
            lora: { rank: 3 }
            local: { batch-size: 4 }
            federated: { rounds: 5, allow-empty-silos: true }
            placement: { mode: preferred }
            device: gpu
            report: { samples: 6 }
            spark: { master: "local[7]" }
            """);
    var defaults = ExperimentConfig.defaults();
    assertThat(config.model()).isEqualTo("mine");
    assertThat(config.precision()).isNotEqualTo(ModelOptions.float32());
    assertThat(config.data()).isEqualTo(defaults.data().withSeed(2));
    assertThat(config.lora()).isEqualTo(defaults.lora().withRank(3));
    assertThat(config.local()).isEqualTo(defaults.local().withBatchSize(4));
    assertThat(config.federated().rounds()).isEqualTo(5);
    assertThat(config.federated().allowEmptySilos()).isTrue();
    assertThat(config.placement()).isNotEqualTo(defaults.placement());
    assertThat(config.device()).isEqualTo(DeviceKind.GPU);
    assertThat(config.report().samples()).isEqualTo(6);
    assertThat(config.spark().master()).hasValue("local[7]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "federatd: {} | Unknown key federatd in experiment.yaml line 1 (did you mean federated?): known keys here are model, precision, data, lora, local, federated, placement, device, report, spark",
        "lora: { rnk: 4 } | Unknown key lora.rnk in experiment.yaml line 1 (did you mean rank?): known keys of lora are rank, alpha, dropout, target-modules",
        "data: { stages: { normalize: true } } | Unknown key data.stages.normalize in experiment.yaml line 1 (did you mean normalise?): known keys of data.stages are normalise, language, quality, redact, exact-duplicates, near-duplicates, contamination",
        "data: { stages: { language: { kept: [eng] } } } | Unknown key data.stages.language.kept in experiment.yaml line 1 (did you mean keep?): known keys of data.stages.language are keep, margin",
        "data: { stages: { quality: { min-word: 1 } } } | Unknown key data.stages.quality.min-word in experiment.yaml line 1 (did you mean min-words?): known keys of data.stages.quality are of, min-words, max-words, min-mean-word-length, max-mean-word-length, max-symbol-ratio, min-alphabetic-words, max-bullet-lines, max-ellipsis-lines, min-stop-words, max-duplicate-lines, min-distinct-words",
        "data: { stages: { redact: { pattern: {} } } } | Unknown key data.stages.redact.pattern in experiment.yaml line 1 (did you mean patterns?): known keys of data.stages.redact are patterns",
        "data: { stages: { near-duplicates: { word: 3 } } } | Unknown key data.stages.near-duplicates.word in experiment.yaml line 1 (did you mean words?): known keys of data.stages.near-duplicates are similarity, words",
        "data: { stages: { contamination: { path: [a] } } } | Unknown key data.stages.contamination.path in experiment.yaml line 1 (did you mean paths?): known keys of data.stages.contamination are paths, uris, words, share, action",
      })
  void aKeyThatIsNotTheSectionsIsRefusedWithTheNearest(String text, String message) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(ConfigException.class).hasMessage(message);
  }

  private ExperimentConfig read(String text) throws IOException {
    var file = Files.writeString(folder.resolve("experiment.yaml"), text);
    return ExperimentFile.read(file, List.of());
  }
}
