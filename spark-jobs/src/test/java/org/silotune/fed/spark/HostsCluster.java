package org.silotune.fed.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;

/**
 * A standalone master with a worker of one core on each of some loopback addresses: the executors
 * of a local cluster are all on one host.
 */
final class HostsCluster implements AutoCloseable {

  private static final int WORKER_MEBIBYTES = 1024;

  private final List<RpcEnv> services = new ArrayList<>();
  private final String master;

  private HostsCluster(String master, RpcEnv service) {
    this.master = master;
    this.services.add(service);
  }

  /** Starts a cluster. */
  static HostsCluster on(List<String> hosts, Path folder) {
    SparkConf conf = new SparkConf().set("spark.master.ui.enabled", "false");
    RpcEnv service = Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf)._1();
    HostsCluster cluster = new HostsCluster("spark://" + service.address().hostPort(), service);
    for (String host : hosts) {
      cluster.services.add(
          Worker.startRpcEnvAndEndpoint(
              host,
              0,
              0,
              1,
              WORKER_MEBIBYTES,
              new String[] {cluster.master},
              folder.resolve(host).toString(),
              Option.apply(cluster.services.size()),
              conf,
              Option.empty()));
    }
    return cluster;
  }

  String master() {
    return master;
  }

  @Override
  public void close() {
    Collections.reverse(services); // workers first: without a master they would look for it
    for (RpcEnv service : services) {
      service.shutdown();
      service.awaitTermination();
    }
  }
}
