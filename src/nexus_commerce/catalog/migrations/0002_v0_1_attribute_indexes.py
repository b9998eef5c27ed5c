from django.db import migrations

from nexus_commerce.core.operations import CreateGinIndex


class Migration(migrations.Migration):
    dependencies = [("nexus_catalog", "0001_initial")]

    operations = [
        CreateGinIndex("Product", "attributes", "product_attributes_gin"),
        CreateGinIndex("Product", "metadata", "product_metadata_gin"),
        CreateGinIndex("Variant", "attributes", "variant_attributes_gin"),
        CreateGinIndex("Variant", "metadata", "variant_metadata_gin"),
    ]
