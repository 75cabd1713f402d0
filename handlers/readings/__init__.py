"""Readings as people meet them: asked for at the desk, said as figures, drawn as lines and panels."""
