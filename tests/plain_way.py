"""An application without its door: every request takes the ordinary way."""

from fastapi import FastAPI

from app.door import Door


def without_door(app: FastAPI) -> FastAPI:
    """The application, not started yet, with no door before it."""
    app.user_middleware = [layer for layer in app.user_middleware if layer.cls is not Door]
    return app
