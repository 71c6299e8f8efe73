"""An RNN that reads a digit row after row, pixel by pixel. Wrong: vanishing-gradient through time.

숫자 그림을 한 줄씩, 한 픽셀씩 읽는 순환 신경망. 잘못된 점: 시간을 거슬러 가며 기울기가 사라진다.
"""

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class PixelRNN(nn.Module):
    def __init__(self, hidden_size=64):
        super().__init__()
        self.rnn = nn.RNN(input_size=1, hidden_size=hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, 10)

    def forward(self, x):
        out, _ = self.rnn(x)
        return self.fc(out[:, -1])


def get_batches(x, y, batch_size):
    idx = torch.randperm(len(x))
    for i in idx.split(batch_size):
        yield x[i], y[i]


digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32)
images = nn.functional.pad(images, (1, 1, 1, 1))  # a blank border, as on paper
images = (images - images.mean()) / images.std()
sequences = images.flatten(1).unsqueeze(-1)  # 100 time steps, one pixel each
train_x, val_x, train_y, val_y = train_test_split(
    sequences, torch.tensor(digits.target), test_size=0.2, random_state=7
)

net = PixelRNN()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
criterion = nn.CrossEntropyLoss()

for epoch in range(18):
    net.train()
    total = 0.0
    for xb, yb in get_batches(train_x, train_y, 32):
        loss = criterion(net(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        total += loss.item() * len(xb)
    net.eval()
    with torch.no_grad():
        val_out = net(val_x)
        val_loss = criterion(val_out, val_y)
        val_acc = (val_out.argmax(-1) == val_y).float().mean()
    print(
        "epoch",
        epoch,
        "loss",
        round(total / len(train_x), 4),
        "val_loss",
        round(val_loss.item(), 4),
        "val_acc",
        round(val_acc.item(), 4),
    )
