import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("nexus_catalog", "0003_shop_product"),
    ]

    operations = [
        migrations.CreateModel(
            name="Workshop",
            fields=[
                (
                    "product_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="nexus_catalog.product",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("minutes", models.PositiveSmallIntegerField(default=150, verbose_name="length (minutes)")),
                ("teacher", models.CharField(max_length=120, verbose_name="teacher")),
                ("place", models.CharField(default="The Net Loft, Flensburg", max_length=200, verbose_name="place")),
            ],
            options={
                "verbose_name": "workshop",
                "verbose_name_plural": "workshops",
            },
            bases=("nexus_catalog.product",),
        ),
    ]
