"""Tests: one flat file a module, and the inputs, doubles and servers that they share."""
