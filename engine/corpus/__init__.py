"""The corpus: a procedural painter of captioned pictures, and banks of them."""
