"""Muon: orthogonal steps for matrices, AdamW's for the rest."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.training.muon import MuonAdamW, is_matrix, orthogonal


@settings(deadline=None)
@given(
    rows=st.integers(2, 40), columns=st.integers(2, 40), seed=st.integers(0, 99), scale=st.sampled_from([1e-4, 1, 1e3])
)
def test_singular_values_become_about_equal(rows: int, columns: int, seed: int, scale: float) -> None:
    torch.manual_seed(seed)
    left = torch.linalg.qr(torch.randn(rows, rows)).Q
    right = torch.linalg.qr(torch.randn(columns, columns)).Q
    count = min(rows, columns)
    values = torch.linspace(0.2, 1.0, count) * scale
    matrix = left[:, :count] * values @ right[:count]
    turned = torch.linalg.svdvals(orthogonal(matrix))
    assert turned.min() > 0.4 and turned.max() < 1.4


def test_groups_take_their_own_kind_of_step() -> None:
    torch.manual_seed(0)
    model = nn.Conv2d(3, 8, 3)
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    optimizer = MuonAdamW(
        [{"params": [model.weight], "lr": 0.1, "muon": True}, {"params": [model.bias], "lr": 0.1}], weight_decay=0.0
    )
    model(torch.randn(2, 3, 8, 8)).square().mean().backward()
    optimizer.step()
    turn = (model.weight - before["weight"]).flatten(1)
    assert torch.linalg.svdvals(turn).min() > 0.03, "a step of Muon moves in every direction"
    torch.testing.assert_close((model.bias - before["bias"]).abs(), torch.full((8,), 0.1), rtol=0.01, atol=0)


def test_tables_and_biases_are_left_to_adamw() -> None:
    model = nn.ModuleDict({"token_embedding": nn.Embedding(4, 4), "out": nn.Linear(4, 4)})
    assert [name for name, parameter in model.named_parameters() if is_matrix(name, parameter)] == ["out.weight"]
