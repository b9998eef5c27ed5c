from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("nexus_catalog", "0002_v0_1_attribute_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="repair_years",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="How long we mend it for the price of the parts.",
                null=True,
                verbose_name="years of repair",
            ),
        ),
    ]
