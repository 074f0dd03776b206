"""What an outcome says, in French or English: sentences, sheets, columns; no file format."""
