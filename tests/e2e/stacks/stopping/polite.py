"""Need three seconds to end when a signal comes, and write down which one it was."""

import signal
import sys
import time


def write(text):
    with open(f"/log/{sys.argv[1]}", "a") as log:
        log.write(f"{text}\n")


def end(number, frame):
    write(signal.Signals(number).name)
    time.sleep(3)
    write("done")
    sys.exit(0)


for name in ("SIGINT", "SIGTERM", "SIGUSR1"):
    signal.signal(getattr(signal, name), end)
write("ready")
while True:
    time.sleep(1)
