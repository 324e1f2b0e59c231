"""The bot's side of Discord, and the only package that imports `discord`: it answers, renders and delivers."""
