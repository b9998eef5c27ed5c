"""Products in the admin: one list of every type, a page for each type."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from polymorphic.admin import PolymorphicChildModelAdmin, PolymorphicParentModelAdmin

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, without_fields
from nexus_commerce.admin.catalog.attribute_fields import AttributeInput, attribute_inputs, in_pairs, with_attributes
from nexus_commerce.admin.catalog.product_filters import CategoryFilter, ProductTypeFilter
from nexus_commerce.admin.catalog.product_forms import ProductForm
from nexus_commerce.admin.catalog.product_inlines import ListingInline, MediaInline, PlacementInline, RelationInline
from nexus_commerce.admin.catalog.product_writing import FORMSET_WRITERS, save_product
from nexus_commerce.admin.catalog.slugs import SlugInline
from nexus_commerce.admin.catalog.summaries import ProductChangeList, thumbnail
from nexus_commerce.admin.catalog.variant_inlines import OptionInline, VariantInline, contents_of
from nexus_commerce.admin.filters import ArchivedFilter
from nexus_commerce.admin.formatting import EMPTY, list_link
from nexus_commerce.catalog.models import Bundle, Digital, Physical, Product, Variant
from nexus_commerce.catalog.services import archive_product, restore_product, set_tags
from nexus_commerce.core.extensions import own_fields
from nexus_commerce.core.registry import MODELS
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.pricing.models import Price

__all__ = ["BundleAdmin", "ProductAdmin", "ProductTypeAdmin"]


@admin.register(Product)
class ProductAdmin(CommerceAdmin, PolymorphicParentModelAdmin):
    """The list of all products. It knows every product type that is registered with the same admin site."""

    base_model = Product
    list_display = ["picture", "name", "type_name", "price_range", "stock_units", "channel_names"]
    list_display_links = ["name"]
    list_filter = [ProductTypeFilter, ArchivedFilter, "listings__channel", CategoryFilter, "is_discountable"]
    search_fields = ["name", "variants__sku", "variants__barcode"]
    actions = ["archive_selected", "restore_selected"]
    polymorphic_list = False

    def get_child_models(self) -> list[type[Product]]:
        return [model for model in self.admin_site._registry if issubclass(model, Product)]

    def get_child_type_choices(self, request: HttpRequest, action: str) -> Any:
        """Offer the product types, but not the base of them all."""
        own = ContentType.objects.get_for_model(Product).pk
        choices: Any = super().get_child_type_choices(request, action)  # type: ignore[no-untyped-call]
        return [choice for choice in choices if choice[0] != own]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not request.GET.get("ct_id", "0").isdecimal():
            raise Http404
        page: HttpResponse = super().add_view(request, form_url, extra_context)  # type: ignore[no-untyped-call]
        return page

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProductChangeList]:
        return ProductChangeList

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of no product type, which only code writes, is shown and no more."""
        has_type = obj is None or type(obj.get_real_instance()) is not Product
        return has_type and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Products are archived: orders point at what was sold."""
        return False

    @admin.action(description=_("Archive selected products"), permissions=["change"])
    def archive_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take the products out of sale."""
        for product in queryset:
            archive_product(product=product)
        self.message_user(request, _("The selected products are archived."))

    @admin.action(description=_("Restore selected products"), permissions=["change"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Bring archived products back."""
        for product in queryset:
            restore_product(product=product)
        self.message_user(request, _("The selected products are back."))

    @admin.display(description="")
    def picture(self, product: Any) -> str:
        return thumbnail(product.summary.picture)

    @admin.display(description=_("type"), ordering="polymorphic_ctype")
    def type_name(self, product: Any) -> str:
        return str(product.summary.type_name)

    @admin.display(description=_("price"))
    def price_range(self, product: Any) -> str:
        shown: str = product.summary.price_range()
        return shown

    @admin.display(description=_("available"))
    def stock_units(self, product: Any) -> str:
        units = product.summary.stock
        if units is None:
            return format_html('<span class="nexus-quiet">{}</span>', _("not tracked"))
        return format_html('<span class="{}">{}</span>', "" if units > 0 else "nexus-low", units)

    @admin.display(description=_("channels"))
    def channel_names(self, product: Any) -> str:
        return ", ".join(product.summary.channels) or EMPTY


MOST_VARIANTS = 60
"""How many variants are edited on the page of their product: a form has at most 1,000 fields."""


def type_columns(model: type[Product]) -> list[str]:
    """Return the columns that a product type adds to a product, without those that a host must expose."""
    key = next((key for key in MODELS if model._meta.label == f"nexus_{key}"), None)
    hidden = own_fields(key) if key else frozenset()
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    links = {link.name for link in model._meta.parents.values() if link is not None}
    return [
        field.name
        for field in fields
        if field.model is not Product and field.editable and field.name not in hidden | links
    ]


class ProductTypeAdmin(ObjectActionsMixin, CommerceAdmin, PolymorphicChildModelAdmin):
    """The page of one product type. A host registers its own types with this class or a subclass::

        admin.site.register(Course, ProductTypeAdmin)

    The type's own columns stand in a group of their own.
    """

    base_model = Product
    form = ProductForm
    change_form_template: ClassVar[Any] = "admin/nexus_commerce/product_change_form.html"
    autocomplete_fields = ["tags"]
    readonly_fields = ["archived_at", "created_at", "updated_at", "public_id", "elsewhere"]
    inlines = [
        OptionInline,
        VariantInline,
        ListingInline,
        PlacementInline,
        MediaInline,
        RelationInline,
        SlugInline,
    ]
    object_actions = ["archive", "restore"]
    fieldsets = [
        (None, {"fields": ["name", "subtitle", "slug", "description", "tags", "elsewhere", "read_version"]}),
        (_("Selling"), {"fields": [("tax_class", "is_discountable")]}),
        (_("Search engines"), {"classes": ["collapse"], "fields": ["seo_title", "seo_description"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["archived_at", ("created_at", "updated_at"), "public_id"]}),
        FREE_DATA,
    ]

    def inputs_for(self, request: HttpRequest, obj: Any) -> list[AttributeInput]:
        """Return the attributes that the form asks for, read once a request."""
        known: list[AttributeInput] | None = getattr(request, "nexus_inputs", None)
        if known is None:
            categories = obj.ancestors.values_list("category_id", flat=True) if obj else ()
            known = attribute_inputs(product_type=self.model, category_ids=categories)
            request.nexus_inputs = known  # type: ignore[attr-defined]
        return known

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs.setdefault("form", with_attributes(self.form, self.inputs_for(request, obj)))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_fieldsets(request, obj))
        if names := [entry.name for entry in self.inputs_for(request, obj)]:
            given.insert(1, (_("Attributes"), {"fields": in_pairs(names)}))
        named = set(flatten_fieldsets(given))
        if columns := [name for name in type_columns(self.model) if name not in named]:
            given.insert(1, (str(self.opts.verbose_name).capitalize(), {"fields": columns}))
        return given if obj else without_fields(given, ["elsewhere", "archived_at", "created_at", "updated_at"])

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the rest once the product is there; very many variants have a list of their own."""
        later = set() if obj else {OptionInline, MediaInline, RelationInline, SlugInline}
        if obj and obj.variants.filter(archived_at__isnull=True).count() > MOST_VARIANTS:
            later.add(VariantInline)
        return [inline for inline in super().get_inlines(request, obj) if inline not in later]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_product(obj, form, change=change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if "tags" in form.changed_data:
            set_tags(product=form.instance, tags=[tag.name for tag in form.cleaned_data["tags"]])
        super().save_related(request, form, formsets, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        writer = FORMSET_WRITERS.get(formset.model)
        if writer is None:
            super().save_formset(request, form, formset, change)
        elif formset.has_changed():
            formset.save(commit=False)
            writer(form.instance, formset)
        else:
            formset.save(commit=False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Products are archived: orders point at what was sold."""
        return False

    @object_action(_("Archive"), open_for=lambda product: product.archived_at is None)
    def archive(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Take a product out of sale."""
        archive_product(product=obj)
        return _("%(name)s is archived.") % {"name": obj}

    @object_action(_("Restore"), open_for=lambda product: product.archived_at is not None)
    def restore(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Bring an archived product back."""
        restore_product(product=obj)
        return _("%(name)s is back.") % {"name": obj}

    @admin.display(description=_("lists"))
    def elsewhere(self, product: Any) -> str:
        prices = list_link(Price, _("Prices"), variant__product__id__exact=product.pk)
        stock = list_link(StockItem, _("Stock"), variant__product__id__exact=product.pk)
        variants = list_link(Variant, _("Variants"), product__id__exact=product.pk)
        return format_html("{} · {} · {}", variants, prices, stock)


class BundleAdmin(ProductTypeAdmin):
    """A bundle shows what it holds; that is changed on the page of its variant."""

    readonly_fields = [*ProductTypeAdmin.readonly_fields, "contents"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_fieldsets(request, obj))
        if obj:
            given.insert(1, (_("Contents"), {"fields": ["contents"]}))
        return given

    @admin.display(description=_("contents"))
    def contents(self, bundle: Any) -> str:
        return contents_of(bundle.variants.prefetch_related("bundle_items__variant__product"))


admin.site.register([Physical, Digital], ProductTypeAdmin)
admin.site.register(Bundle, BundleAdmin)
