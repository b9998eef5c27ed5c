"""The floor: plain Django views that do the same work by hand, for this shop only.

Each reads or writes by statements written for the purpose, knows channel and price list by their keys, and speaks JSON
through orjson. Nothing of the library is used but its tables, and four tables of its own for carts and orders.
"""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks.seed import Shop

__all__ = ["add_line", "check_out", "create_tables", "new_cart", "product_list", "product_page", "serve"]

SHOP: Shop

PICTURE = """
  (SELECT json_build_object('url', '/media/' || m.file, 'width', m.width, 'height', m.height, 'alt', m.alt, 'sizes',
     (SELECT json_object_agg(r.size, json_build_object(
         'url', '/media/' || r.file, 'width', r.width, 'height', r.height))
      FROM nexus_catalog_mediarendition r WHERE r.media_id = m.id))::text
   FROM nexus_catalog_media m WHERE m.product_id = p.id ORDER BY m.position, m.id LIMIT 1)
"""
OFFERS = """
  LATERAL (
    SELECT min(a.amount) AS price, max(a.amount) AS most, bool_or(s.available > 0) AS in_stock
    FROM nexus_catalog_variant v
    JOIN nexus_pricing_price a ON a.variant_id = v.id AND a.price_list_id = %(prices)s
    CROSS JOIN LATERAL (
      SELECT sum(on_hand - allocated - reserved) AS available FROM nexus_inventory_stockitem WHERE variant_id = v.id
    ) s
    WHERE v.product_id = p.id
  ) o
"""
LIST = f"""
SELECT p.id, p.public_id, g.slug, p.name, p.subtitle, {PICTURE}, p.attributes::text, o.price, o.most, o.in_stock
FROM nexus_catalog_product p
JOIN nexus_catalog_productancestor c ON c.product_id = p.id AND c.category_id = %(category)s
JOIN nexus_catalog_productlisting l ON l.product_id = p.id AND l.channel_id = %(channel)s AND l.is_visible
JOIN nexus_catalog_slug g ON g.product_id = p.id AND g.is_current AND g.language = 'en', {OFFERS}
WHERE p.archived_at IS NULL
ORDER BY p.name, p.id LIMIT 21
"""
PAGE = f"""
SELECT p.id, p.public_id, g.slug, p.name, p.subtitle, {PICTURE}, p.attributes::text, p.description,
  (SELECT json_agg(json_build_object('id', k.public_id, 'name', k.name, 'slug', ks.slug) ORDER BY k.lft)::text
   FROM nexus_catalog_productancestor c JOIN nexus_catalog_category k ON k.id = c.category_id
   JOIN nexus_catalog_slug ks ON ks.category_id = k.id WHERE c.product_id = p.id),
  (SELECT json_agg(value ORDER BY ov.position)::text FROM nexus_catalog_option o
   JOIN nexus_catalog_optionvalue ov ON ov.option_id = o.id WHERE o.product_id = p.id),
  (SELECT json_agg(json_build_array(v.public_id, v.sku, ov.value, a.amount, s.available) ORDER BY v.position)::text
   FROM nexus_catalog_variant v
   JOIN nexus_catalog_variant_option_values x ON x.variant_id = v.id
   JOIN nexus_catalog_optionvalue ov ON ov.id = x.optionvalue_id
   JOIN nexus_pricing_price a ON a.variant_id = v.id AND a.price_list_id = %(prices)s
   CROSS JOIN LATERAL (
     SELECT sum(on_hand - allocated - reserved) AS available FROM nexus_inventory_stockitem WHERE variant_id = v.id
   ) s
   WHERE v.product_id = p.id AND v.archived_at IS NULL)
FROM nexus_catalog_slug g JOIN nexus_catalog_product p ON p.id = g.product_id
JOIN nexus_catalog_productlisting l ON l.product_id = p.id AND l.channel_id = %(channel)s AND l.is_visible
WHERE g.slug = %(slug)s AND g.is_current AND p.archived_at IS NULL
"""


def serve(shop: Shop) -> None:
    """Remember the shop whose keys the views know by heart."""
    global SHOP
    SHOP = shop


def product_list(request: HttpRequest) -> HttpResponse:
    """Twenty products of a category by name, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LIST, {"category": SHOP.category_id, "channel": SHOP.channel_id, "prices": SHOP.price_list_id})
        rows = cursor.fetchall()
    return _json({"results": [_card(row[:7], *row[7:]) for row in rows[:20]], "next": rows[19][0]})


def product_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One product with its variants, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(PAGE, {"slug": slug, "channel": SHOP.channel_id, "prices": SHOP.price_list_id})
        row = cursor.fetchone()
    description, crumbs, values, offers = row[7:]
    variants = [_variant(*offer) for offer in orjson.loads(offers)]
    amounts = [offer[3] for offer in orjson.loads(offers)]
    card = _card(row[:7], min(amounts), max(amounts), any(v["availability"] == "in_stock" for v in variants))
    page = {
        "description": description,
        "seo_title": "",
        "seo_description": "",
        "tags": [],
        "pictures": [card["picture"]],
        "options": [{"name": "Size", "values": orjson.loads(values)}],
        "breadcrumbs": orjson.loads(crumbs),
        "variants": variants,
        "related": [],
    }
    return _json(card | page)


def _card(row: tuple[Any, ...], price: int, most: int, in_stock: bool) -> dict[str, Any]:
    _pk, public_id, slug, name, subtitle, picture, attributes = row
    return {
        "id": str(public_id),
        "slug": slug,
        "type": "nexus_catalog.physical",
        "name": name,
        "subtitle": subtitle,
        "picture": orjson.loads(picture),
        "attributes": orjson.loads(attributes),
        "price": _money(price),
        "compare_at": None,
        "price_per": 1,
        "has_price_range": price != most,
        "availability": "in_stock" if in_stock else "out_of_stock",
    }


def _variant(public_id: str, sku: str, size: str, amount: int, available: int) -> dict[str, Any]:
    return {
        "id": public_id,
        "sku": sku,
        "name": "",
        "barcode": "",
        "options": {"Size": size},
        "price": _money(amount),
        "compare_at": None,
        "price_per": 1,
        "availability": "in_stock" if available > 0 else "out_of_stock",
        "unit": "piece",
        "quantity_step": 1,
        "min_quantity": 1,
        "max_quantity": None,
        "weight": None,
        "length": None,
        "width": None,
        "height": None,
        "attributes": {},
        "bundle_items": [],
        "tiers": [],
        "lowest_price_30_days": None,
        "lowest_price_per": None,
        "reduced_since": None,
        "pictures": [],
    }


def _money(minor: int) -> dict[str, str]:
    return {"amount": f"{minor // 100}.{minor % 100:02d}", "currency": "EUR"}


def _json(data: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), content_type="application/json", status=status)


TABLES = """
CREATE TABLE bare_cart (id bigserial PRIMARY KEY, email text NOT NULL, address jsonb NOT NULL);
CREATE TABLE bare_cartline (
  id bigserial PRIMARY KEY, cart_id bigint NOT NULL REFERENCES bare_cart, variant_id bigint NOT NULL,
  quantity integer NOT NULL, UNIQUE (cart_id, variant_id));
