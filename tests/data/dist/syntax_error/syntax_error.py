"""Is no Python."""

def run(:
