"""A Ray cluster of two nodes on this machine, whose nodes and workers can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 100_000_000  # bytes of each node's object store
QUICK = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 3,
}
"""A lost node is noticed after two seconds; usually Ray takes about twenty."""


class Nodes:
    """A head that stays, and a second node that comes and goes; one processor each."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        node = {"num_cpus": 1, "object_store_memory": MEMORY}
        head = {**node, "include_dashboard": False, "_system_config": QUICK}
        self.cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        self.node = node
        self.second: Any = None

    @property
    def address(self) -> str:
        return self.cluster.address

    def add_second(self) -> None:
        """Start another node, and wait until the cluster knows it.

        A process joins at some node of its machine, and falls with it: join before this is called.
        """
        self.second = self.cluster.add_node(**self.node)

    def remove_second(self) -> None:
        """Kill the node with all its workers, as a power cut would."""
        self.cluster.remove_node(self.second, allow_graceful=False)

    def workers(self) -> list[int]:
        """Return the process numbers of those workers, of both nodes, that run a task."""
        raylets = {
            info.process.pid
            for node in self.cluster.list_all_nodes()
            for info in node.all_processes["raylet"]
        }
        return [
            pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if runs(pid, raylets)
        ]

    def kill_a_worker(self) -> list[int]:
        """Kill a process within a task, as kill -9 does; its number, or nothing if none was at work."""
        found = self.workers()[:1]
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return found


def runs(pid: int, raylets: set[int]) -> bool:
    """Tell whether a process is a worker of ours within a task of livegrad, whose name it then has."""
    with contextlib.suppress(OSError):
        title = Path(f"/proc/{pid}/cmdline").read_bytes()
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return parent in raylets and title.startswith(b"ray::_trained")
    return False


@contextlib.contextmanager
def nodes() -> Iterator[Nodes]:
    import ray

    with warnings.catch_warnings(
        action="ignore"
    ):  # Ray's own: sockets it leaves open, versions to come
        cluster = Nodes()
        try:
            yield cluster
        finally:
            ray.shutdown()
            cluster.cluster.shutdown()
