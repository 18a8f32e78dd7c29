"""From a Compose project to Kubernetes manifests, one Compose concern per module."""
