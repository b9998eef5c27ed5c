"""What a carrier is to the library."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest

__all__ = ["Carrier"]


class Carrier:
    """Say what the services of one carrier cost, live.

    Configured like Django's caches: ``NEXUS_COMMERCE["CARRIERS"]`` maps an alias to ``BACKEND``, a dotted path, and
    ``OPTIONS``. A shipping method of the kind ``carrier`` names the alias, and a service or, when it names none, offers
    all of them. An instance lives for one call and keeps no state of its own. Options that every carrier has:

    ``timeout``
        Seconds after which a shopper no longer waits (3). The answer is still kept when it comes later.
    ``valid_for``
        Seconds for which a quote holds (900): so long the same cart is not asked for again, and choosing costs what
        was shown.
    ``max_running``
        How many calls may run at once in a process (8). A carrier that hangs is left out, not waited for again.

    ``is_live`` says that ``quote`` asks a network: it is then called in a thread of its own, outside any transaction.
    One that only computes sets it to False, and is called as any function. Hosts test theirs with
    ``nexus_commerce.testing.carriers.CarrierCompliance``.
    """

    is_live: ClassVar[bool] = True
    default_timeout: ClassVar[float] = 3.0
    default_valid_for: ClassVar[int] = 900
    default_max_running: ClassVar[int] = 8

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        self.alias = alias
        self.options = options
        self.timeout: float = options.get("timeout", self.default_timeout)
        self.valid_for: int = options.get("valid_for", self.default_valid_for)
        self.max_running: int = options.get("max_running", self.default_max_running)

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        """Return what each service costs for the request, in its currency and in the price basis of its channel.

        A destination that is not served, a currency that the carrier does not know and a parcel that is too heavy are
        no errors: return nothing. The same request is to give the same answer, for as long as tariffs stay. Raise
        ``shipping.errors.CarrierError`` when there is no usable answer: methods of the carrier are then left out, and
        the shopper is told. Give every call to the network a time limit of at most ``self.timeout``, take nothing from
        the request into an address unquoted, and touch no database.
        """
        raise NotImplementedError

    def check(self) -> Sequence[str]:
        """Return what is wrong with the options, an English sentence each; asked when the project starts."""
        found = []
        if not isinstance(self.timeout, int | float) or isinstance(self.timeout, bool) or not 0 < self.timeout <= 30:
            found.append("The option timeout must be a number of seconds, more than 0 and at most 30.")
        if type(self.valid_for) is not int or self.valid_for < 1:
            found.append("The option valid_for must be a whole number of seconds, at least 1.")
        if type(self.max_running) is not int or self.max_running < 1:
            found.append("The option max_running must be a whole number, at least 1.")
        return found
