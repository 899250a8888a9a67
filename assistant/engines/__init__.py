"""Engines that compose answers from evidence."""
