"""Kept memory shows in page faults: the system hands out pages once, not at every operation."""

import subprocess
import sys

import pytest

import tt_tensor as tt

PROGRAM = """
import resource, sys
import tt_tensor as tt

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def work():
    x = tt.ones(1 << 20)  # 4 MiB
    for _ in range(20):
        x = x * 1.0 + 1.0

kept = tt.keep_memory(int(sys.argv[1]))
work()
before = faults()
work()
print(kept, faults() - before)
"""


def run(limit):
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(limit)], capture_output=True, text=True, check=True
    )
    kept, faults = out.stdout.split()
    return kept == "True", int(faults)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="page faults of Linux")
def test_freed_memory_is_used_again():
    kept, few = run(1 << 28)
    if not kept:
        pytest.skip("this C library is not GNU's")
    _, many = run(0)
    assert few < 100  # of 20 × 2 operations of 1,024 pages each
    assert many > 10 * max(few, 1)


def test_a_limit_is_a_number_of_bytes():
    with pytest.raises(ValueError, match="limit must be 0 or a number of bytes, not -1"):
        tt.keep_memory(-1)
