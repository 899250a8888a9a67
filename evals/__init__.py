"""How good it is: retrieval and answers, measured against the baselines."""
