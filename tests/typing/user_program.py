"""A user's program, checked by ``mypy --strict`` against the installed wheels, and run."""

import tt_autograd
import tt_data
import tt_nn as nn
import tt_optim
import tt_perf
import tt_tensor as tt
import tt_text
from tt_data import transforms


class Net(nn.Module):
    """A network as a user writes one."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(64, 16)
        self.out = nn.Linear(16, 10)

    def forward(self, x: tt.Tensor) -> tt.Tensor:
        logits: tt.Tensor = self.out(tt.relu(self.hidden(x.flatten(1))))
        return logits.log_softmax(dim=1)


class Pictures(nn.Module):
    """A convolutional network."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.head = nn.Linear(64, 10)

    def forward(self, x: tt.Tensor) -> tt.Tensor:
        scores: tt.Tensor = self.head(self.body(x).flatten(1))
        return scores


def look_and_read() -> None:
    """Pictures through a convolution, tokens through attention and a language model."""
    augment = transforms.Compose([transforms.RandomCrop(8, padding=1)])
    batch: tt.Tensor = augment(tt.rand(2, 1, 8, 8))
    scores: tt.Tensor = Pictures()(batch)
    assert scores.shape == (2, 10)
    attention = tt_text.MultiheadAttention(8, 2, batch_first=True)
    x = tt.rand(1, 3, 8)
    seen, weights = attention(x, x, x)
    assert weights is not None
    assert seen.shape == x.shape
    sizes = tt_text.GPTConfig(vocab_size=5, context=8, layers=1, heads=2, width=8)
    model = tt_text.GPT(sizes)
    loss: tt.Tensor = model.loss(tt.tensor([[1, 2]]), tt.tensor([[2, 3]]))
    loss.backward()


def write() -> None:
    """Tokenizers, models and what they write, windows of a text, evaluation."""
    tokenizer: tt_text.Tokenizer = tt_text.CharTokenizer.train("to be or not to be")
    batch = tokenizer.encode_batch(["to", "be or"], pad_id=0)
    real: tt.Tensor = batch.mask
    assert real.shape == (2, 5)
    sizes = tt_text.LlamaConfig(
        len(tokenizer), context=8, layers=1, heads=2, kv_heads=1, width=8, hidden=8
    )
    model = tt_text.Llama(sizes)
    cache: tt_text.KeyValueCache = tt_text.GrowingCache()
    scores: tt.Tensor = model(tt.tensor([tokenizer.encode("to be")]), cache)
    assert cache.length == scores.shape[1]
    lists: list[list[int]] = tt_text.generate(model, [[1, 2], [3]], 2, top_k=3, stop=[[1, 1]])
    tensor: tt.Tensor = tt_text.generate(model, tt.tensor([[1, 2]]), 2, temperature=0)
    assert len(lists) == len(tensor) + 1
    beams: list[tt_text.Beam] = tt_text.beam_search(model, [1], 2, beams=2)
    assert beams[0].score >= beams[1].score
    text: str = "".join(tt_text.stream(model, tokenizer, "to", 3, stop=["x"]))
    assert len(text) == 3
    ids = tokenizer.encode("to be or not to be")
    train, held_out = tt_text.split_tokens(ids, 0.2)
    x, y = tt_text.random_windows(train, 2, 4)
    loss: tt.Tensor = model.loss(x, y)
    loss.backward()
    found: tt_text.Evaluation = tt_text.evaluate_tokens(model, held_out)
    assert found.perplexity > 0.0
    encoder = tt_text.BERT(
        tt_text.BERTConfig(len(tokenizer), context=8, layers=1, heads=1, width=4, hidden=4)
    )
    vectors: tt.Tensor = tt_text.mean_pool(encoder(batch.ids, real), real)
    assert vectors.shape == (2, 4)


def main() -> float:
    look_and_read()
    write()
    tt.manual_seed(0)
    net = Net()
    loader = tt_data.DataLoader(tt_data.Digits(), batch_size=32, shuffle=True)
    trainer = tt_optim.Trainer(
        net,
        nn.NLLLoss(),
        tt_optim.Adam(net.parameters(), lr=0.01),
        metrics={"accuracy": tt_optim.accuracy},
        ema=tt_optim.EMA(net),
        callbacks=[tt_optim.EarlyStopping("train/loss", patience=2)],
        clip_norm=1.0,
    )
    history: tt_optim.History = trainer.fit(loader, epochs=1, progress=False)
    rate: float | None = tt_optim.find_lr(trainer, loader, steps=5).suggestion
    assert rate is None or rate > 0.0
    x: tt.Tensor = tt.ones(3, requires_grad=True)
    y: tt.Tensor = (x * 2 + 1).sum()
    gradients = tt_autograd.grad(y, x)
    assert gradients[0] is not None
    first: float = gradients[0][0].item()
    assert first == 2.0
    text = tt_text.CharTokenizer.train("hello")
    ids: list[int] = text.encode("hell")
    assert text.decode(ids) == "hell"
    assert tt_perf.measure(lambda: None, repeats=2).median >= 0.0
    return history.column("accuracy")[-1]


if __name__ == "__main__":
    print(f"accuracy after one epoch: {main():.3f}")
