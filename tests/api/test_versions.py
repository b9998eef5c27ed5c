"""What ``If-Match`` promises, and where it must be sent."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from nexus_commerce.api.errors import PreconditionFailed, PreconditionRequired, problem_of
from nexus_commerce.api.versions import check_version, require_version


def request(**headers: str) -> Request:
    return Request(APIRequestFactory().post("/", headers=headers))


def test_staff_must_say_which_version_they_mean() -> None:
    with pytest.raises(PreconditionRequired) as refused:
        require_version(request())
    problem = problem_of(refused.value)
    assert problem is not None
    assert (problem.status, problem.code) == (428, "precondition_required")
    assert "If-Match" in problem.detail


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"', "*", '"1", "3"'])
def test_the_version_that_is_named_may_be_changed(tag: str) -> None:
    require_version(request(**{"If-Match": tag}))
    check_version(request(**{"If-Match": tag}), 3)


@pytest.mark.parametrize("tag", ['"2"', "3", "nonsense"])
def test_another_version_may_not(tag: str) -> None:
    require_version(request(**{"If-Match": tag}))
    with pytest.raises(PreconditionFailed):
        check_version(request(**{"If-Match": tag}), 3)
