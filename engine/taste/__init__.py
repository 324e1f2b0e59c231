"""What is seen in a picture and what is liked about it."""
