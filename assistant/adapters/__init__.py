"""Adapters of the assistant; none yet but the web."""
