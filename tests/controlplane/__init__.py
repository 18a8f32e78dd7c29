"""A real control plane for tests: how it is built and started, and a fake node."""
