"""Read Compose files into a Project; knows nothing of Kubernetes."""
