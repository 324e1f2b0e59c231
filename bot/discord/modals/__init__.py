"""Forms. Their submits are served from the interaction event by their custom ids, so that they survive a restart."""
