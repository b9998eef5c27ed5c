from django.db import models
from django.utils.translation import gettext_lazy as _


class AbstractRateCount(models.Model):
    """How often something was tried in a window of time: the fallback where no shared cache counts.

    ``key`` is the hash of the scope and of who tried.
    """

    key = models.CharField(_("key"), max_length=64, unique=True)
    window = models.DateTimeField(_("began at"))
    count = models.PositiveIntegerField(_("tries"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("rate count")
        verbose_name_plural = _("rate counts")
        indexes = [models.Index(name="nexus_ratecount_window", fields=["window"])]

    def __str__(self) -> str:
        return str(self.count)
