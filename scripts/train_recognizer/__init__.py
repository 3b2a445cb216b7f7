"""Trains the line recognizer (pipeline/line_recognizer.py) on lines that this program draws. Needs PyTorch; the product does not."""
