"""Pictures into words: what a picture shows, and which words of a prompt are felt in it."""
