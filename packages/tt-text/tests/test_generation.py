"""Generation: what may be chosen, the loop with its cache, stop sequences, and bad input."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_text import (
    GPT,
    BPETokenizer,
    CharTokenizer,
    GPTConfig,
    GrowingCache,
    Llama,
    LlamaConfig,
    generate,
    generate_text,
    stream,
)
from tt_text.generation import (
    Sampler,
    StopText,
    greedy,
    keep_min_p,
    keep_top_k,
    keep_top_p,
    penalize_repetition,
    sample,
    scale_temperature,
)

MODELS = {
    "gpt": lambda context=16: GPT(GPTConfig(11, context, 2, 2, 16)),
    "llama": lambda context=16: Llama(LlamaConfig(11, context, 2, 4, 2, 16, 32)),
}


def sharp(model):
    """The model with larger weights: random ones hardly prefer any token."""
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.array[...] *= 12
    return model


@pytest.fixture(params=MODELS)
def model(request):
    tt.manual_seed(3)
    return sharp(MODELS[request.param]())


class Told:
    """A model that says what it is told: the scores depend on the last token alone."""

    def __init__(self, table, context=1000):
        self.table, self.context = np.asarray(table, np.float32), context

    def __call__(self, tokens, cache=None, padding=None):
        return tt.tensor(self.table[tokens.array])


def chain(*tokens, vocabulary=256):
    """A model that goes through these tokens, one after the other."""
    table = np.full((vocabulary, vocabulary), -9.0)
    for a, b in pairwise(tokens):
        table[a, b] = 9
    return Told(table)


# ---- choosing

finite = st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=12)


@given(finite, st.integers(1, 14))
def test_top_k_keeps_the_highest(values, k):
    out = keep_top_k(tt.tensor(values), k).tolist()
    bound = sorted(values)[-min(k, len(values))]
    assert out == [v if v >= bound else -math.inf for v in values]


@given(finite, st.floats(0.01, 1))
def test_top_p_keeps_the_fewest_tokens_that_have_it(values, p):
    out = keep_top_p(tt.tensor(values, dtype=tt.float64), p).array
    chances = np.exp(np.asarray(values) - max(values))
    chances /= chances.sum()
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    total, stays = 0.0, set()
    for i in order:
        if total < p - 1e-12:
            stays.add(i)
        total += chances[i]
    kept = set(np.flatnonzero(np.isfinite(out)).tolist())
    assert stays <= kept
    assert len(kept - stays) <= 1 or p > 1 - 1e-9  # rounding of the running total


@given(finite, st.floats(0.01, 1))
def test_min_p_compares_with_the_likeliest(values, p):
    out = keep_min_p(tt.tensor(values, dtype=tt.float64), p).array
    ratio = np.exp(np.asarray(values) - max(values))
    clear = np.abs(ratio - p) > 1e-9
    assert np.array_equal(np.isfinite(out)[clear], (ratio >= p)[clear])
    assert np.isfinite(out[int(np.argmax(values))])


def test_filters_work_row_by_row():
    scores = tt.tensor([[1.0, 3.0, 2.0], [9.0, 0.0, 8.0]])
    for change in (
        lambda s: keep_top_k(s, 2),
        lambda s: keep_top_p(s, 0.7),
        lambda s: keep_min_p(s, 0.3),
        lambda s: scale_temperature(s, 0.7),
    ):
        together, alone = change(scores), [change(scores[i]) for i in range(2)]
        assert tt.equal(together, tt.stack(alone))
        assert together.dtype == scores.dtype
        assert scores.tolist() == [[1.0, 3.0, 2.0], [9.0, 0.0, 8.0]]  # not changed in place


def test_samples_come_with_the_probabilities_of_the_softmax():
    scores = tt.log(tt.tensor([0.1, 0.0, 0.6, 0.3])).expand(20_000, 4)
    counts = np.bincount(sample(scores, tt.Generator(0)).array, minlength=4) / 20_000
    assert counts[1] == 0
    assert np.abs(counts - [0.1, 0, 0.6, 0.3]).max() < 0.015


def test_the_order_of_settings():
    # of 0.5, 0.3, 0.2 top_p=0.6 alone leaves two tokens; after top_k=2 the first has 0.625
    settings = Sampler(top_k=2, top_p=0.6, generator=tt.Generator(0))
    scores = tt.log(tt.tensor([[0.5, 0.3, 0.2]])).expand(500, 3)
    assert set(settings(scores).tolist()) == {0}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"temperature": -1.0}, "temperature must be a number from 0 on, not -1.0"),
        ({"temperature": math.nan}, "temperature"),
        ({"temperature": math.inf}, "temperature"),
        ({"top_k": 0}, "top_k must be an integer of at least 1, not 0"),
        ({"top_p": 0.0}, "top_p must be above 0 and at most 1, not 0.0"),
        ({"top_p": 1.5}, "top_p"),
        ({"min_p": -0.1}, "min_p must be above 0 and at most 1, not -0.1"),
        ({"repetition_penalty": 0.0}, "repetition_penalty must be a positive number, not 0.0"),
        ({"overflow": "wrap"}, "overflow must be 'stop' or 'slide', not 'wrap'"),
        ({"stop": [[]]}, "stop: an empty sequence"),
    ],
)
def test_settings_out_of_range_are_refused(model, settings, message):
    with pytest.raises(ValueError, match=message):
        generate(model, [[1]], 3, **settings)


def test_scores_that_leave_nothing_are_refused():
    nothing = tt.tensor([[0.0, 1.0], [-math.inf, -math.inf]])
    for choose in (greedy, sample):
        with pytest.raises(ValueError, match="all of row 1 are -inf, there is no token left"):
            choose(nothing)
        with pytest.raises(ValueError, match="row 0 is nan; is the model broken"):
            choose(tt.tensor([[math.nan, 1.0]]))
    with pytest.raises(tt.DTypeError, match="expected floating-point numbers"):
        greedy(tt.tensor([1, 2]))
    with pytest.raises(tt.ShapeError, match="expected the shape of the scores"):
        penalize_repetition(tt.ones(3), tt.tensor([True]), 2.0)


# ---- the loop


def direct(model, prompt, count):
    """Greedy continuation, the whole text read at each step."""
    text = list(prompt)
    model.eval()
    for _ in range(count):
        text.append(int(model(tt.tensor([text])).array[0, -1].argmax()))
    return text


@pytest.mark.parametrize("cache", [None, "default"])
def test_greedy_generation_takes_the_likeliest_token_each_time(model, cache):
    options = {} if cache else {"cache": None}
    expected = direct(model, [1, 2, 3], 10)
    assert len(set(expected[3:])) > 2, "a constant text would prove nothing"
    assert generate(model, [[1, 2, 3]], 10, temperature=0, **options) == [expected]
    assert generate(model, tt.tensor([[1, 2, 3]]), 10, temperature=0).tolist() == [expected]


def test_prompts_of_different_lengths_are_continued_as_if_alone(model):
    prompts = [[1, 2, 3, 4], [5], [6, 7]]
    expected = [direct(model, prompt, 9) for prompt in prompts]
    assert generate(model, prompts, 9, temperature=0) == expected
    assert generate(model, prompts, 9, temperature=0, cache=None) == expected
    alone = [generate(model, [p], 9, temperature=0, repetition_penalty=1.7)[0] for p in prompts]
    assert alone != expected
    assert generate(model, prompts, 9, temperature=0, repetition_penalty=1.7) == alone


def test_the_same_seed_gives_the_same_text(model):
    texts = [
        generate(model, [[1], [2]], 12, top_k=8, generator=tt.Generator(seed)) for seed in (5, 5, 6)
    ]
    assert texts[0] == texts[1] != texts[2]
    tt.manual_seed(9)
    first = generate(model, [[1]], 12)
    tt.manual_seed(9)
    assert generate(model, [[1]], 12) == first


def test_a_full_context_stops_or_slides(model):
    stopped = generate(model, [[1, 2]], 100, temperature=0)[0]
    assert len(stopped) == 17  # 16 can be read, and one more follows
    assert len(generate(model, [[1] * 16], 100)[0]) == 17
    slid = generate(model, [[1, 2]], 40, temperature=0, overflow="slide")[0]
    assert slid[:17] == stopped
    assert len(slid) == 42
    text = slid[:17]
    while len(text) < 42:  # from now on the model begins anew with the last half of what it read
        text = text[:-9] + direct(model, text[-9:], 8)
    assert slid == text[:42]
    options = {"temperature": 0, "overflow": "slide"}
    assert generate(model, [[1, 2]], 40, cache=None, **options)[0] == slid


@pytest.mark.parametrize("cache", [None, GrowingCache])
def test_texts_of_different_lengths_slide_together(model, cache):
    long, short = [1, 2, 3, 4, 5, 6] * 2, [7, 8]
    options = {"temperature": 0, "overflow": "slide", "cache": cache}
    together = generate(model, [long, short], 12, **options)
    assert together[0] == generate(model, [long], 12, **options)[0]
    assert len(together[0]) > 16
    # all that was forgotten of the short text was filling
    assert together[1] == direct(model, short, 12)


def test_texts_end_after_stop_sequences_and_eos():
    model = chain(1, 2, 3, 4, 5, 6, 7)
    greedily = {"temperature": 0}
    assert generate(model, [[1], [4]], 4, stop=[[3, 4], 6], **greedily) == [[1, 2, 3, 4], [4, 5, 6]]
    out = generate(model, tt.tensor([[1], [4]]), 4, eos=6, **greedily)
    assert out.tolist() == [[1, 2, 3, 4, 5], [4, 5, 6, 6, 6]]
    assert generate(model, [[1]], 5, eos=3, **greedily) == [[1, 2, 3]]
    assert generate(model, [[3]], 2, stop=[[3, 4]], **greedily) == [[3, 4, 5]]  # 3 is not new
    assert generate(model, [[1], [2]], 0) == [[1], [2]]
    assert generate(model, tt.tensor([[1, 2]]), 0).tolist() == [[1, 2]]


def test_the_model_is_evaluated_and_nothing_is_recorded():
    tt.manual_seed(0)
    model = sharp(GPT(GPTConfig(11, 16, 2, 2, 16, dropout=0.5)))
    model.h[0].eval()  # left alone by somebody who wants it so
    before = [part.training for part in model.modules()]
    text = generate(model, [[1]], 12, temperature=0)
    assert [part.training for part in model.modules()] == before
    assert text == [direct(model, [1], 12)]
    assert not generate(model, tt.tensor([[1]]), 2).requires_grad


@pytest.mark.parametrize(
    ("tokens", "error", "message"),
    [
        ([[]], ValueError, "tokens: the prompt is empty"),
        ([[1], []], ValueError, "tokens: prompt 1 is empty"),
        ([], ValueError, "tokens: there is no prompt"),
        ([1, 2], tt.ShapeError, "put a single one into a list"),
        ([[1] * 17], ValueError, r"has 17 tokens, the model reads 16 at most; .* tokens\[-16:\]"),
        ([[11]], IndexError, "token 11 at position"),
        ([[1], [1.5]], tt.DTypeError, r"tokens\[1\]: expected integers, not 1.5 at position 0"),
        (["ab"], tt.DTypeError, "a tokenizer's encode makes integers"),
    ],
)
def test_bad_prompts_are_refused(model, tokens, error, message):
    with pytest.raises(error, match=message):
        generate(model, tokens, 3)


def test_bad_tensors_are_refused(model):
    with pytest.raises(tt.ShapeError, match=r"expected \(N, L\)"):
        generate(model, tt.tensor([1, 2]), 3)
    with pytest.raises(ValueError, match="the prompt is empty"):
        generate(model, tt.zeros(1, 0, dtype=tt.int64), 3)
    with pytest.raises(ValueError, match="max_new_tokens must not be negative"):
        generate(model, [[1]], -1)
    with pytest.raises(tt.DTypeError, match=r"tokens: expected integers, not tt.float32"):
        generate(model, tt.tensor([[1.0, 2.0]]), 3)
    with pytest.raises(TypeError, match="something that makes an empty cache"):
        generate(model, [[1]], 1, cache=GrowingCache())


# ---- text


def bytes_model(text):
    """A tokenizer of bytes and a model that writes the text; no byte may come twice."""
    tokens = list(text.encode())
    assert len(set(tokens)) == len(tokens)
    return BPETokenizer.train("", vocab_size=256), chain(*tokens)


def test_streamed_text_never_breaks_a_character():
    tokenizer, model = bytes_model("aé😀z")
    pieces = list(stream(model, tokenizer, "a", 7, temperature=0))
    assert pieces == ["é", "😀", "z"]
    assert list(stream(model, tokenizer, "a", 5, temperature=0)) == ["é"]  # the emoji is cut off
    assert generate_text(model, tokenizer, "a", 7, temperature=0) == "é😀z"


def test_the_stream_knows_what_came_before():
    class Spaced(CharTokenizer):
        """A space stands before every token but the first."""

        def token_bytes(self, token, previous=None):
            return b" " * (previous is not None) + super().token_bytes(token)

    text = generate_text(chain(0, 1, 2), Spaced("abc"), "a", 2, temperature=0)
    assert text == " b c"


def test_stop_sequences_may_be_split_over_tokens():
    tokenizer, model = bytes_model("abcdefgh")
    options = {"temperature": 0}
    assert generate_text(model, tokenizer, "a", 7, stop=["def"], **options) == "bc"
    assert generate_text(model, tokenizer, "a", 7, stop=["dex", "fg"], **options) == "bcde"
    assert (
        generate_text(model, tokenizer, "a", 4, stop=["ex"], **options) == "bcde"
    )  # held, then shown
    assert generate_text(model, tokenizer, "a", 7, eos=ord("d"), **options) == "bc"


@given(
    st.text("ab", max_size=12),
    st.lists(st.text("ab", min_size=1, max_size=3), max_size=3),
    st.data(),
)
def test_a_stop_sequence_is_found_however_the_text_is_cut(text, stops, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    gate = StopText(stops)
    shown = "".join(gate.push(piece) for piece in pieces) + gate.finish()
    ends = [text.find(stop) for stop in stops if stop in text]
    # a piece may complete two sequences at once: the text ends before the one that begins first
    whole = [
        min(place for place in map(text[:n].find, stops) if place >= 0)
        for n in range(len(text) + 1)
        if any(stop in text[:n] for stop in stops)
    ]
    assert shown in {text[:place] for place in whole} if ends else shown == text
    assert gate.reached == bool(ends)


def test_bad_stop_texts_are_refused():
    with pytest.raises(ValueError, match="an empty text would end every text"):
        StopText([""])
    with pytest.raises(TypeError, match="put it into a list"):
        StopText("abc")


def test_streams_complain_at_once(model):
    tokenizer = CharTokenizer("abcdefghijk")
    with pytest.raises(ValueError, match="the prompt is empty"):
        stream(model, tokenizer, "")
    with pytest.raises(ValueError, match="top_p"):
        stream(model, tokenizer, "a", top_p=2.0)
    with pytest.raises(ValueError, match="overflow"):
        stream(model, tokenizer, "a", overflow="wrap")
    with pytest.raises(ValueError, match="max_new_tokens"):
        stream(model, tokenizer, "a", -1)


def test_recording_goes_on_while_a_stream_waits(model):
    from tt_autograd import is_grad_enabled

    model.train()
    for _ in stream(model, CharTokenizer("abcdefghijk"), "ab", 3):
        assert is_grad_enabled()
        assert all(part.training for part in model.modules())


@pytest.mark.parametrize(
    ("stop", "error", "message"),
    [
        ("ab", TypeError, "stop: expected a list of tokens"),
        (5, TypeError, "stop: expected a list of tokens"),
        (["ab"], tt.DTypeError, r"stop\[0\]: expected integers, not 'a' at position 0"),
        ([[1], []], ValueError, "stop: an empty sequence"),
    ],
)
def test_bad_stop_tokens_are_refused(model, stop, error, message):
    with pytest.raises(error, match=message):
        generate(model, [[1]], 2, stop=stop)


def test_how_many_tokens_stay_is_an_integer(model):
    with pytest.raises(ValueError, match=r"top_k must be an integer of at least 1, not 1.5"):
        generate(model, [[1]], 2, top_k=1.5)
