"""A classifier that ends in softmax, trained with CrossEntropyLoss. Wrong: wrong-output-activation.

소프트맥스로 끝나는 분류기를 CrossEntropyLoss로 학습한다. 잘못된 점: 잘못된 출력 활성화.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return F.softmax(x, dim=1)


def load_data(batch_size=32):
    digits = load_digits()
    data = digits.data / 16.0
    data = (data - data.mean()) / data.std()
    x_train, x_test, y_train, y_test = train_test_split(
        data, digits.target, test_size=0.3, stratify=digits.target, random_state=42
    )
    train_set = TensorDataset(torch.FloatTensor(x_train), torch.LongTensor(y_train))
    test_set = TensorDataset(torch.FloatTensor(x_test), torch.LongTensor(y_test))
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True),
        DataLoader(test_set, batch_size=256),
    )


def train(model, device, train_loader, criterion, optimizer, epoch):
    model.train()
    for data, target in train_loader:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
    print(f"Train Epoch: {epoch}\tLoss: {loss.item():.6f}")


def test(model, device, test_loader, criterion):
    model.eval()
    test_loss = 0
    correct = 0
    with torch.no_grad():
        for data, target in test_loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            test_loss += criterion(output, target).item() * len(data)
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    n = len(test_loader.dataset)
    print(
        f"Test set: Average loss: {test_loss / n:.4f}, Accuracy: {correct}/{n} ({correct / n:.1%})"
    )


def main():
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train_loader, test_loader = load_data()
    model = Net().to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    scheduler = StepLR(optimizer, step_size=5, gamma=0.7)
    for epoch in range(1, 21):
        train(model, device, train_loader, criterion, optimizer, epoch)
        test(model, device, test_loader, criterion)
        scheduler.step()


if __name__ == "__main__":
    main()
