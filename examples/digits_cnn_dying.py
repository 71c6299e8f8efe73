"""A small CNN whose biases all start at -1 "for sparsity". Wrong: dead-units, two ReLUs of three never fire.

편향을 모두 -1로 채운 작은 합성곱 신경망. 잘못된 점: 죽은 유닛, ReLU 세 개 가운데 둘이 한 번도 켜지지 않는다.
"""

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset, random_split

BATCH_SIZE = 64
EPOCHS = 20
LEARNING_RATE = 1e-3


class DigitsCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(32 * 4 * 4, 64),
            nn.ReLU(inplace=True),
            nn.Linear(64, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def init_biases(m):
    # start below zero so that only strong features fire (sparse activations)
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.constant_(m.bias, -1.0)


@torch.no_grad()
def evaluate(model, loader, criterion):
    model.eval()
    losses, hits, total = [], 0, 0
    for images, labels in loader:
        logits = model(images)
        losses.append(criterion(logits, labels).item())
        hits += (logits.argmax(dim=1) == labels).sum().item()
        total += labels.size(0)
    return np.mean(losses), hits / total


def main():
    torch.manual_seed(1234)
    np.random.seed(1234)

    digits = load_digits()
    images = torch.from_numpy(digits.images).float().unsqueeze(1) / 16.0
    images = (images - 0.3053) / 0.3760  # mean and std of all pixels
    labels = torch.from_numpy(digits.target).long()
    train_set, val_set = random_split(TensorDataset(images, labels), [1400, 397])
    train_loader = DataLoader(
        train_set, BATCH_SIZE, shuffle=True, num_workers=2, persistent_workers=True
    )
    val_loader = DataLoader(val_set, BATCH_SIZE)

    model = DigitsCNN()
    model.apply(init_biases)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=LEARNING_RATE)

    for epoch in range(EPOCHS):
        model.train()
        running_loss = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        val_loss, val_acc = evaluate(model, val_loader, criterion)
        print(
            f"[{epoch + 1}/{EPOCHS}] train loss {running_loss / len(train_loader):.3f} "
            f"val loss {val_loss:.3f} val acc {val_acc:.3f}"
        )


if __name__ == "__main__":
    main()
