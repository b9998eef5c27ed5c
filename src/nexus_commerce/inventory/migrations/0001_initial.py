import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import uuid
import nexus_commerce.core.operations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nexus_catalog', '0001_initial'),
        ('nexus_channels', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StockLocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.SlugField(max_length=64, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('country', models.CharField(blank=True, max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Give an ISO 3166-1 alpha-2 code, such as DE.', code='country')], verbose_name='country')),
                ('priority', models.IntegerField(default=0, help_text='The higher one serves first.', verbose_name='priority')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('channels', models.ManyToManyField(blank=True, related_name='stock_locations', to='nexus_channels.channel')),
            ],
            options={
                'verbose_name': 'stock location',
                'verbose_name_plural': 'stock locations',
                'ordering': ['-priority', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False, verbose_name='version')),
                ('on_hand', models.BigIntegerField(default=0, verbose_name='on hand')),
                ('allocated', models.BigIntegerField(default=0, editable=False, verbose_name='allocated')),
                ('reserved', models.BigIntegerField(default=0, editable=False, verbose_name='reserved')),
                ('backorder_limit', models.BigIntegerField(default=0, verbose_name='backorder limit')),
                ('low_stock_level', models.PositiveIntegerField(blank=True, null=True, verbose_name='low-stock level')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock_items', to='nexus_catalog.variant')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='nexus_inventory.stocklocation')),
            ],
            options={
                'verbose_name': 'stock item',
                'verbose_name_plural': 'stock items',
                'ordering': ['variant', 'location'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('quantity', models.BigIntegerField(help_text='Negative: taken away.', verbose_name='quantity')),
                ('reason', models.CharField(max_length=32, verbose_name='reason')),
                ('note', models.CharField(blank=True, max_length=255, verbose_name='note')),
                ('actor', models.CharField(blank=True, max_length=255, verbose_name='actor')),
                ('reference', models.UUIDField(blank=True, null=True, verbose_name='reference')),
                ('stock_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='nexus_inventory.stockitem')),
            ],
            options={
                'verbose_name': 'stock movement',
                'verbose_name_plural': 'stock movements',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('holder', models.UUIDField(verbose_name='cart')),
                ('line', models.UUIDField(verbose_name='order line')),
                ('quantity', models.PositiveBigIntegerField(verbose_name='quantity')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('stock_item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reservations', to='nexus_inventory.stockitem')),
            ],
            options={
                'verbose_name': 'reservation',
                'verbose_name_plural': 'reservations',
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['expires_at'], name='nexus_reservation_expiry')],
                'constraints': [models.UniqueConstraint(fields=('holder', 'line', 'stock_item'), name='nexus_reservation_unique'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1), ('quantity__lte', 1000000000000)), name='nexus_reservation_quantity')],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('order', models.UUIDField(db_index=True, verbose_name='order')),
                ('line', models.UUIDField(verbose_name='order line')),
                ('quantity', models.PositiveBigIntegerField(verbose_name='quantity')),
                ('per_unit', models.PositiveIntegerField(default=1, verbose_name='for one unit of the line')),
                ('consumed', models.PositiveBigIntegerField(default=0, verbose_name='consumed')),
                ('released', models.PositiveBigIntegerField(default=0, verbose_name='released')),
                ('stock_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='nexus_inventory.stockitem')),
            ],
            options={
                'verbose_name': 'allocation',
                'verbose_name_plural': 'allocations',
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('line', 'stock_item'), name='nexus_allocation_unique'), models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('consumed'), '+', models.F('released'))), ('consumed__gte', 0), ('released__gte', 0)), name='nexus_allocation_used')],
            },
        ),
        migrations.AddConstraint(
            model_name='stockitem',
            constraint=models.UniqueConstraint(fields=('variant', 'location'), name='nexus_stockitem_unique'),
        ),
        migrations.AddConstraint(
            model_name='stockitem',
            constraint=models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('allocated__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('on_hand'), '+', models.F('backorder_limit')), '-', models.F('reserved'))), ('reserved__gte', 0)), name='nexus_stockitem_not_oversold'),
        ),
        migrations.AddConstraint(
            model_name='stockitem',
            constraint=models.CheckConstraint(condition=models.Q(('backorder_limit__gte', 0), ('backorder_limit__lte', 1000000000000), ('on_hand__gte', 0), ('on_hand__lte', 1000000000000)), name='nexus_stockitem_bounds'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('quantity', 0), _negated=True), name='nexus_stockmovement_not_zero'),
        ),
        nexus_commerce.core.operations.ForbidChanges(
            model_name='StockMovement',
        ),
    ]
