"""A small shop front of Django templates over the same services as the API. It needs no JavaScript.

Add ``nexus_commerce.contrib.storefront`` to ``INSTALLED_APPS`` and include ``nexus_commerce.contrib.storefront.urls``.
Every template lies under ``nexus_storefront/`` and is overridden by a file of the same name in the host's templates.
Nothing comes from an outside address.

The checkout offers every provider of ``NEXUS_COMMERCE["PAYMENT_PROVIDERS"]``, gift cards, and store credit to customers
who are signed in. The views are in no transaction, also with ``ATOMIC_REQUESTS``.

Shoppers are sent to a provider whose payment has the next action ``redirect``, and come back to the page of the
payment, which asks the provider. Any other kind of action needs a page of the host's: ``client_secret``, as Stripe's
cards have it, wants a script of Stripe in the browser, which is not here. Put a template at
``nexus_storefront/actions/client_secret.html``; it gets ``action``, ``payment``, ``order`` and ``name``. Without one
the shopper is told that this way to pay does not work here, and gives it up; so offer such a provider with its page
only.
"""
