"""The engine: everything that paints. It knows neither Discord nor the database."""

__version__ = "0.1.0"
