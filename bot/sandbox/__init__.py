"""A Discord in a box: REST v10, gateway v10 and a browser page on loopback, to try and test the bot without a token.

It is a process of its own (`python -m bot.sandbox`), keeps its state in one folder and knows nothing of the bot or of
its library: what it sends and demands follows Discord's published documentation and specification.
"""
