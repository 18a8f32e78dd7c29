"""What answers of an API server mean: bodies as a real one sends them."""

from typing import Any

import pytest

from kompyle.cluster.answers import FieldConflict, Meaning, conflicts, meaning, parsed

Body = dict[str, Any]


def failure(message: str, *causes: Body) -> Body:
    details = {"causes": list(causes)} if causes else {}
    return {"kind": "Status", "message": message, "details": details}


OWNED = {
    "reason": "FieldManagerConflict",
    "message": 'conflict with "kubectl" using apps/v1',
    "field": '.spec.template.spec.containers[name="a"].image',
}
IMMUTABLE = {
    "reason": "FieldValueInvalid",
    "message": "Invalid value: field is immutable",
}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(200, {}, Meaning.DONE, id="ok"),
        pytest.param(201, {}, Meaning.DONE, id="created"),
        pytest.param(409, failure("Apply failed", OWNED), Meaning.CONFLICT, id="owned"),
        pytest.param(
            409,
            failure('Operation cannot be fulfilled on resourcequotas "q"'),
            Meaning.RETRY,
            id="quota-race",
        ),
        pytest.param(
            409,
            failure("the object has been modified; please apply your changes"),
            Meaning.STALE,
            id="stale",
        ),
        pytest.param(
            409, failure('secrets "a" already exists'), Meaning.RACE, id="race"
        ),
        pytest.param(
            422, failure("Job is invalid", IMMUTABLE), Meaning.IMMUTABLE, id="immutable"
        ),
        pytest.param(
            422,
            failure("Forbidden: updates to statefulset spec for fields other than 'x'"),
            Meaning.IMMUTABLE,
            id="stateful-set",
        ),
        pytest.param(
            422, failure("is invalid: spec.x: Required"), Meaning.INVALID, id="invalid"
        ),
        pytest.param(400, failure("bad request"), Meaning.INVALID, id="bad-request"),
        pytest.param(
            500,
            failure(
                "failed to create typed patch object (a/b; v1, Kind=X): "
                ".x: field not declared in schema"
            ),
            Meaning.INVALID,
            id="unknown-field",
        ),
        pytest.param(
            500,
            failure(
                "failed to convert new object: "
                "quantities must match the regular expression"
            ),
            Meaning.INVALID,
            id="quantity",
        ),
        pytest.param(
            500, failure("etcdserver: leader changed"), Meaning.RETRY, id="leader"
        ),
        pytest.param(
            500,
            failure('Internal error occurred: failed calling webhook "w"'),
            Meaning.RETRY,
            id="webhook",
        ),
        pytest.param(500, failure("something else"), Meaning.FAILED, id="internal"),
        pytest.param(429, failure("too many requests"), Meaning.RETRY, id="busy"),
        pytest.param(503, "upstream", Meaning.RETRY, id="unavailable"),
        pytest.param(504, failure("timeout"), Meaning.RETRY, id="timeout"),
        pytest.param(
            403,
            failure('pods "a" is forbidden: exceeded quota: q'),
            Meaning.DENIED,
            id="quota",
        ),
        pytest.param(
            403,
            failure('pods "a" is forbidden: violates PodSecurity "restricted"'),
            Meaning.DENIED,
            id="pod-security",
        ),
        pytest.param(
            403,
            failure('secrets is forbidden: User "system:anonymous" cannot list'),
            Meaning.ANONYMOUS,
            id="anonymous",
        ),
        pytest.param(
            403,
            failure('secrets is forbidden: User "dev" cannot list resource "secrets"'),
            Meaning.FORBIDDEN,
            id="rights",
        ),
        pytest.param(
            403,
            failure(
                "unable to create new content in namespace a "
                "because it is being terminated"
            ),
            Meaning.TERMINATING,
            id="leaving",
        ),
        pytest.param(401, failure("Unauthorized"), Meaning.EXPIRED, id="expired"),
        pytest.param(
            404,
            failure('namespaces "x" not found'),
            Meaning.NO_NAMESPACE,
            id="namespace",
        ),
        pytest.param(
            404, failure('secrets "x" not found'), Meaning.NOT_FOUND, id="missing"
        ),
        pytest.param(404, "404 page not found\n", Meaning.NOT_SERVED, id="version"),
    ],
)
def test_meaning(status: int, body: Body | str, expected: Meaning) -> None:
    assert meaning(status, body) is expected


def test_conflicts_name_field_and_manager() -> None:
    body = failure("Apply failed with 1 conflict", OWNED, {"reason": "Other"})
    assert conflicts(body) == [FieldConflict(OWNED["field"], "kubectl")]
    assert conflicts("404 page not found") == []


@pytest.mark.parametrize("text", ["42", "null", "[]", "true", '"a"', "<html>", ""])
def test_what_is_no_object_is_a_text(text: str) -> None:
    assert parsed(text.encode(), "application/json") == text


def test_an_object_of_another_type_is_a_text() -> None:
    assert parsed(b'{"level": "fatal"}', "text/plain") == '{"level": "fatal"}'
    assert parsed(b'{"a": 1}', "application/json; charset=utf-8") == {"a": 1}
