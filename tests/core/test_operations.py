"""Indexes that only PostgreSQL has are made there, and leave no trace in the migration state."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import ModelState, ProjectState

from nexus_commerce.catalog.models import Product
from nexus_commerce.core.operations import CreateGinIndex

INDEXES = {
    "nexus_catalog_product": {"nexus_product_attributes_gin", "nexus_product_metadata_gin"},
    "nexus_catalog_variant": {"nexus_variant_attributes_gin", "nexus_variant_metadata_gin"},
}


@pytest.mark.hosts
@pytest.mark.django_db
@pytest.mark.parametrize("table", INDEXES)
def test_json_columns_are_indexed_where_the_database_can(table: str) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    gin = {name for name in found if name.endswith("_gin")}
    assert gin == (INDEXES[table] if connection.vendor == "postgresql" else set())


@pytest.mark.postgresql
@pytest.mark.django_db
def test_containment_uses_the_index() -> None:
    query = Product.plain.filter(attributes__contains={"color": "red"}).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "nexus_product_attributes_gin" in query.explain()


@pytest.mark.django_db(transaction=True)
def test_the_operation_is_reversed_and_repeated() -> None:
    operation = CreateGinIndex("Product", "attributes", "nexus_product_attributes_gin")
    state = ProjectState()
    for model in apps.get_app_config("nexus_catalog").get_models():
        state.add_model(ModelState.from_model(model, exclude_rels=True))
    before = state.clone()
    operation.state_forwards("nexus_catalog", state)
    assert state.models == before.models

    def names() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, "nexus_catalog_product"))

    start = names()
    with connection.schema_editor() as editor:
        operation.database_backwards("nexus_catalog", editor, state, before)
    assert "nexus_product_attributes_gin" not in names()
    with connection.schema_editor() as editor:
        operation.database_forwards("nexus_catalog", editor, before, state)
    assert names() == start


@pytest.mark.hosts
@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "nexus_catalog", check=True, dry_run=True, verbosity=0)
