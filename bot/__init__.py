"""The bot: use cases, Discord and the command line. It never imports torch."""
