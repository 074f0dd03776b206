"""What a person at a terminal types and reads: help, words, consoles of any code page."""
