"""Kompyle translates Compose projects to Kubernetes manifests."""
