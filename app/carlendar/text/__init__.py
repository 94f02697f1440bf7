"""Text: cleaning, graphemes, shortening, wrapping, hyphenation, direction and shaping. No Kivy."""
