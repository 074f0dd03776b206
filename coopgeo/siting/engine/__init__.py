"""The machinery that the location problems share."""
