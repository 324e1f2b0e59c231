"""How the two ends of the engine's border speak: framing, messages and addresses. No torch here."""
