"""Regression on the raw columns of the wine data. Wrong: unscaled-input, proline drowns the rest.

와인 데이터의 열을 손대지 않고 넣은 회귀. 잘못된 점: 정리되지 않은 입력, proline 값이 나머지를 덮는다.
"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_wine

torch.manual_seed(3)
rng = np.random.default_rng(3)

wine = load_wine()
target_column = wine.feature_names.index("color_intensity")
features = np.delete(wine.data, target_column, axis=1)
target = wine.data[:, target_column]
target = (target - target.mean()) / target.std()

shuffled = rng.permutation(len(features))
train_idx, test_idx = shuffled[:130], shuffled[130:]


def to_tensors(idx):
    return (
        torch.tensor(features[idx], dtype=torch.float32),
        torch.tensor(target[idx], dtype=torch.float32).unsqueeze(1),
    )


x_train, y_train = to_tensors(train_idx)
x_test, y_test = to_tensors(test_idx)


class Regressor(nn.Module):
    def __init__(self, n_in):
        super().__init__()
        self.l1 = nn.Linear(n_in, 32)
        self.l2 = nn.Linear(32, 32)
        self.out = nn.Linear(32, 1)

    def forward(self, x):
        return self.out(F.relu(self.l2(F.relu(self.l1(x)))))


model = Regressor(x_train.shape[1])
mse = nn.MSELoss()
opt = torch.optim.Adam(model.parameters(), lr=5e-4)

for epoch in range(1, 61):
    for idx in torch.randperm(len(x_train)).split(8):
        opt.zero_grad(set_to_none=True)
        loss = mse(model(x_train[idx]), y_train[idx])
        loss.backward()
        opt.step()
    with torch.no_grad():
        prediction = model(x_test)
        test_mse = mse(prediction, y_test).item()
        r2 = 1 - test_mse / y_test.var(unbiased=False).item()
    if epoch % 5 == 0:
        print(
            f"epoch {epoch:3d} | train mse {loss.item():.4f} | test mse {test_mse:.4f} | R2 {r2:.3f}"
        )
