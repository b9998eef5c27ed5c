"""Which customer a user of the site is."""

from django.contrib.auth.base_user import AbstractBaseUser

from nexus_commerce.customers.models import Customer

__all__ = ["CustomerPolicy"]


class CustomerPolicy:
    """Find or make the customer of a logged-in user. Called when a user first does what only a customer can.

    Replace it to refuse some users, or to copy more of the host's user.
    """

    def find(self, user: AbstractBaseUser) -> Customer | None:
        """Return the customer of the user, if there is one yet."""
        return Customer.objects.filter(user_id=user.pk).first()

    def find_or_create(self, user: AbstractBaseUser) -> tuple[Customer, bool]:
        """Return the customer of the user, made now where there is none, and whether it was. Safe when called twice
        at once.
        """
        email = str(getattr(user, user.get_email_field_name(), "") or "")
        return Customer.objects.get_or_create(
            user_id=user.pk,
            defaults={
                "email": email,
                "first_name": str(getattr(user, "first_name", "")),
                "last_name": str(getattr(user, "last_name", "")),
            },
        )
