"""What waits for a Job to complete starts when it is, and not before."""

from tests.e2e.stack import Stack


def test_the_api_starts_after_the_migration(stack: Stack) -> None:
    stack.wait("api")
    ended = stack.get(stack.workload("migrate"))["status"]["completionTime"]
    (pod,) = stack.pods("api")
    (status,) = pod["status"]["containerStatuses"]
    assert status["state"]["running"]["startedAt"] >= ended
    assert status["restartCount"] == 0


def test_waiting_needs_the_right_to_read_that_job_alone(stack: Stack) -> None:
    """The account of the waiting Pod can do nothing else, and the API has no token."""
    job = stack.workload("migrate").removeprefix("job/")
    (pod,) = stack.pods("api")
    namespace = pod["metadata"]["namespace"]
    account = pod["spec"]["serviceAccountName"]
    user = f"--as=system:serviceaccount:{namespace}:{account}"
    may = ("auth", "can-i", user)
    assert stack.kubectl.run(*may, "get", f"job/{job}").stdout == "yes\n"
    assert stack.kubectl.run(*may, "list", "jobs").stdout == "no\n"
    assert stack.kubectl.run(*may, "get", "secrets").stdout == "no\n"
    token = "/var/run/secrets/kubernetes.io"
    assert stack.try_exec("api", "test", "-e", token).returncode == 1
