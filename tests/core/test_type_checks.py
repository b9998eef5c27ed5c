"""Rows of product types whose model is gone."""

import pytest
from django.contrib.contenttypes.models import ContentType

from nexus_commerce.catalog.models import Digital, Physical, Product
from nexus_commerce.core.type_checks import check_product_types


@pytest.mark.django_db
def test_rows_whose_type_has_no_model_are_w208_and_nothing_else_is() -> None:
    Physical.objects.create(name="Here")
    Digital.objects.create(name="Here too")
    assert check_product_types(None, databases=["default"]) == []
    gone = ContentType.objects.create(app_label="oldshop", model="course")
    Product.objects.non_polymorphic().filter(name="Here").update(polymorphic_ctype=gone)
    (message,) = check_product_types(None, databases=["default"])
    assert message.id == "nexus_commerce.W208"
    assert "1 rows of nexus_catalog.Product in 'default' have the type 'oldshop.course'" in message.msg
    assert [product.name for product in Product.objects.all()] == ["Here too"], "this is why it must be told"


@pytest.mark.django_db
def test_rows_without_a_type_are_told_too() -> None:
    Physical.objects.create(name="Nothing")
    Product.objects.non_polymorphic().update(polymorphic_ctype=None)
    (message,) = check_product_types(None, databases=["default"])
    assert "have the type 'none'" in message.msg


def test_rows_are_not_read_unless_a_database_is_named() -> None:
    assert check_product_types(None) == []
    assert check_product_types(None, databases=None) == []
