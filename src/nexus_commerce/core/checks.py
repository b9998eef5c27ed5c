"""System checks of the extended models, their migrations and what they expose.

E100 to E105, E107, E108 and E117 are what :mod:`nexus_commerce.core.extensions` finds in
``NEXUS_COMMERCE["MODELS"]``; E106 is raised while composing, E114 by ``nexus_sync_migrations``. The app of promotions
registers E211 and E212 itself, that of shipping E213, that of payments E214, that of events E230.

=====  ==========================================================================================
E100   an entry that is not a dotted path, or a list of them
E101   a dotted path that cannot be imported
E102   a class that is not abstract, or extends another model
E103   an unknown model
E104   a module instead of a class
E105   a class whose module imports the concrete models that are being built from it
E106   classes that Python cannot combine in the order written
E107   a class that sets an option of Meta which the library's migrations fix
E108   a class with fields that is not a model
E109   two classes that declare the same field
E110   a field that the library needs is gone or of another type
E111   a changed schema without a migrations package of the host's
E112   a migrations package that does not show the library's migrations
E113   a migration of the host's named like one of the library's
E114   two branches of migrations that change the same field
E115   a model whose app is not installed
E117   a class that declares a primary key
W118   a host's field with neither null nor a default
E119   models that were not built from the present setting
E200   ``NEXUS_COMMERCE`` is not a dict
E201   a key that is no setting
E202   a dotted path that cannot be imported
E203   a class with the wrong base, or no class
E204   a value of the wrong kind
E205   an unknown key in ``API``
E206   an exposed field that does not exist, or a declaration that cannot be used
E207   ``USE_TZ`` is off
W208   rows of a product type whose model is gone (with ``check --database``)
E209   an entry of a provider map without ``BACKEND``, or with an unknown key
E210   an entry of a list of functions that cannot be called
E211   two conditions, or two effects, of promotions with the same code
E212   a condition or effect without a code or a label, or with a field that is no argument
E213   an option of a carrier that the carrier cannot use
E214   an option of a payment provider that the provider cannot use
E220   ``DEBUG`` is on in production mode
E221   ``ALLOWED_HOSTS`` accepts every host in production mode
E222   a ``SECRET_KEY`` in production mode that is short, or that everybody knows
E223   a mail backend in production mode that sends nothing
E224   a payment provider for tests in production mode
E225   SQLite in production mode
E226   a cache that processes do not share, in production mode
E227   an unknown name in ``ALLOW_IN_PRODUCTION``
E228   SQLite without ``transaction_mode`` IMMEDIATE
E229   a rate in ``THROTTLE_RATES`` that cannot be read, or of an unknown scope
E230   a subscriber or kind of job without a name, or two with the same
W231   PostgreSQL without a ``lock_timeout`` in production mode (with ``check --database``)
=====  ==========================================================================================
"""

from nexus_commerce.core.database_checks import check_lock_timeout
from nexus_commerce.core.expose_checks import check_exposures
from nexus_commerce.core.model_checks import check_models
from nexus_commerce.core.overlay_checks import check_overlays
from nexus_commerce.core.production_checks import check_production, check_sqlite_locks
from nexus_commerce.core.setting_checks import check_settings, check_time_zone
from nexus_commerce.core.type_checks import check_product_types

__all__ = ["CHECKS", "DATABASE_CHECKS"]

CHECKS = (
    check_settings,
    check_time_zone,
    check_models,
    check_overlays,
    check_exposures,
    check_production,
    check_sqlite_locks,
)
"""The checks that the root app registers."""

DATABASE_CHECKS = (check_product_types, check_lock_timeout)
"""The checks that ask the database; they run with ``check --database`` and before ``migrate``."""
