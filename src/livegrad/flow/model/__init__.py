"""The same for a real ``torch.nn.Module``: traced into operations, predicted along them, and measured."""
