"""A small transformer that reads the eight rows of a digit. Nothing is wrong: it learns well.

숫자 그림의 여덟 줄을 읽는 작은 트랜스포머. 잘못된 점 없음: 잘 배운다.
"""

import argparse
import math

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class RowTransformer(nn.Module):
    def __init__(self, d_model=64, n_heads=4, n_layers=2, dropout=0.1):
        super().__init__()
        self.embed = nn.Linear(8, d_model)
        self.position = nn.Parameter(torch.randn(1, 8, d_model) * 0.02)
        layer = nn.TransformerEncoderLayer(
            d_model,
            n_heads,
            dim_feedforward=2 * d_model,
            dropout=dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.encoder = nn.TransformerEncoder(layer, n_layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, 10)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(self.embed(rows) + self.position)
        return self.head(self.norm(hidden).mean(dim=1))


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--warmup", type=int, default=50, help="steps until the full rate")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def make_loaders(batch_size):
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32)
    images = (images - images.mean()) / images.std()
    labels = torch.tensor(digits.target)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels, test_size=0.2, random_state=0, stratify=labels
    )
    train_loader = DataLoader(
        TensorDataset(train_x, train_y), batch_size=batch_size, shuffle=True, drop_last=True
    )
    return train_loader, DataLoader(TensorDataset(test_x, test_y), batch_size=batch_size)


def main():
    args = parse_args()
    torch.manual_seed(args.seed)
    train_loader, test_loader = make_loaders(args.batch_size)

    model = RowTransformer()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.01)
    total_steps = args.epochs * len(train_loader)

    def rate(step):
        if step < args.warmup:
            return (step + 1) / args.warmup
        progress = (step - args.warmup) / max(1, total_steps - args.warmup)
        return 0.5 * (1 + math.cos(math.pi * progress))

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)

    for epoch in range(args.epochs):
        model.train()
        for rows, labels in train_loader:
            loss = criterion(model(rows), labels)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            scheduler.step()

        model.eval()
        test_loss, correct, count = 0.0, 0, 0
        with torch.no_grad():
            for rows, labels in test_loader:
                logits = model(rows)
                test_loss += criterion(logits, labels).item() * len(labels)
                correct += (logits.argmax(dim=-1) == labels).sum().item()
                count += len(labels)
        print(
            f"epoch {epoch + 1}/{args.epochs}: loss {test_loss / count:.4f}, acc {correct / count:.4f}"
        )


if __name__ == "__main__":
    main()
