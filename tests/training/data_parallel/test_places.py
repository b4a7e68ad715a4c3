"""Which of how many processes this is, from arguments and launchers' variables."""

import pytest

from keras_wavenet.training.data_parallel.places import Place, find_place

pytestmark = pytest.mark.neutral

TORCHRUN = {
    "RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1",
    "MASTER_ADDR": "node7", "MASTER_PORT": "29500",
}  # fmt: skip
KERAS = {
    "KERAS_DISTRIBUTION_JOB_ADDRESSES": "10.0.0.1:1234,10.0.0.2:2345",
    "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
    "KERAS_DISTRIBUTION_PROCESS_ID": "1",
}
SLURM = {
    "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2", "SLURM_LOCALID": "0",
    "SLURM_JOB_ID": "21", "SLURM_STEP_NODELIST": "gpu[007-009,12],login",
}  # fmt: skip


@pytest.mark.parametrize(
    "variables, rank, count, coordinator, local_rank",
    [
        (TORCHRUN, 3, 4, "node7:29500", 1),
        (KERAS, 1, 2, "10.0.0.1:1234", None),
        (SLURM, 2, 4, "gpu007:20021", 0),
        ({**SLURM, "SLURM_STEP_NODELIST": "a-1,a-2"}, 2, 4, "a-1:20021", 0),
        ({**SLURM, **TORCHRUN}, 3, 4, "node7:29500", 1),
        # A shell within a job has variables, but is no step of it.
        ({"SLURM_NTASKS": "4", "SLURM_PROCID": "0"}, 0, 1, None, None),
        ({**TORCHRUN, "WORLD_SIZE": "1", "RANK": "0"}, 0, 1, None, None),
    ],
)
def test_launchers_are_known(variables, rank, count, coordinator, local_rank):
    place = find_place(environment=variables)
    found = (place.rank, place.count, place.coordinator, place.local_rank)
    assert found == (rank, count, coordinator, local_rank)


def test_arguments_go_before_a_launcher():
    place = find_place("localhost:99", 2, 0, environment=TORCHRUN)
    assert (place.rank, place.count, place.host) == (0, 2, "localhost")
    assert place.is_local and not find_place(environment=TORCHRUN).is_local
    assert find_place("other:1", environment=TORCHRUN).coordinator == "other:1"


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((None, 2, None), "Received: no process$"),
        ((None, 2, 0), "coordinator=None"),
        (("host", 2, 0), "HOST:PORT"),
        (("host:1", 2, 2), "process=2, processes=2"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        find_place(*arguments, environment={})


def test_one_process_needs_no_coordinator():
    assert find_place(None, 1, 0, environment={}) == Place(launcher="the arguments")
