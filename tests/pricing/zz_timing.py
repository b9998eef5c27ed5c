import time
from datetime import timedelta
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from nexus_commerce.pricing.history import lowest_prices
from nexus_commerce.pricing.services import PriceRow, set_prices
from nexus_commerce.testing.factories import *
from tests.pricing.clocks import Clock
@pytest.mark.django_db
def test_t(monkeypatch):
    now=timezone.now()
    c=Clock(monkeypatch, now-timedelta(days=370))
    ch=make_channel(time_zone="Europe/Berlin")
    lists=[make_price_list(channel=ch, priority=i) for i in range(3)]
    vs=[make_variant() for _ in range(60)]
    for w in range(52):
        c.now=now-timedelta(days=7*(52-w))
        set_prices(price_list=lists[w%2 if w%8==0 else 0], rows=[PriceRow(v.pk, 1000+(w*37+v.pk)%90) for v in vs])
    ids=[v.pk for v in vs]
    lowest_prices(variant_ids=ids, channel=ch, now=now)
    with CaptureQueriesContext(connection) as q:
        lowest_prices(variant_ids=ids, channel=ch, now=now)
    print(len(q), "statements")
    for s in q: print(s["sql"][:3000])
    best=[]
    for n in (60,1):
        t=[]
        for _ in range(15):
            a=time.perf_counter(); lowest_prices(variant_ids=ids[:n], channel=ch, now=now); t.append(time.perf_counter()-a)
        print(n, "variants", round(min(t)*1000,2),"ms min", round(sorted(t)[7]*1000,2),"median")
