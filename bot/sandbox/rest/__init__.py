"""The REST API, v10: one module for each kind of resource."""
