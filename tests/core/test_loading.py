import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.loading import remember_related
from nexus_commerce.testing.factories import make_price_list

pytestmark = pytest.mark.django_db


def test_what_was_written_is_not_read_again(channel: Channel) -> None:
    first, second = make_price_list(channel=channel), make_price_list(channel=channel)
    remember_related(channel, price_lists=[first])
    with CaptureQueriesContext(connection) as captured:
        assert list(channel.price_lists.all()) == [first]
    assert len(captured) == 0
    remember_related(channel, price_lists=[])
    assert list(channel.price_lists.all()) == []
    assert set(channel.price_lists.filter(pk__in=[first.pk, second.pk])) == {first, second}
    assert set(Channel.objects.get(pk=channel.pk).price_lists.all()) >= {first, second}
