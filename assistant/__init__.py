"""The answer: understanding, engines, citations, and the clients that show them."""
