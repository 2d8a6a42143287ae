"""Labelled texts as tensors: bucketed by length, shuffled the same way for the same seed and epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from core.data.vocabulary import Vocabulary

BUCKET_BATCHES = 32
MOST_POSITIONS = 32_768
"""Places of a padded batch that is only read: 256 long reviews at once would hold gigabytes of states."""


@dataclass(frozen=True)
class Encoded:
    """Texts as word numbers, with their labels' numbers."""

    ids: Sequence[Sequence[int]]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.ids)

    def tokens(self) -> int:
        """How many words in all."""
        return sum(map(len, self.ids))


@dataclass(frozen=True)
class Batch:
    """ids: (batch, time) padded on the right; lengths, labels: (batch,)."""

    ids: Tensor
    lengths: Tensor
    labels: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        return Batch(self.ids.to(device), self.lengths.to(device), self.labels.to(device))


def pad(ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """(ids padded to the longest, at least one column; lengths)."""
    lengths = torch.tensor([len(row) for row in ids], dtype=torch.long)
    if not any(map(len, ids)):
        return torch.full((len(ids), 1), Vocabulary.PAD), lengths
    rows = [torch.tensor(row, dtype=torch.long) for row in ids]
    return pad_sequence(rows, batch_first=True, padding_value=Vocabulary.PAD), lengths


def collate(data: Encoded, rows: Sequence[int]) -> Batch:
    """The batch of these rows."""
    ids, lengths = pad([data.ids[row] for row in rows])
    return Batch(ids, lengths, torch.tensor([data.labels[row] for row in rows], dtype=torch.long))


def epoch_order(data: Encoded, batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """The rows of each training batch of one epoch: shuffled, sorted by length within buckets, batches shuffled.

    Depends on nothing but its arguments, so a resumed epoch finds its place by counting.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(len(data), generator=generator).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), batch_size * BUCKET_BATCHES):
        bucket = sorted(order[start : start + batch_size * BUCKET_BATCHES], key=lambda row: len(data.ids[row]))
        batches += [bucket[i : i + batch_size] for i in range(0, len(bucket), batch_size)]
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


def in_order(data: Encoded, batch_size: int) -> Iterator[list[int]]:
    """All rows once, shortest first: for scoring. Fewer at once where texts are long (`MOST_POSITIONS`)."""
    batch: list[int] = []
    for row in sorted(range(len(data)), key=lambda row: len(data.ids[row])):
        if batch and (len(batch) == batch_size or (len(batch) + 1) * len(data.ids[row]) > MOST_POSITIONS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
