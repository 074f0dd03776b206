"""The main job: from a study to its outcome."""
