"""A training in a program of its own, for tests that kill it.

    python program_to_kill.py FOLDER [PAUSE [CALL COUNT]]

With CALL it kills itself when ``os.CALL`` is called for the COUNT-th time, before that happens.

At its end it prints a fingerprint of everything that it has learned.
"""

import hashlib
import os
import signal
import sys
import time

import numpy as np

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    EMA,
    SGD,
    Callback,
    Checkpoints,
    EarlyStopping,
    OneCycleLR,
    Trainer,
    accuracy,
)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((320, 6)).astype("float32")
Y = (X[:, 0] * X[:, 1] > 0).astype("int64")
HELD_OUT = [(tt.tensor(X[:50]), tt.tensor(Y[:50]))]
BATCHES, EPOCHS = 20, 3


class Shuffled:
    """A new order for each loop, drawn from the default generator."""

    def __iter__(self):
        order = tt.randperm(320).numpy().reshape(BATCHES, 16)
        return iter([(tt.tensor(X[rows]), tt.tensor(Y[rows])) for rows in order])

    def __len__(self):
        return BATCHES


class Pause(Callback):
    """Makes every step take a while, and says when one is done."""

    def __init__(self, seconds):
        self.seconds = seconds

    def on_step_end(self, trainer, step):
        print("step", trainer.step, flush=True)
        time.sleep(self.seconds)


def die_at(name, count):
    original, left = getattr(os, name), [int(count)]

    def call(*args, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **options)

    setattr(os, name, call)


def main(folder, pause=0.0, call="", count=0):
    if call:
        die_at(call, count)
    tt.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 2))
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    trainer = Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        metrics={"accuracy": accuracy},
        scheduler=OneCycleLR(optimizer, 0.3, epochs=EPOCHS, steps_per_epoch=BATCHES),
        step_scheduler="batch",
        ema=EMA(model, decay=0.95),
        callbacks=[EarlyStopping(patience=100), Pause(float(pause))],
        checkpoints=Checkpoints(folder, every=3),
    )
    history = trainer.fit(
        Shuffled(), EPOCHS, HELD_OUT, progress=False, evaluate_every=7, resume="auto"
    )
    digest = hashlib.sha256()
    for tensor in [*model.state_dict().values(), *trainer.ema.averages.values(), tt.rand(3)]:
        digest.update(np.ascontiguousarray(tensor.array).tobytes())
    for record in history.epochs:
        digest.update(repr((record.epoch, record.train, record.validation, record.lr)).encode())
    print("fingerprint", digest.hexdigest(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
