"""Beam search finds what a search of all texts finds."""

import itertools

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import GPT, GPTConfig, beam_search, generate
from tt_text.generation.beam import Search


def made(seed):
    tt.manual_seed(seed)
    model = GPT(GPTConfig(5, 8, 2, 2, 8))
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.array[...] *= 15
    return model.eval()


@pytest.fixture
def model():
    return made(1)


def all_texts(model, prompt, count, penalty, eos):
    """Every continuation with its score, the best one first."""
    logs = {}  # of the token after each text
    found = []
    for length in range(1, count + 1):
        for new in itertools.product(range(5), repeat=length):
            if eos in new[:-1] or (length < count and new[-1] != eos):
                continue  # it has ended before, or has not ended
            total = 0.0
            for i, token in enumerate(new):
                text = (*prompt, *new[:i])
                if text not in logs:
                    logs[text] = tt.log_softmax(model(tt.tensor([text]))[0, -1], -1).array
                total += float(logs[text][token])
            found.append((total / length**penalty, [*prompt, *new]))
    return sorted(found, reverse=True)


@pytest.mark.parametrize("eos", [None, 3])
@pytest.mark.parametrize("penalty", [0.0, 1.0, -0.5])
def test_enough_beams_search_everything(model, eos, penalty):
    expected = all_texts(model, [1, 2], 4, penalty, eos)[:125]
    found = beam_search(model, [1, 2], 4, beams=125, length_penalty=penalty, eos=eos)
    assert len(found) == 125
    assert np.allclose([b.score for b in found], [score for score, _ in expected], atol=1e-4)
    assert found[0].tokens == expected[0][1]
    sizes = np.array([len(b.tokens) - 2 for b in found])
    totals = np.array([b.log_probability for b in found])
    assert np.allclose(totals / sizes**penalty, [b.score for b in found])


@pytest.mark.parametrize("penalty", [-1.0, 0.0, 1.0, 3.0])
def test_the_search_ends_early_only_when_nothing_better_can_come(penalty, monkeypatch):
    early = []
    for seed in range(12):
        model = made(seed)
        options = {"length_penalty": penalty, "eos": 3}
        steps = []
        real = Search.is_over
        monkeypatch.setattr(Search, "is_over", lambda *a, r=real, s=steps: s.append(1) or r(*a))
        found = [beam_search(model, [1], 6, beams=n, **options) for n in (1, 2, 4)]
        monkeypatch.setattr(Search, "is_over", lambda self, totals, length: not len(totals))
        patient = [beam_search(model, [1], 6, beams=n, **options) for n in (1, 2, 4)]
        monkeypatch.undo()
        early.append(len(steps) < 18)
        assert found == patient
        for beams in found:
            assert [b.score for b in beams] == sorted((b.score for b in beams), reverse=True)
            for beam in beams:
                assert beam.tokens[-1] == 3 or len(beam.tokens) == 7
                assert 3 not in beam.tokens[1:-1]
    assert any(early) or penalty > 1, "it never ended early, and so proved nothing"


def test_one_beam_is_greedy(model):
    assert (
        beam_search(model, [1, 2], 5, beams=1)[0].tokens
        == generate(model, [[1, 2]], 5, temperature=0)[0]
    )


def test_the_context_limits_the_length(model):
    assert len(beam_search(model, [1, 2], 50)[0].tokens) == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"prompt": []}, "the prompt is empty"),
        ({"prompt": [1] * 9}, "has 9 tokens, the model reads 8 at most"),
        ({"beams": 0}, "beams must be at least 1, not 0"),
        ({"eos": 100}, "eos: token 100 is out of range for"),
        ({"eos": -1}, "eos: token -1 is out of range for"),
        ({"max_new_tokens": 0}, "max_new_tokens must be at least 1, not 0"),
    ],
)
def test_bad_arguments_are_refused(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        beam_search(model, **{"prompt": [1], "max_new_tokens": 3, **arguments})
