"""Text: graphemes, shortening, hyphenation and direction. No Kivy."""
