"""A deep ReLU net with weights drawn far too large. Wrong: bad-initialization, the loss runs away.

가중치를 지나치게 크게 뽑은 깊은 ReLU 신경망. 잘못된 점: 잘못된 초기화, 손실이 걷잡을 수 없이 커진다.
"""

import torch
from sklearn import datasets, model_selection, preprocessing
from torch import nn

DEPTH, WIDTH = 10, 100
EPOCHS, BATCH = 30, 50


def make_model():
    modules = []
    size = 64
    for _ in range(DEPTH):
        modules += [nn.Linear(size, WIDTH), nn.ReLU()]
        size = WIDTH
    modules += [nn.Linear(size, 10)]
    model = nn.Sequential(*modules)
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            nn.init.normal_(p, std=0.5)
        else:
            nn.init.zeros_(p)
    return model


def run_epoch(model, criterion, x, y, optimizer=None):
    """One pass over the data; trains when an optimizer is given."""
    total_loss = total_right = 0
    order = torch.randperm(len(x)) if optimizer else torch.arange(len(x))
    for k in range(0, len(x), BATCH):
        xb, yb = x[order[k : k + BATCH]], y[order[k : k + BATCH]]
        out = model(xb)
        loss = criterion(out, yb)
        if optimizer:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        total_loss += loss.item() * len(xb)
        total_right += (out.argmax(1) == yb).sum().item()
    return total_loss / len(x), total_right / len(x)


if __name__ == "__main__":
    X, y = datasets.load_digits(return_X_y=True)
    X = preprocessing.scale(X)
    Xtr, Xte, ytr, yte = model_selection.train_test_split(X, y, test_size=400, random_state=5)
    Xtr, Xte = torch.Tensor(Xtr), torch.Tensor(Xte)
    ytr, yte = torch.LongTensor(ytr), torch.LongTensor(yte)

    model = make_model()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for epoch in range(EPOCHS):
        train_loss, train_acc = run_epoch(model, criterion, Xtr, ytr, optimizer)
        with torch.no_grad():
            test_loss, test_acc = run_epoch(model, criterion, Xte, yte)
        print(
            f"{epoch:3d}  train {train_loss:10.4g} {train_acc:.3f}   test {test_loss:10.4g} {test_acc:.3f}"
        )
