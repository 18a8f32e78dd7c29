"""Bring manifests to a cluster: the only package that imports kubernetes."""
