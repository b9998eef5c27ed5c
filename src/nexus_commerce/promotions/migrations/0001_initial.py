import django.db.models.deletion
import django.db.models.functions.text
import nexus_commerce.core.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nexus_channels', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False, verbose_name='version')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('name', models.CharField(help_text='Shoppers see it beside the discount.', max_length=255, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('currency', nexus_commerce.core.fields.CurrencyField(blank=True, verbose_name='currency')),
                ('conditions', models.JSONField(blank=True, default=list, verbose_name='conditions')),
                ('effects', models.JSONField(blank=True, default=list, verbose_name='effects')),
                ('basis', models.CharField(blank=True, help_text="net or gross; empty: as the channel's prices.", max_length=8, verbose_name='basis of amounts')),
                ('priority', models.IntegerField(default=0, help_text='The higher one goes first.', verbose_name='priority')),
                ('is_exclusive', models.BooleanField(default=False, verbose_name='exclusive')),
                ('stops_others', models.BooleanField(default=False, verbose_name='stops those of lower priority')),
                ('group', models.CharField(blank=True, help_text='Of the promotions of a group only the best applies.', max_length=64, verbose_name='group')),
                ('needs_coupon', models.BooleanField(default=False, verbose_name='needs a coupon')),
                ('upsell_message', models.CharField(blank=True, help_text='Shown when little is lacking; {missing} is what.', max_length=255, verbose_name='hint')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived at')),
                ('usage_limit', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='uses in all')),
                ('usage_limit_per_customer', models.PositiveIntegerField(blank=True, null=True, verbose_name='uses by each customer')),
                ('budget', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='budget')),
                ('uses', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='uses')),
                ('spent', nexus_commerce.core.fields.MinorUnitsField(default=0, editable=False, verbose_name='spent')),
                ('channels', models.ManyToManyField(blank=True, help_text='None: all channels.', related_name='promotions', to='nexus_channels.channel')),
            ],
            options={
                'verbose_name': 'promotion',
                'verbose_name_plural': 'promotions',
                'ordering': ['-priority', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CustomerUsage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_key', models.CharField(max_length=64, verbose_name='customer')),
                ('usage_limit', models.PositiveIntegerField(verbose_name='limit')),
                ('uses', models.PositiveIntegerField(default=0, verbose_name='uses')),
                ('promotion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='customer_usages', to='nexus_promotions.promotion')),
            ],
            options={
                'verbose_name': 'use by a customer',
                'verbose_name_plural': 'uses by customers',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Coupon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('code', models.CharField(max_length=64, unique=True, verbose_name='code')),
                ('batch', models.CharField(blank=True, max_length=64, verbose_name='batch')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('usage_limit', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='uses in all')),
                ('uses', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='uses')),
                ('promotion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coupons', to='nexus_promotions.promotion')),
            ],
            options={
                'verbose_name': 'coupon',
                'verbose_name_plural': 'coupons',
                'ordering': ['-id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('order', models.UUIDField(verbose_name='order')),
                ('customer_key', models.CharField(blank=True, max_length=64, verbose_name='customer')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('state', models.CharField(default='reserved', max_length=16, verbose_name='state')),
                ('coupon', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='nexus_promotions.coupon')),
                ('promotion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='nexus_promotions.promotion')),
            ],
            options={
                'verbose_name': 'redemption',
                'verbose_name_plural': 'redemptions',
                'ordering': ['-id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='promotion',
            index=models.Index(fields=['is_active', 'needs_coupon'], name='nexus_promotion_active'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='nexus_promotion_window'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('usage_limit__gte', models.F('uses')), ('uses__gte', 0)), name='nexus_promotion_uses'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', models.F('spent')), ('spent__gte', 0)), name='nexus_promotion_spent'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['', 'net', 'gross'])), name='nexus_promotion_basis'),
        ),
        migrations.AddConstraint(
            model_name='customerusage',
            constraint=models.UniqueConstraint(fields=('promotion', 'customer_key'), name='nexus_customerusage_unique'),
        ),
        migrations.AddConstraint(
            model_name='customerusage',
            constraint=models.CheckConstraint(condition=models.Q(('usage_limit__gte', models.F('uses')), ('uses__gte', 0)), name='nexus_customerusage_uses'),
        ),
        migrations.AddIndex(
            model_name='coupon',
            index=models.Index(fields=['promotion', 'batch'], name='nexus_coupon_batch'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='nexus_coupon_window'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('usage_limit__gte', models.F('uses')), ('uses__gte', 0)), name='nexus_coupon_uses'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('code', django.db.models.functions.text.Upper('code'))), name='nexus_coupon_upper'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['order'], name='nexus_redemption_order'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('promotion', 'order'), name='nexus_redemption_unique'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_redemption_amount'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['reserved', 'used', 'released'])), name='nexus_redemption_state'),
        ),
    ]
