"""Is the digit odd or even? Five Linear layers, no activation between. Wrong: linear-collapse.

홀수인가 짝수인가? Linear 다섯 층 사이에 활성화 함수가 없다. 잘못된 점: 선형 붕괴.
"""

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler
from torch.utils.data import DataLoader, Dataset, Subset

torch.manual_seed(42)


class ParityDigits(Dataset):
    def __init__(self):
        data, digit = load_digits(return_X_y=True)
        self.x = torch.from_numpy(StandardScaler().fit_transform(data)).float()
        self.y = torch.from_numpy(digit % 2).float()

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class ParityNet(nn.Module):
    def __init__(self):
        super(ParityNet, self).__init__()
        self.input = nn.Linear(64, 64)
        self.hidden1 = nn.Linear(64, 64)
        self.hidden2 = nn.Linear(64, 64)
        self.hidden3 = nn.Linear(64, 32)
        self.output = nn.Linear(32, 1)

    def forward(self, x):
        x = self.input(x)
        x = self.hidden1(x)
        x = self.hidden2(x)
        x = self.hidden3(x)
        return self.output(x).squeeze(1)


dataset = ParityDigits()
perm = torch.randperm(len(dataset)).tolist()
train_dl = DataLoader(Subset(dataset, perm[:1350]), batch_size=16, shuffle=True)
test_dl = DataLoader(Subset(dataset, perm[1350:]), batch_size=100)

net = ParityNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
accumulate = 2  # batches per optimizer step

for epoch in range(20):
    net.train()
    optimizer.zero_grad()
    for i, (x, y) in enumerate(train_dl):
        loss = criterion(net(x), y) / accumulate
        loss.backward()
        if (i + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()

    net.eval()
    correct = 0
    losses = []
    with torch.no_grad():
        for x, y in test_dl:
            logit = net(x)
            losses.append(criterion(logit, y).item())
            correct += ((logit > 0) == (y > 0.5)).sum().item()
    print(
        f"Epoch {epoch}: test loss {sum(losses) / len(losses):.4f}, "
        f"accuracy {100 * correct / len(test_dl.dataset):.2f}%"
    )
