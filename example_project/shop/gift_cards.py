"""Gift cards that expire, and that keep the codes which they had in another shop system."""

import re
from datetime import UTC, datetime

from nexus_commerce.payments.policies import CreditPolicy

__all__ = ["ShopCreditPolicy"]

FORMER_CODE = re.compile(r"GC[0-9]{20}")


class ShopCreditPolicy(CreditPolicy):
    """Gift cards of this shop."""

    def read_code(self, text: str) -> str:
        """Return codes of the library's form, and ``GC`` with 20 digits, as the former system printed them."""
        former = "".join(text.split()).upper()
        return former if FORMER_CODE.fullmatch(former) else super().read_code(text)

    def expires_at(self, *, now: datetime) -> datetime:
        """Return the end of the third year after this one."""
        return datetime(now.year + 4, 1, 1, tzinfo=UTC)
