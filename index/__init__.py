"""Where it says it: passages, vectors, lexical index, and the one query path."""
