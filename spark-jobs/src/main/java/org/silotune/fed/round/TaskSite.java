package org.silotune.fed.round;

import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.llm.plan.MemoryLimit;

/**
 * Where a silo's work runs.
 *
 * @param host the machine's name, as silo descriptors write it
 * @param device what the work computes on
 * @param memory what the work's process may take
 * @param canary hash of the process's canary computation, computed at first use
 * @param hadoop configuration of the file systems
 */
public record TaskSite(
    String host,
    ComputeDevice device,
    MemoryLimit memory,
    Supplier<String> canary,
    Configuration hadoop) {}
