"""Compose projects on real Pods: each stack does what its file promises."""
