"""Every reason for which the studio says no: the key of a text in the chat's catalogue, and that text's fields.

`error_key` of failed jobs and letters comes from the second table.
"""

REFUSALS: dict[str, tuple[str, ...]] = {
    "prompt_empty": (),
    "prompt_long": ("length", "most"),
    "negative_long": ("length", "most"),
    "count": ("most",),
    "seed": ("most",),
    "size": ("given", "known"),
    "size_large": ("width", "height", "most"),
    "style": ("given", "close"),
    "model": ("given", "close"),
    "mode": ("given",),
    "palette": ("given", "known"),
    "word": ("word",),
    "banned": (),
    "channel": ("channel",),
    "role": (),
    "paused": (),
    "guild_paused": (),
    "unscreened": ("model",),
    "engine_offline": ("reason",),
    "cooldown": ("seconds",),
    "pending": ("most",),
    "guild_pending": ("most",),
    "full": (),
    "quota": ("most", "resets_at"),
    "guild_quota": ("most", "resets_at"),
    "busy": (),
    "disk_full": (),
    "no_job": (),
    "no_artwork": (),
    "removed": (),
    "not_yours": (),
    "not_moderator": (),
    "over": (),
    "setting": ("name", "problem"),
    "reported": (),
}
"""Key to field names. Fields are plain values; `resets_at` is a Unix timestamp, `seconds` a whole number.

`channel` names one channel id where Salon may be used; `close` and `known` are lists joined by commas (maybe empty);
`busy`: the database stayed locked; `over`: the job has ended already; `reported`: this member reported it before.
"""

FAILURES: dict[str, tuple[str, ...]] = {
    "engine": ("message",),
    "crashed": ("attempts",),
    "internal": (),
    "parent_removed": (),
}
"""Why a job failed. `engine`: the engine's own sentence, in English, which says what to do."""
