"""The twin of `silotune bench round`: rounds of Flower's simulation whose clients train nothing.

Each client receives the global arrays and answers with them plus a seeded random delta; the server
averages with FedAvg, weighted by examples. Clients run on Ray, one a core, as Flower's simulation
runs them by default. Prints one line of JSON with the keys of the Java side.
"""

import argparse
import json
import logging
import os
import statistics
import time

os.environ["FLWR_TELEMETRY_ENABLED"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import numpy
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation

WARM_UP = 2
TENSOR = 65_536


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--silos", type=int, default=8)
    parser.add_argument("--parameters", type=int, default=64 * TENSOR)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def zeros(parameters):
    """The arrays of the Java side: tensors of 65,536 coordinates, the last with the rest."""
    starts = range(0, parameters, TENSOR)
    return [numpy.zeros(min(TENSOR, parameters - i), numpy.float32) for i in starts]


client = ClientApp()


@client.train()
def train(message: Message, context: Context):
    """Adds a delta between -0.005 and 0.005 that the round and the client seed."""
    arrays = message.content["arrays"].to_numpy_ndarrays()
    seed = [message.content["config"]["server-round"], context.node_config["partition-id"]]
    random = numpy.random.default_rng(seed)
    for array in arrays:
        array += (random.random(array.size, numpy.float32) - numpy.float32(0.5)) * numpy.float32(0.01)
    content = {
        "arrays": ArrayRecord(arrays),
        "metrics": MetricRecord({"num-examples": 100 + context.node_config["partition-id"]}),
    }
    return Message(content=RecordDict(content), reply_to=message)


class TimedFedAvg(FedAvg):
    """FedAvg that notes when each round begins and when its mean is there."""

    def __init__(self, silos):
        super().__init__(fraction_evaluate=0.0, min_train_nodes=silos, min_available_nodes=silos)
        self.silos = silos
        self.began = 0.0
        self.seconds = []

    def configure_train(self, *arguments):
        # The replies are fetched, and sent for, lazily: the clock starts before the first message.
        self.began = time.perf_counter()
        return super().configure_train(*arguments)

    def aggregate_train(self, server_round, replies):
        replies = list(replies)
        if len(replies) != self.silos or any(reply.has_error() for reply in replies):
            raise SystemExit(f"Invalid round {server_round}: not every client answered")
        mean = super().aggregate_train(server_round, replies)
        self.seconds.append(time.perf_counter() - self.began)
        return mean


def peak_rss_bytes():
    """VmHWM of this process and of its children, Ray's store and workers, together."""
    parents, peaks = {}, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/status") as status:
                fields = dict(line.split(":", 1) for line in status if ":" in line)
        except OSError:
            continue
        parents[int(entry)] = int(fields["PPid"])
        peaks[int(entry)] = int(fields.get("VmHWM", "0 kB").split()[0]) * 1024

    def belongs(process):
        while process in parents:
            if process == os.getpid():
                return True
            process = parents[process]
        return False

    return sum(peak for process, peak in peaks.items() if belongs(process))


def main():
    options = arguments()
    strategy = TimedFedAvg(options.silos)
    memory = []

    def serve(grid: Grid, context: Context):
        strategy.start(grid, ArrayRecord(zeros(options.parameters)), num_rounds=WARM_UP + options.rounds)
        memory.append(peak_rss_bytes())

    logging.getLogger("flwr").setLevel(logging.ERROR)
    server = ServerApp()
    server.main()(serve)
    run_simulation(server, client, options.silos)
    measured = strategy.seconds[WARM_UP:]
    if len(measured) != options.rounds:
        raise SystemExit(f"Invalid run: {len(measured)} of {options.rounds} rounds were measured")
    median = statistics.median(measured)
    print(
        json.dumps(
            {
                "bench": "round",
                "side": "flower",
                "silos": options.silos,
                "parameters": options.parameters,
                "rounds": options.rounds,
                "seconds_median": median,
                "silos_per_second": options.silos / median,
                "bytes_down_per_silo": 4 * options.parameters,
                "bytes_up_per_silo": 4 * options.parameters,
                "peak_rss_bytes": memory[0],
            }
        )
    )


if __name__ == "__main__":
    main()
