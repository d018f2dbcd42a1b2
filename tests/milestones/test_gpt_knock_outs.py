"""The quick run of 2018 (a GPT on 40 KB of Shakespeare) passes, and fails without what makes it one.

Without positions or attention it predicts worse than it must; without the mask its loss is
wonderful, and the check for looking ahead finds out.
"""

import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path[:0] = [str(EXAMPLES), str(EXAMPLES / "gpt_2018")]

import simple_tinygpt  # noqa: E402 # found by the line above

import tt_tensor as tt  # noqa: E402
from tt_text import scaled_dot_product_attention  # noqa: E402


def passed():
    """Whether it predicts well enough, without looking ahead."""
    return simple_tinygpt.run(quick=True, folder=None).passed


class Changed(simple_tinygpt.GPT):
    """A GPT without its positions, attention or mask."""

    part = ""

    def __init__(self, config):
        super().__init__(config)
        if self.part == "positions":
            self.wpe.forward = lambda vectors, start=0, padding=None: vectors
        for block in self.h:
            if self.part == "attention":
                block.attn.c_proj.forward = lambda mixed: mixed * 0
            elif self.part == "mask":
                block.attn.forward = lambda x, *rest, own=block.attn: unmasked(own, x)


def unmasked(attention, x):
    """Self-attention in which every position looks everywhere."""
    samples, length, width = x.shape
    parts = tt.reshape(attention.c_attn(x), samples, length, 3, attention.heads, -1)
    q, k, v = tt.unbind(tt.permute(parts, 2, 0, 3, 1, 4))
    joined = tt.transpose(scaled_dot_product_attention(q, k, v), 1, 2)
    return attention.c_proj(tt.reshape(joined, samples, length, width))


def test_the_milestone_passes():
    assert passed()


@pytest.mark.parametrize("part", ["positions", "attention", "mask"])
def test_it_fails_without(part, monkeypatch):
    monkeypatch.setattr(simple_tinygpt, "GPT", type("Knocked", (Changed,), {"part": part}))
    assert not passed()


def test_looking_ahead_is_found_out():
    plan = simple_tinygpt.QUICK
    model = simple_tinygpt.network(61, plan)
    assert not simple_tinygpt.looks_ahead(model)
    for block in model.h:
        block.attn.forward = lambda x, *rest, own=block.attn: unmasked(own, x)
    assert simple_tinygpt.looks_ahead(model)
