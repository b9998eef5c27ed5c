import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nexus_commerce.channels.errors import NoChannel
from nexus_commerce.channels.policies import ChannelHint, ChannelPolicy
from nexus_commerce.testing.factories import make_channel

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def found(**hint: str) -> str:
    return ChannelPolicy().find(ChannelHint(**hint)).code


def test_a_channel_is_found_by_header_then_host_then_default() -> None:
    make_channel(code="eu", is_default=True)
    make_channel(code="us", hostname="us.example.com")
    make_channel(code="jp")
    assert found() == "eu"
    assert found(host="www.example.com") == "eu"
    assert found(host="US.example.com:8000") == "us"
    assert found(host="us.example.com", header="jp") == "jp"


def test_the_only_channel_serves_everybody() -> None:
    make_channel(code="shop")
    assert found(host="anything.example.com") == "shop"


def test_without_a_channel_the_error_says_what_to_do() -> None:
    with pytest.raises(NoChannel, match="Create one and make it the default"):
        found()
    make_channel(code="a")
    make_channel(code="b")
    with pytest.raises(NoChannel):
        found(host="example.com")


def test_a_header_that_names_no_active_channel_is_refused() -> None:
    make_channel(code="eu", is_default=True)
    make_channel(code="old", is_active=False)
    for header in ("old", "nothing"):
        with pytest.raises(NoChannel) as caught:
            found(header=header)
        assert caught.value.field == "Nexus-Channel"


@pytest.mark.parametrize(
    ("first", "second"), [({"is_default": True}, {"is_default": True}), ({"hostname": "x.y"}, {"hostname": "x.y"})]
)
def test_default_and_host_name_belong_to_one_channel(first: dict[str, object], second: dict[str, object]) -> None:
    make_channel(**first)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_channel(**second)


@pytest.mark.parametrize(
    ("column", "value"),
    [("currency", "euro"), ("currency", "XXQ"), ("country", "de"), ("time_zone", "Mars/Base"), ("code", "a b")],
)
def test_columns_are_checked(column: str, value: str) -> None:
    channel = make_channel()
    setattr(channel, column, value)
    with pytest.raises(ValidationError) as caught:
        channel.full_clean()
    assert list(caught.value.message_dict) == [column]