CREATE TABLE bare_order (
  id bigserial PRIMARY KEY, public_id uuid NOT NULL UNIQUE, email text NOT NULL, address jsonb NOT NULL,
  total bigint NOT NULL, cart_id bigint NOT NULL UNIQUE);
CREATE TABLE bare_orderline (
  id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES bare_order, variant_id bigint NOT NULL,
  sku text NOT NULL, name text NOT NULL, quantity integer NOT NULL, unit_price bigint NOT NULL);
CREATE INDEX ON bare_cartline (cart_id);
CREATE INDEX ON bare_orderline (order_id);
"""
LINES = """
SELECT l.variant_id, v.sku, p.name, l.quantity, a.amount
FROM bare_cartline l JOIN nexus_catalog_variant v ON v.id = l.variant_id
JOIN nexus_catalog_product p ON p.id = v.product_id
JOIN nexus_pricing_price a ON a.variant_id = v.id AND a.price_list_id = %s
WHERE l.cart_id = %s ORDER BY l.id
"""


def create_tables() -> None:
    """Make the tables of the bare carts and orders."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def new_cart() -> int:
    """Write an empty cart that is ready to be ordered but for its lines, and return its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_cart (email, address) VALUES (%s, %s) RETURNING id",
            ["ada@example.com", '{"city": "Berlin"}'],
        )
        key: int = cursor.fetchone()[0]
    return key


@csrf_exempt
def add_line(request: HttpRequest, cart_id: int) -> HttpResponse:
    """Add a variant and answer with the priced cart: two statements in a transaction."""
    asked = orjson.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_cartline (cart_id, variant_id, quantity) "
            "SELECT %s, id, %s FROM nexus_catalog_variant WHERE public_id = %s "
            "ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = bare_cartline.quantity + excluded.quantity",
            [cart_id, asked["quantity"], asked["variant"]],
        )
        cursor.execute(LINES, [SHOP.price_list_id, cart_id])
        return _json(_priced(cursor.fetchall()), 201)


@csrf_exempt
def check_out(request: HttpRequest, cart_id: int) -> HttpResponse:
    """Order a cart: read its lines, lock and take the stock, write the order and its lines, empty the cart."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LINES, [SHOP.price_list_id, cart_id])
        lines = cursor.fetchall()
        cursor.execute(
            "SELECT s.id, l.quantity FROM nexus_inventory_stockitem s "
            "JOIN bare_cartline l ON l.variant_id = s.variant_id AND l.cart_id = %s "
            "WHERE s.location_id = (SELECT min(id) FROM nexus_inventory_stocklocation) "
            "AND s.on_hand - s.allocated - s.reserved >= l.quantity ORDER BY s.id FOR UPDATE OF s",
            [cart_id],
        )
        taken = cursor.fetchall()
        if not lines or len(taken) < len(lines):
            return _json({"code": "out_of_stock"}, 409)
        cursor.execute(
            "UPDATE nexus_inventory_stockitem s SET allocated = s.allocated + t.quantity "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS t(id, quantity) WHERE s.id = t.id",
            [[pk for pk, _quantity in taken], [quantity for _pk, quantity in taken]],
        )
        public_id, priced = uuid.uuid4(), _priced(lines)
        cursor.execute(
            "INSERT INTO bare_order (public_id, email, address, total, cart_id) "
            "SELECT %s, email, address, %s, id FROM bare_cart WHERE id = %s RETURNING id",
            [public_id, sum(line[3] * line[4] for line in lines), cart_id],
        )
        order_id = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO bare_orderline (order_id, variant_id, sku, name, quantity, unit_price) "
            "SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::bigint[])",
            [order_id, *(list(column) for column in zip(*lines, strict=True))],
        )
        return _json({"id": str(public_id), **priced}, 201)


def _priced(lines: list[tuple[Any, ...]]) -> dict[str, Any]:
    shown = [
        {
            "sku": sku,
            "name": name,
            "quantity": quantity,
            "unit_price": _money(amount),
            "total": _money(quantity * amount),
        }
        for _variant, sku, name, quantity, amount in lines
    ]
    return {"lines": shown, "total": _money(sum(line[3] * line[4] for line in lines))}
