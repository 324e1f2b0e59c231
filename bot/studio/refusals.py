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
    "default_size": ("given", "known"),
    "default_size_large": ("width", "height", "most"),
    "style": ("given", "close"),
    "model": ("given", "close"),
    "mode": ("given",),
    "palette": ("given", "known"),
    "word": ("word",),
    "word_blank": (),
    "word_unlisted": ("given",),
    "banned": (),
    "not_banned": (),
    "ban_self": (),
    "ban_bot": (),
    "channel": ("channel",),
    "role": (),
    "paused": (),
    "guild_paused": (),
    "unscreened": ("model",),
    "engine_offline": ("reason",),
    "cooldown": ("seconds",),
    "twice": (),
    "pending": ("most",),
    "guild_pending": ("most",),
    "full": (),
    "quota": ("most", "resets_at"),
    "guild_quota": ("most", "resets_at"),
    "quota_left": ("left", "count", "resets_at"),
    "busy": (),
    "disk_full": (),
    "no_job": (),
    "no_artwork": (),
    "removed": (),
    "not_yours": (),
    "not_moderator": (),
    "over": (),
    "setting": ("name", "problem"),
    "report_closed": (),
    "reported": (),
    "craft": ("sentence",),
    "draft_gone": (),
    "no_look": (),
    "two_looks": (),
    "no_picture": (),
    "two_pictures": (),
    "no_part": (),
    "box": ("given",),
    "enlarged": (),
    "enlarge_large": ("width", "height", "most"),
    "model_varies": ("model",),
    "upload": ("message",),
    "upload_gone": (),
    "upload_lost": (),
    "upload_large": ("size", "most"),
    "upload_type": ("given",),
    "own_guild": (),
    "own_name": ("most",),
    "own_list_name": ("given",),
    "own_house": ("given",),
    "own_taken": ("given",),
    "own_words": ("most",),
    "own_entries": ("most", "longest"),
    "own_many": ("most",),
    "own_list": ("given", "close"),
    "question": ("message",),
    "one_prompt": (),
    "style_words": ("given",),
    "tile_like": (),
    "mix_count": ("most",),
    "mix_choices": (),
    "mix_tile": (),
    "weights": ("given",),
    "weights_count": ("given", "count"),
    "weights_zero": (),
}
"""Key to field names. Fields are plain values; `resets_at` is a Unix timestamp, `seconds` a whole number.

`channel` names one channel id where Salon may be used; `close` and `known` are lists joined by commas (maybe empty);
`craft`: the sentence about a prompt, in the member's language; `draft_gone`: it was confirmed or has expired;
`busy`: the database stayed locked; `over`: the job has ended already; `reported`: this member reported it before.
"""

OWN_KINDS = {"style": "style", "list": "own_list"}
"""What is said where a guild has no style or list of a name."""

FAILURES: dict[str, tuple[str, ...]] = {
    "engine": ("message",),
    "crashed": ("attempts",),
    "internal": (),
    "parent_removed": (),
}
"""Why a job failed. `engine`: the engine's own sentence, in English, which says what to do."""
