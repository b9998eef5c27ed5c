"""A small shop front of Django templates over the same services as the API.

Add ``nexus_commerce.contrib.storefront`` to INSTALLED_APPS and include ``nexus_commerce.contrib.storefront.urls``.
Every template lies under ``nexus_storefront/`` and is overridden by a file of the same name in the host's templates.
It needs no JavaScript and no outside address.
"""
