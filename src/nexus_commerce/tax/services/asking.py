"""Asking the outside tax engine, outside transactions and with a time limit."""

import logging
from datetime import datetime
from typing import Any

from nexus_commerce.core.outside import NoAnswer, OutsideCall
from nexus_commerce.tax.errors import TaxEngineError, TaxUnavailable
from nexus_commerce.tax.external import ExternalTaxAnswer, ExternalTaxRequest, faults_of, keep_answer
from nexus_commerce.tax.policies import ExternalTaxPolicy

__all__ = ["ask_tax_engine"]

logger = logging.getLogger(__name__)


def ask_tax_engine(*, policy: ExternalTaxPolicy, request: ExternalTaxRequest, now: datetime) -> dict[str, Any]:
    """Ask the engine and return its answer as a cart keeps it.

    It runs in a thread of its own and is waited for until the policy's time limit. Raises ``TaxUnavailable`` when it
    fails, is late or answers what cannot be used, which is logged; ``AskedInTransaction`` inside a transaction.
    """
    call: OutsideCall[ExternalTaxAnswer] = OutsideCall(
        "tax engine", lambda: policy.fetch(request), timeout=policy.timeout, max_running=policy.max_running
    )
    call.begin()
    try:
        answer = call.result()
        if faults := faults_of(request, answer):
            raise TaxEngineError(reason=" ".join(faults))
    except (NoAnswer, TaxEngineError) as exc:
        logger.warning("The tax engine gave no usable answer: %s", exc)
        raise TaxUnavailable from exc
    ends = now + policy.valid_for
    return keep_answer(answer, fingerprint=request.fingerprint, expires_at=min(ends, answer.expires_at or ends))
