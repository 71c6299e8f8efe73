"""Ten sigmoid layers on handwritten digits. Wrong: vanishing-gradient, early layers never move.

손글씨 숫자를 시그모이드 열 층으로 배운다. 잘못된 점: 기울기 소실, 앞쪽 층이 움직이지 않는다.
"""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

torch.manual_seed(0)

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
scaler = StandardScaler().fit(X_train)
X_train = torch.tensor(scaler.transform(X_train), dtype=torch.float32)
X_test = torch.tensor(scaler.transform(X_test), dtype=torch.float32)
y_train = torch.tensor(y_train)
y_test = torch.tensor(y_test)

layers = [nn.Linear(64, 64), nn.Sigmoid()]
for _ in range(9):
    layers += [nn.Linear(64, 64), nn.Sigmoid()]
layers.append(nn.Linear(64, 10))
model = nn.Sequential(*layers)

loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

for epoch in range(1, 31):
    model.train()
    order = torch.randperm(len(X_train))
    for start in range(0, len(X_train), 32):
        batch = order[start : start + 32]
        optimizer.zero_grad()
        loss = loss_fn(model(X_train[batch]), y_train[batch])
        loss.backward()
        optimizer.step()

    model.eval()
    with torch.no_grad():
        output = model(X_test)
        test_loss = loss_fn(output, y_test).item()
        accuracy = (output.argmax(1) == y_test).float().mean().item()
    print(f"epoch {epoch:2d}  test loss {test_loss:.4f}  test accuracy {accuracy:.3f}")
