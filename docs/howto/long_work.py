"""Long work that goes on where it broke off."""

from django.db import transaction

from nexus_commerce.catalog.models import Product
from nexus_commerce.events.jobs import JobKind
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import advance_job


class CountWords(JobKind):
    """Counts the words of all descriptions, a hundred products at a time."""

    name = "shop.count_words"

    def run(self, job: Job) -> dict[str, int]:
        total = Product.plain.count()
        done, last, words = job.done, job.cursor.get("last", 0), job.cursor.get("words", 0)
        while rows := list(Product.plain.filter(pk__gt=last).order_by("pk").values_list("pk", "description")[:100]):
            with transaction.atomic():
                # What is written here stands or falls with the cursor.
                words += sum(len(text.split()) for _, text in rows)
                done, last = done + len(rows), rows[-1][0]
                advance_job(job=job, done=done, total=total, cursor={"last": last, "words": words})
        return {"words": words}
