from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Empty today. Changing to a model of one's own later is hard; having one from the start costs nothing."""
