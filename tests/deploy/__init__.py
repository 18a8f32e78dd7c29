"""What ``kompyle up`` does, each behaviour on a real control plane."""
