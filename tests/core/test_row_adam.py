"""Adam on rows: the rows that are touched move as under torch's own, the others do not move."""

from __future__ import annotations

import torch

from core.optim.row_adam import RowAdam


def test_rows_touched_at_every_step_move_as_under_dense_adam() -> None:
    torch.manual_seed(1)
    table = torch.randn(12, 5)
    dense = table.clone().requires_grad_()
    theirs, ours = torch.optim.Adam([dense]), RowAdam([table])
    rows = torch.tensor([3, 4, 9])
    before = table.clone()
    for step in range(30):
        gradient = torch.randn(3, 5)
        dense.grad = torch.zeros(12, 5)
        dense.grad[rows] = gradient
        theirs.param_groups[0]["lr"] = rate = 0.1 / (step + 1)
        theirs.step()
        ours.step(rows, [gradient], rate)
    torch.testing.assert_close(table[rows], dense.detach()[rows])
    others = [row for row in range(12) if row not in rows]
    assert torch.equal(table[others], before[others])


def test_any_rows_move_as_under_torchs_sparse_adam() -> None:
    torch.manual_seed(2)
    tables = [torch.randn(20, 4), torch.randn(20)]
    theirs = [table.clone().unsqueeze(-1).requires_grad_() for table in tables]
    sparse, ours = torch.optim.SparseAdam(theirs, lr=0.05), RowAdam(tables)
    for _ in range(40):
        rows = torch.randperm(20)[:7].sort().values
        gradients = [torch.randn(7, 4), torch.randn(7)]
        for parameter, gradient in zip(theirs, gradients, strict=True):
            parameter.grad = torch.sparse_coo_tensor(
                rows[None], gradient.unsqueeze(-1), parameter.shape, check_invariants=True
            )
        sparse.step()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        ours.step(rows, gradients, 0.05)
    for table, parameter in zip(tables, theirs, strict=True):
        torch.testing.assert_close(table, parameter.detach().squeeze(-1))


def test_restored_it_goes_on_as_if_nothing_had_happened() -> None:
    torch.manual_seed(3)
    table = torch.randn(6, 2)
    whole = table.clone()
    steps = [(torch.randperm(6)[:3], torch.randn(3, 2)) for _ in range(10)]
    one = RowAdam([whole])
    for rows, gradient in steps:
        one.step(rows, [gradient], 0.1)
    first = RowAdam([table])
    for rows, gradient in steps[:4]:
        first.step(rows, [gradient], 0.1)
    second = RowAdam([table])
    second.restore({name: moment.clone() for name, moment in first.tensors().items()}, first.steps)
    for rows, gradient in steps[4:]:
        second.step(rows, [gradient], 0.1)
    assert torch.equal(whole, table)
