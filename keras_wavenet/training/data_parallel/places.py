"""Where a process stands among those of a run, as its launcher or its user says."""

import dataclasses
import os
import re
from collections.abc import Mapping

# Variables of a launcher: rank, number of processes, host and port of the first.
_KERAS = "KERAS_DISTRIBUTION_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_FIRST_PORT, _PORTS = 20000, 20000  # of SLURM jobs, which have numbers


@dataclasses.dataclass(frozen=True)
class Place:
    """One process among those of a run.

    Attributes:
        rank: Its number, from 0.
        count: Number of processes.
        coordinator: `"HOST:PORT"`, where the first process is reached; None for one
            process alone.
        local_rank: Its number among those of its host, which picks its device.
        launcher: What says so, for errors; None for one process alone.

    Raises:
        ValueError: If the numbers do not fit each other, or the coordinator is missing.
    """

    rank: int = 0
    count: int = 1
    coordinator: str | None = None
    local_rank: int | None = None
    launcher: str | None = None

    def __post_init__(self):
        if not 0 <= self.rank < self.count:
            raise ValueError(
                "The number of a process must be from 0 to the number of processes "
                f"minus 1. Received: process={self.rank}, processes={self.count}, from "
                f"{self.launcher}"
            )
        host, _, port = (self.coordinator or "").rpartition(":")
        if self.count > 1 and not (host and port.isdecimal()):
            raise ValueError(
                "Several processes need the place where the first one is reached, "
                f"HOST:PORT. Received: coordinator={self.coordinator!r}, from "
                f"{self.launcher}"
            )

    @property
    def host(self) -> str:
        """Name or address of the host of the first process."""
        return self.coordinator.rpartition(":")[0].strip("[]")

    @property
    def is_local(self) -> bool:
        """Whether all processes are on this host."""
        return self.host in LOOPBACK


def find_place(
    coordinator: str | None = None,
    processes: int | None = None,
    process: int | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Place:
    """The place of this process: what is given, or else what its launcher has set.

    Launchers are known by their variables: those of `keras.distribution`
    (`KERAS_DISTRIBUTION_JOB_ADDRESSES`, `_NUM_PROCESSES`, `_PROCESS_ID`), those of
    torchrun (`RANK`, `WORLD_SIZE`, `MASTER_ADDR`, `MASTER_PORT`, `LOCAL_RANK`), which
    others set too, and those of a step of SLURM, that is of `srun`.

    Args:
        coordinator: `"HOST:PORT"`, where the first process is reached by all.
        processes: Number of processes.
        process: Number of this one, from 0.
        environment: Variables of the process.

    Raises:
        ValueError: If the values do not fit each other, or some are missing.
    """
    given = {"processes": processes, "process": process}
    if any(value is not None for value in given.values()):
        missing = [name for name, value in given.items() if value is None]
        if missing:
            raise ValueError(
                "`processes` and `process` go together, and with `coordinator` if "
                f"there are several. Received: no {missing[0]}"
            )
        return Place(process, processes, coordinator, None, "the arguments")
    for read in (_from_keras, _from_torchrun, _from_slurm):
        place = read(environment)
        if place is not None and place.count > 1:
            return dataclasses.replace(
                place, coordinator=coordinator or place.coordinator
            )
    return Place()


def _from_keras(environment):
    try:
        count = int(environment[f"{_KERAS}NUM_PROCESSES"])
        rank = int(environment[f"{_KERAS}PROCESS_ID"])
    except (KeyError, ValueError):
        return None
    first = environment.get(f"{_KERAS}JOB_ADDRESSES", "").split(",")[0]
    return Place(rank, count, first, None, f"{_KERAS}* variables")


def _from_torchrun(environment):
    try:
        rank, count = int(environment["RANK"]), int(environment["WORLD_SIZE"])
        host, port = environment["MASTER_ADDR"], environment["MASTER_PORT"]
    except (KeyError, ValueError):
        return None
    local = environment.get("LOCAL_RANK", "")
    local = int(local) if local.isdecimal() else None
    return Place(rank, count, f"{host}:{port}", local, "the variables of torchrun")


def _from_slurm(environment):
    try:  # of a step: a batch script and a shell have some of the others
        count = int(environment["SLURM_STEP_NUM_TASKS"])
        rank, local = (
            int(environment["SLURM_PROCID"]),
            int(environment["SLURM_LOCALID"]),
        )
        port = _FIRST_PORT + int(environment["SLURM_JOB_ID"]) % _PORTS
    except (KeyError, ValueError):
        return None
    nodes = environment.get("SLURM_STEP_NODELIST", "")  # "a1", "a[01-03,07],b2"
    first = re.match(r"([^,\[]+)(?:\[(\w+)[^\]]*\])?([^,]*)", nodes)
    host = "".join(part or "" for part in first.groups()) if first else ""
    return Place(rank, count, f"{host}:{port}", local, "the variables of SLURM")
