"""`onnuri demo`: a market day."""
def demo() -> None:
    pass
