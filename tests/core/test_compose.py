"""How host classes and the library's become one base."""

from typing import Any

import pytest
from django.apps import apps
from django.core.checks import CheckMessage
from django.db import models
from django.test import override_settings
from django.utils.module_loading import import_string

from nexus_commerce.catalog.abstract_models import AbstractProduct, AbstractTag
from nexus_commerce.core.compose import compose, merge_meta
from nexus_commerce.core.extensions import model_for
from nexus_commerce.core.model_checks import check_models
from nexus_commerce.core.registry import MODELS
from tests.core.host_classes import GoodTag

HERE = "tests.core.host_classes"


def composed(key: str, abstract: type[models.Model], *names: str) -> Any:
    with override_settings(NEXUS_COMMERCE={"MODELS": {key: [f"{HERE}.{name}" for name in names]}}):
        return compose(key, abstract)


def test_the_librarys_class_is_last_and_the_first_host_class_wins() -> None:
    built = composed("catalog.Tag", AbstractTag, "GoodTag", "PlainWithMethod")
    assert built.__bases__[:2] == (GoodTag, built.__bases__[1])
    assert built.__bases__[-1] is AbstractTag
    assert built.shout is GoodTag.shout
    assert built._meta.abstract


def test_nothing_named_leaves_the_librarys_class_alone() -> None:
    with override_settings(NEXUS_COMMERCE={}):
        built = compose("catalog.Tag", AbstractTag)
    assert built.__bases__ == (AbstractTag,)
    assert built.nexus_hosts == ()


def test_a_field_set_to_none_stays_away_also_beside_a_class_that_has_it() -> None:
    built = composed("catalog.Tag", AbstractTag, "NamelessTag", "ColoredTag")
    assert "name" not in {field.name for field in built._meta.local_fields}
    assert built.name is None


def test_options_come_from_the_first_class_that_sets_them_else_from_the_library() -> None:
    built = composed("catalog.Tag", AbstractTag, "GoodTag", "SortedTag")
    assert built.Meta.ordering == ["-name"]
    assert built.Meta.verbose_name == "tag"
    assert built.Meta.default_manager_name == "objects"


def test_an_index_named_in_nexus_without_is_dropped() -> None:
    assert [i.name for i in composed("catalog.Product", AbstractProduct).Meta.indexes] == ["nexus_product_name"]
    assert composed("catalog.Product", AbstractProduct, "SlimProduct").Meta.indexes == []


def test_constraints_add_up_and_one_of_the_same_name_is_replaced() -> None:
    class Base(models.Model):
        class Meta:
            abstract = True
            constraints = [
                models.CheckConstraint(name="a", condition=models.Q(id__gt=0)),
                models.CheckConstraint(name="b", condition=models.Q(id__gt=0)),
            ]
            permissions = [("see", "Can see")]

    class Host(models.Model):
        class Meta:
            abstract = True
            constraints = [
                models.CheckConstraint(name="b", condition=models.Q(id__gt=1)),
                models.CheckConstraint(name="c", condition=models.Q(id__gt=2)),
            ]
            permissions = [("see", "Can really see"), ("touch", "Can touch")]

    class Both(Host, Base):
        class Meta:
            abstract = True

    meta: Any = merge_meta(Both)
    assert [(c.name, c.condition) for c in meta.constraints] == [
        ("a", models.Q(id__gt=0)),
        ("b", models.Q(id__gt=1)),
        ("c", models.Q(id__gt=2)),
    ]
    assert meta.permissions == [("see", "Can really see"), ("touch", "Can touch")]


def test_a_meta_that_inherits_from_a_meta_standing_alone_brings_its_options() -> None:
    class Common:
        get_latest_by = "name"
        ordering = ["name"]

    class Base(models.Model):
        class Meta:
            abstract = True
            ordering = ["id"]

    class Host(Base):
        class Meta(Common):
            abstract = True

    class Repeats(Host):
        class Meta(Base.Meta):
            abstract = True

    meta: Any = merge_meta(Repeats)
    assert (meta.get_latest_by, meta.ordering) == ("name", ["name"])


@pytest.mark.parametrize("key", MODELS)
def test_every_concrete_model_is_sealed_and_composed(key: str) -> None:
    model: Any = model_for(key)
    own = vars(model)["Meta"]
    assert not [name for name in vars(own) if not name.startswith("_")], "@seal is missing"
    assert any("nexus_hosts" in vars(base) for base in model.__bases__)
    assert model._meta.default_manager_name == "objects"


def test_every_model_of_the_library_can_be_extended() -> None:
    ours = {m._meta.label for m in apps.get_models() if m.__module__.startswith("nexus_commerce.")}
    assert ours == {model_for(key)._meta.label for key in MODELS}


@pytest.mark.parametrize("key", MODELS)
def test_names_of_constraints_and_indexes_are_fixed_and_start_with_the_tables_short_name(key: str) -> None:
    meta: Any = import_string(MODELS[key].abstract)._meta  # a host names its own as it likes
    names = [entry.name for entry in (*meta.constraints, *meta.indexes)]
    short = str(model_for(key)._meta.model_name)
    assert [name for name in names if not name.startswith(f"nexus_{short}_")] == []
    assert len(names) == len(set(names))
    assert not meta.unique_together, "its name would be made by the database"


def test_names_of_constraints_and_indexes_are_used_once_in_all_tables() -> None:
    names = [e.name for key in MODELS for e in (*model_for(key)._meta.constraints, *model_for(key)._meta.indexes)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("key", MODELS)
def test_the_fields_that_services_need_are_there(key: str) -> None:
    assert [message for message in check_models(None) if str(message.id).endswith("E110")] == []
    present = {field.name for field in model_for(key)._meta.get_fields()}
    assert set(MODELS[key].contract) <= present


def test_a_field_of_another_kind_that_the_library_needs_is_e110(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = MODELS["catalog.Tag"]
    monkeypatch.setitem(MODELS, "catalog.Tag", type(entry)(entry.label, entry.abstract, {"name": "IntegerField"}))
    (message,) = check_models(None)
    assert isinstance(message, CheckMessage)
    assert message.id == "nexus_commerce.E110"
    assert message.msg == "catalog.Tag: the library needs the field 'name' to be a IntegerField."


def test_a_model_whose_app_is_not_installed_is_e115(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = MODELS["catalog.Tag"]
    monkeypatch.setitem(MODELS, "catalog.Tag", type(entry)("nexus_absent", entry.abstract))
    from nexus_commerce.core.registry import PACKAGES

    monkeypatch.setitem(PACKAGES, "nexus_absent", "nexus_commerce.absent")
    with override_settings(NEXUS_COMMERCE={"MODELS": {"catalog.Tag": f"{HERE}.GoodTag"}}):
        found = {m.id: m.hint for m in check_models(None) if m.id != "nexus_commerce.E119"}
    assert found == {"nexus_commerce.E115": "Add 'nexus_commerce.absent' to INSTALLED_APPS or remove the entry."}
