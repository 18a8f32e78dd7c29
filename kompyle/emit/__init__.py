"""From manifests to text, and text to files."""
