"""How many threads to compute with: on a shared machine, two that wait for each other may be slower than one."""

import time

import torch

PERIOD, TRIAL = 60, 5  # steps between two trials, steps a trial takes for each number of threads


class ThreadChoice:
    """Tries every number of threads up to `most` now and then, and goes on with the fastest."""

    def __init__(self, most: int):
        self.most, self.step, self.best = most, 0, most
        self.tokens, self.seconds = [0] * (most + 1), [0.0] * (most + 1)

    def begin(self) -> None:
        phase, self.started = self.step % PERIOD, time.time()
        self.trying = 1 + phase // TRIAL if phase < TRIAL * self.most else 0
        torch.set_num_threads(self.trying or self.best)

    def finish(self, tokens: int) -> None:
        if self.trying and self.step >= PERIOD:  # the first steps compile
            self.tokens[self.trying] += tokens
            self.seconds[self.trying] += time.time() - self.started
            if self.step % PERIOD == TRIAL * self.most - 1:
                self.best = max(range(1, self.most + 1), key=lambda n: self.tokens[n] / self.seconds[n])
                self.tokens, self.seconds = [0] * (self.most + 1), [0.0] * (self.most + 1)
        self.step += 1
