"""The models of customers, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.customers.abstract_models import AbstractAddress as AddressBase
    from nexus_commerce.customers.abstract_models import AbstractCustomer as CustomerBase
    from nexus_commerce.customers.abstract_models import AbstractCustomerGroup as CustomerGroupBase
else:
    from nexus_commerce.customers import abstract_models as a

    CustomerBase = compose("customers.Customer", a.AbstractCustomer)
    CustomerGroupBase = compose("customers.CustomerGroup", a.AbstractCustomerGroup)
    AddressBase = compose("customers.Address", a.AbstractAddress)

__all__ = ["Address", "Customer", "CustomerGroup"]


@seal
class Customer(CustomerBase):
    """See ``AbstractCustomer``."""


@seal
class CustomerGroup(CustomerGroupBase):
    """See ``AbstractCustomerGroup``."""


@seal
class Address(AddressBase):
    """See ``AbstractAddress``."""
