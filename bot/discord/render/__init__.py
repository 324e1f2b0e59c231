"""Plain records turned into what Discord shows. Nothing here asks anybody anything."""
