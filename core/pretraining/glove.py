"""GloVe (Pennington, Socher and Manning 2014): vectors fitted to the counts of which words stand near each other.

It minimises the sum over all pairs that occur of f(X_ij) (w_i·w~_j + b_i + b~_j - log X_ij)² with
f(x) = min(1, (x / x_max)^0.75), by AdaGrad; a word's vector is w + w~.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor

from core.jobs import GloveJob
from core.pretraining import word_vectors
from core.pretraining.cooccurrence import cooccurrences, subsampled
from core.runs import events
from core.runs.logger import Clock, RunLogger, Stopped
from core.storage.store import Store

RECIPE = "glove.v1"
ALPHA = 0.75
BLOCK = 256
"""Words on each side of a block of pairs that one step of AdaGrad learns from."""


@dataclass(frozen=True)
class _Block:
    """The pairs of some rows of w with some rows of w~: where they stand in the block, log X and f(X), each (n,)."""

    rows: slice
    columns: slice
    places: Tensor
    logarithms: Tensor
    weights: Tensor


class Glove:
    """The two tables of vectors and biases, and AdaGrad's sums of squared gradients for each number in them.

    The pairs are taken in square blocks, because two short tables multiplied whole are much faster than one product a
    pair: only the sums inside the pairs that occur are looked at. Words are dealt to the blocks at random. Blocks that
    share no row and no column touch no number twice (Gemulla et al. 2011), so threads may take such a diagonal in any
    order and the result is still the same to the last bit.
    """

    def __init__(self, counts: sparse.csr_array, dimension: int, x_max: float, learning_rate: float, seed: int) -> None:
        """counts: (V, V), every stored value above 0."""
        self._dimension, self._rate = dimension, learning_rate
        self._random = np.random.default_rng(seed)
        pairs = counts.tocoo()
        self.pairs = int(pairs.nnz)
        size = counts.shape[0]
        self._block = min(BLOCK, size)
        self._side = -(-size // self._block)
        self._place = self._random.permutation(size)
        self._blocks = self._cut(self._place[pairs.row], self._place[pairs.col], pairs.data, x_max)
        # A row is [w, b, 1] against [w~, 1, b~], so that one product gives w·w~ + b + b~; the ones stay as they are.
        shape = (self._side * self._block, dimension + 2)
        generator = torch.Generator().manual_seed(seed)
        self._tables = [(torch.rand(shape, generator=generator) - 0.5) / dimension for _ in range(2)]
        self._squares = [torch.ones(shape) for _ in range(2)]
        self._ones = (dimension + 1, dimension)
        for table, column in zip(self._tables, self._ones, strict=True):
            table[:, column] = 1

    def begin(self, matrix: NDArray[np.float32]) -> None:
        """Begin at these vectors, (V, d), in the order of the counts' rows: w and w~ are half of each."""
        half = torch.from_numpy(matrix) / 2
        for table in self._tables:
            table[torch.from_numpy(self._place), : self._dimension] = half

    def _cut(
        self, rows: NDArray[np.int64], columns: NDArray[np.int64], values: NDArray[np.float64], x_max: float
    ) -> list[_Block]:
        block, side = self._block, self._side
        numbers = (rows // block) * side + columns // block
        order = np.argsort(numbers, kind="stable")
        ends = np.searchsorted(numbers[order], np.arange(side * side + 1))
        places = torch.from_numpy(((rows % block) * block + columns % block)[order].astype(np.int32))
        logarithms = torch.from_numpy(np.log(values[order]).astype(np.float32))
        weights = torch.from_numpy(np.minimum(1, (values[order] / x_max) ** ALPHA).astype(np.float32))
        return [
            _Block(
                slice(number // side * block, (number // side + 1) * block),
                slice(number % side * block, (number % side + 1) * block),
                *(each[start:end] for each in (places, logarithms, weights)),
            )
            for number, (start, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
        ]

    def diagonals(self) -> list[list[_Block]]:
        """All blocks once, in an order that differs each time: those of one diagonal share no number."""
        side = range(self._side)
        return [
            [self._blocks[row * self._side + (row + shift) % self._side] for row in side]
            for shift in self._random.permutation(self._side).tolist()
        ]

    def step(self, block: _Block) -> float:
        """One step of AdaGrad on the pairs of a block. Returns the sum of their weighted squares before it."""
        ours, theirs = self._tables[0][block.rows], self._tables[1][block.columns]
        errors = (ours @ theirs.T).view(-1).index_select(0, block.places) - block.logarithms
        weighted = block.weights * errors
        spread = torch.zeros(len(ours) * len(theirs)).index_copy_(0, block.places.long(), weighted)
        spread = spread.view(len(ours), len(theirs))
        gradients = spread @ theirs, spread.T @ ours
        parts = (ours, self._squares[0][block.rows]), (theirs, self._squares[1][block.columns])
        for gradient, (table, squares), ones in zip(gradients, parts, self._ones, strict=True):
            gradient[:, ones] = 0
            squares.addcmul_(gradient, gradient)
            table.addcdiv_(gradient, squares.sqrt(), value=-self._rate)
        return float(weighted @ errors)

    @property
    def matrix(self) -> NDArray[np.float32]:
        """The sums w + w~, (V, d), in the order of the counts' rows."""
        both: NDArray[np.float32] = (self._tables[0] + self._tables[1])[:, : self._dimension].numpy()
        return both[self._place]


def without_top(matrix: NDArray[np.float32], components: int) -> NDArray[np.float32]:
    """Vectors (V, d) without their mean and their leading principal components; as they are where components is 0.

    The first component of GloVe's vectors says above all how frequent a word is, because pairs that never occur are
    in no sum: without it, words are near each other for what they mean (Mu and Viswanath 2018, "All-but-the-top",
    who take out one for every hundred dimensions).
    """
    if not components:
        return matrix
    centred = matrix - matrix.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    top = directions[:, -min(components, matrix.shape[1] - 1) :]
    rest: NDArray[np.float32] = (centred - centred @ top @ top.T).astype(np.float32)
    return rest


def pretrain(job: GloveJob, _run: Path, store: Store, logger: RunLogger) -> events.Done:
    """Fit the vectors, or find them already made. Raises Stopped when the person stops it: nothing is kept."""
    return word_vectors.build(job, RECIPE, store, logger, _train)


def _train(job: GloveJob, beginning: word_vectors.Beginning, folder: Path, logger: RunLogger) -> None:
    corpus = beginning.corpus
    table = corpus.vocabulary

    def counted(done: int, total: int) -> None:
        if logger.wait_while_paused(done) == "stopped":
            raise Stopped
        logger.log(events.Progress(phase="cooccurrence", step=done, total=total, unit="words"))

    counts = cooccurrences(subsampled(corpus, job.sample, job.seed), job.window, counted)
    model = Glove(counts, job.dimension, job.x_max, job.learning_rate, job.seed)
    rows = beginning.rows()
    if rows is not None:
        model.begin(rows)
    total = model.pairs * job.epochs
    logger.log(
        events.Start(
            title=job.title,
            step=0,
            total=total,
            steps_per_epoch=model.pairs,
            epochs=job.epochs,
            resumed=False,
            sizes={"documents": len(corpus), "pairs": model.pairs},
            labels=[],
            parameters=2 * len(table) * (job.dimension + 1),
        )
    )
    losses = fit(model, job.epochs, job.threads, logger)
    matrix = np.zeros((len(table), job.dimension), dtype=np.float32) if rows is None else rows
    # All words, where nothing is gone on from; else those that the text holds.
    met = np.flatnonzero(corpus.counts[2:]) + 2
    matrix[met] = without_top(model.matrix[met], job.components)
    beginning.save(folder, matrix, job, losses)


def fit(model: Glove, epochs: int, threads: int, logger: RunLogger) -> list[float]:
    """Go over all pairs `epochs` times. Returns the mean weighted square of each epoch, as it was learned from.

    Raises Stopped when the person stops it.
    """
    clock = Clock(0, model.pairs * epochs)
    losses: list[float] = []
    done, before = 0, torch.get_num_threads()
    # Each thread computes alone: several inside one product would wait for each other at every step.
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(min(2, max(1, threads))) as pool:
            for epoch in range(1, epochs + 1):
                lost = 0.0
                for diagonal in model.diagonals():
                    if logger.wait_while_paused(done) == "stopped":
                        raise Stopped
                    lost += sum(pool.map(model.step, [block for block in diagonal if len(block.places)]))
                    done += sum(len(block.places) for block in diagonal)
                    if logger.progress_is_due():
                        speed, left = clock.read(done)
                        logger.log(
                            events.Progress(
                                phase="glove",
                                step=done,
                                total=model.pairs * epochs,
                                epoch=done / max(1, model.pairs),
                                speed=speed,
                                unit="pairs/s",
                                eta=left,
                            )
                        )
                losses.append(lost / max(1, model.pairs))
                logger.log(events.Eval(step=done, epoch=epoch, split="train", loss=losses[-1], n=model.pairs))
    finally:
        torch.set_num_threads(before)
    return losses
