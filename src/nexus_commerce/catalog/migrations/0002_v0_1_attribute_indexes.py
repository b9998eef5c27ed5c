from django.db import migrations

from nexus_commerce.core.operations import CreateGinIndex


class Migration(migrations.Migration):
    dependencies = [("nexus_catalog", "0001_initial")]

    operations = [
        CreateGinIndex("Product", "attributes", "nexus_product_attributes_gin"),
        CreateGinIndex("Product", "metadata", "nexus_product_metadata_gin"),
        CreateGinIndex("Variant", "attributes", "nexus_variant_attributes_gin"),
        CreateGinIndex("Variant", "metadata", "nexus_variant_metadata_gin"),
    ]
