"""localstripe on loopback, with what it lacks added; run as a process of its own.

Added, after Stripe's documentation: idempotency keys; ``allowed_payment_method_types``; ``payment_method`` and
``return_url`` when an intent is confirmed; the test cards that are declined, and those whose refunds are pending or
fail; ``amount_received``; the code of an intent that is in another state; the limit of refunds; and faults that tests
ask for (``POST /_test/faults``).
"""

import asyncio
import json
import re
import sys
from typing import Any

from aiohttp import web
from localstripe import resources, server
from localstripe.errors import UserError
from localstripe.resources import PaymentIntent, PaymentMethod, Refund

DECLINED = "4000000000000002"
STOLEN = "4000000000009979"
REFUND_PENDING = "4000000000007726"
REFUND_FAILS = "4000000000005126"

replies: dict[str, tuple[str, int, bytes]] = {}
faults: list[dict[str, Any]] = []


def in_state(intent: Any, *states: str) -> None:
    if intent.status not in states:
        raise UserError(400, "The intent is in another state.", {"code": "payment_intent_unexpected_state"})


def create(allowed_payment_method_types: list[str], **data: Any) -> Any:
    if allowed_payment_method_types != ["card"] or "payment_method_types" in data:
        raise UserError(400, "Unknown or missing types of payment methods.", {"code": "parameter_unknown"})
    return PaymentIntent._api_create(payment_method_types=allowed_payment_method_types, **data)


def confirm(id: str, payment_method: str | None = None, return_url: str = "") -> Any:
    intent = PaymentIntent._api_retrieve(id)
    in_state(intent, "requires_payment_method", "requires_confirmation")
    if payment_method is not None:
        PaymentMethod._api_retrieve(payment_method)
        intent.payment_method = payment_method
        intent.latest_charge = None
    intent._confirm(on_failure_now=intent._report_failure)
    if intent.next_action and return_url:
        url = {"url": f"https://hooks.stripe.test/{id}", "return_url": return_url}
        intent.next_action = {"type": "redirect_to_url", "redirect_to_url": url}
    return intent


def capture(id: str, amount_to_capture: str | None = None) -> Any:
    intent = PaymentIntent._api_retrieve(id)
    in_state(intent, "requires_capture")
    if int(amount_to_capture or 1) < 1:
        raise UserError(400, "Invalid positive integer", {"param": "amount_to_capture"})
    original_capture(id, amount_to_capture=amount_to_capture)
    intent.latest_charge.taken = int(amount_to_capture or intent.amount)
    return intent


def cancel(id: str) -> Any:
    in_state(
        PaymentIntent._api_retrieve(id),
        *("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action"),
    )
    return original_cancel(id)


def taken(charge: Any) -> int:
    return getattr(charge, "taken", charge.amount) if charge and charge.captured and charge.status == "succeeded" else 0


def refund(**data: Any) -> Any:
    intent = PaymentIntent._api_retrieve(data["payment_intent"])
    charge, amount = intent.latest_charge, int(data["amount"])
    given = sum(each.amount for each in charge.refunds._list) if charge else 0
    released = charge.amount - taken(charge) if charge else 0
    if amount < 1 or amount > taken(charge) - max(0, given - released):
        raise UserError(400, "The amount is greater than what is left.", {"param": "amount"})
    made = Refund(**data)
    number = PaymentMethod._api_retrieve(intent.payment_method)._card_number
    made.status = "pending" if number == REFUND_PENDING else "failed" if number == REFUND_FAILS else "succeeded"
    made.failure_reason = "lost_or_stolen_card" if made.status == "failed" else None
    return made


def retrieve_refund(id: str) -> Any:
    found = original_retrieve(id)
    shown = dict(found._export())
    found.status = "succeeded" if found.status == "pending" else found.status
    return type("Shown", (), {"_export": lambda self, expand=None: {**shown, "status": found.status}})()


original_capture, original_cancel = PaymentIntent._api_capture, PaymentIntent._api_cancel
original_retrieve, original_declined = Refund._api_retrieve, PaymentMethod._charging_is_declined
PaymentIntent.amount_received = property(lambda intent: taken(intent.latest_charge))
PaymentMethod._charging_is_declined = lambda self: (
    original_declined(self) or getattr(self, "_card_number", "") in (DECLINED, STOLEN)
)
resources.Store.dump_to_disk = lambda self: None

HANDLERS = (
    ("POST", r"/v1/payment_intents", create),
    ("POST", r"/v1/payment_intents/(\w+)/confirm", confirm),
    ("POST", r"/v1/payment_intents/(\w+)/capture", capture),
    ("POST", r"/v1/payment_intents/(\w+)/cancel", cancel),
    ("POST", r"/v1/refunds", refund),
    ("GET", r"/v1/refunds/(\w+)", retrieve_refund),
)


@web.middleware
async def extend(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.path == "/_test/faults":
        faults[:] = await request.json()
        return web.json_response({})
    for method, path, act in HANDLERS:
        if request.method == method and (found := re.fullmatch(path, request.path)):
            data = await server.get_post_data(request) or {}
            data.pop("expand", None)
            return server.json_response(act(*found.groups(), **data)._export())
    return await handler(request)


@web.middleware
async def once(request: web.Request, handler: Any) -> web.StreamResponse:
    key = request.headers.get("Idempotency-Key")
    if not key:
        return await handler(request)
    asked = f"{request.path} {(await request.read()).decode()}"
    if key not in replies:
        reply = await handler(request)
        replies[key] = (asked, reply.status, bytes(reply.body))
    known, status, body = replies[key]
    if known != asked:
        return web.json_response({"error": {"type": "idempotency_error", "message": "Another request."}}, status=400)
    return web.Response(body=body, status=status, content_type="application/json")


@web.middleware
async def fail(request: web.Request, handler: Any) -> web.StreamResponse:
    fault = next((fault for fault in faults if re.search(fault["path"], request.path)), None)
    if fault is None:
        return await handler(request)
    faults.remove(fault)
    if fault["kind"] == "lost_reply":
        await handler(request)
    if fault["kind"] == "hang":
        await asyncio.sleep(fault["seconds"])
    if fault["kind"] == "answer":
        return web.json_response({"error": fault["error"]}, status=fault["status"])
    request.transport.abort()
    return web.Response()


async def serve() -> None:
    # Outside the middleware of localstripe that makes answers of errors, so that these are kept under their key too.
    server.app.middlewares.insert(0, once)
    server.app.middlewares.insert(0, fail)
    server.app.middlewares.append(extend)
    runner = web.AppRunner(server.app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(json.dumps({"port": site._server.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started it is gone


if __name__ == "__main__":
    asyncio.run(serve())
