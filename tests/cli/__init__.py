"""What users and their scripts see: arguments, streams, files, exit codes."""
