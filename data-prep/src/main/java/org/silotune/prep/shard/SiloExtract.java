package org.silotune.prep.shard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.silotune.prep.PreparationException;

/**
 * Some silos of a prepared folder as a prepared folder of their own: the same files, so that a run
 * over them trains on what a run over all silos gives these.
 */
public final class SiloExtract {

  private SiloExtract() {}

  /**
   * Copies silos; needs no Spark.
   *
   * @param silos names of silos of the source
   * @param folder absent or empty, on any file system; it appears by one rename
   * @throws PreparationException if there is no such silo, the folder holds something, or it cannot
   *     be written
   */
  public static PreparedFolder write(PreparedFolder source, List<String> silos, String folder) {
    ShardManifest whole = source.manifest();
    if (whole.hasVersions()) {
      throw new PreparationException(
          "Cannot copy silos of %s: it holds versions; prepare the data without data.incremental"
              .formatted(source.uri()));
    }
    ShardManifest manifest = manifest(whole, silos);
    PreparedFolder target = PreparedFolder.at(folder);
    PreparedFolder unfinished = target.unfinished();
    try {
      if (target.isOccupied()) {
        throw new PreparationException(
            "Cannot copy silos into %s: it is not empty; name another folder or remove it"
                .formatted(target.uri()));
      }
      target.removeUnfinished();
      for (String silo : silos) {
        copy(source, source.shards(), silo, unfinished, unfinished.shards());
        copy(source, source.heldOutRows(), silo, unfinished, unfinished.heldOutRows());
      }
      unfinished.writeManifest(manifest);
      unfinished.renameTo(target);
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot copy silos into %s: %s; make room or name another folder"
              .formatted(target.uri(), e.getMessage()),
          e);
    }
    return target;
  }

  private static ShardManifest manifest(ShardManifest source, List<String> silos) {
    List<SiloCounts> counts = silos.stream().sorted().map(source::silo).toList();
    long rows = counts.stream().mapToLong(SiloCounts::exampleCount).sum();
    ObjectNode preparation = JsonNodeFactory.instance.objectNode();
    preparation.put("silos-of", source.contentSha256());
    return new ShardManifest(
        ShardManifest.SCHEMA_VERSION,
        source.tokenizerSha256(),
        source.template(),
        source.maxLength(),
        source.seed(),
        preparation,
        rows,
        rows,
        new TreeMap<>(),
        List.of(),
        counts,
        LengthQuantiles.UNKNOWN,
        ShardManifest.contentSha256(counts));
  }

  private static void copy(
      PreparedFolder source, String from, String silo, PreparedFolder target, String to)
      throws IOException {
    for (Split split : Split.values()) {
      for (Path file : source.files(from, silo, split)) {
        Path copy = new Path(PreparedFolder.partition(to, silo, split), file.getName());
        FileUtil.copy(
            file.getFileSystem(source.hadoopConfiguration()),
            file,
            copy.getFileSystem(target.hadoopConfiguration()),
            copy,
            /* deleteSource= */ false,
            target.hadoopConfiguration());
      }
    }
  }
}
