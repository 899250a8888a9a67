"""The server: one FastAPI application, of which the Gradio chat is one client."""
