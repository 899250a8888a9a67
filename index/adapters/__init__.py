"""Adapters: the only modules that import the vendors of embedding, storing and splitting."""
