import django.db.models.deletion
import django.db.models.expressions
import nexus_commerce.core.fields
import nexus_commerce.core.operations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nexus_customers', '0001_initial'),
        ('nexus_orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('kind', models.CharField(max_length=16, verbose_name='kind')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('balance', nexus_commerce.core.fields.MinorUnitsField(default=0, editable=False, verbose_name='balance')),
                ('code_hash', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('code_end', models.CharField(blank=True, editable=False, max_length=4, verbose_name='end of the code')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires at')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_accounts', to='nexus_customers.customer')),
            ],
            options={
                'verbose_name': 'gift card or store credit',
                'verbose_name_plural': 'gift cards and store credit',
                'ordering': ['-id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False, verbose_name='version')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('provider', models.CharField(max_length=64, verbose_name='provider')),
                ('provider_ref', models.CharField(blank=True, max_length=255, null=True, verbose_name="provider's reference")),
                ('state', models.CharField(default='pending', max_length=32, verbose_name='state')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('authorized', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='authorized')),
                ('captured', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='captured')),
                ('refunded', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='refunded')),
                ('refund_pending', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='refunds under way')),
                ('next_action', models.JSONField(blank=True, default=dict, verbose_name='next action')),
                ('failure_code', models.CharField(blank=True, max_length=64, verbose_name='failure')),
                ('return_url', models.CharField(blank=True, editable=False, max_length=500, verbose_name='where the shopper returns to')),
                ('operation', models.CharField(blank=True, editable=False, max_length=16, verbose_name='operation under way')),
                ('operation_amount', nexus_commerce.core.fields.MinorUnitsField(blank=True, editable=False, null=True, verbose_name='amount of the operation')),
                ('operation_key', models.UUIDField(blank=True, editable=False, null=True, verbose_name='key of the operation')),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='locked until')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires at')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='nexus_orders.order')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CreditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('reason', models.CharField(max_length=32, verbose_name='reason')),
                ('key', models.CharField(editable=False, max_length=100, unique=True, verbose_name='key')),
                ('actor', models.CharField(blank=True, max_length=255, verbose_name='actor')),
                ('note', models.CharField(blank=True, max_length=255, verbose_name='note')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='nexus_payments.creditaccount')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to='nexus_payments.payment')),
            ],
            options={
                'verbose_name': 'entry of a gift card or store credit',
                'verbose_name_plural': 'entries of gift cards and store credit',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('provider', models.CharField(max_length=64, verbose_name='provider')),
                ('provider_event', models.CharField(max_length=255, verbose_name="provider's event id")),
                ('type', models.CharField(max_length=64, verbose_name='type')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='amount')),
                ('data', models.JSONField(default=dict, verbose_name='data')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='nexus_payments.payment')),
            ],
            options={
                'verbose_name': 'payment event',
                'verbose_name_plural': 'payment events',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ProviderNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('provider', models.CharField(max_length=64, verbose_name='provider')),
                ('provider_event', models.CharField(max_length=255, verbose_name="provider's event id")),
                ('provider_ref', models.CharField(blank=True, max_length=255, verbose_name="provider's reference")),
                ('type', models.CharField(max_length=64, verbose_name='type')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='provider_notices', to='nexus_payments.payment')),
            ],
            options={
                'verbose_name': 'message of a provider',
                'verbose_name_plural': 'messages of providers',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('state', models.CharField(default='pending', max_length=32, verbose_name='state')),
                ('target', models.CharField(default='payment', max_length=32, verbose_name='to')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('shipping_amount', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='of it for shipping')),
                ('provider_ref', models.CharField(blank=True, max_length=255, null=True, verbose_name="provider's reference")),
                ('reason', models.CharField(blank=True, max_length=255, verbose_name='reason')),
                ('actor', models.CharField(blank=True, max_length=255, verbose_name='actor')),
                ('failure_code', models.CharField(blank=True, max_length=64, verbose_name='failure')),
                ('attempts', models.PositiveIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='locked until')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='nexus_payments.payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RefundLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(default=0, verbose_name='quantity')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refund_lines', to='nexus_orders.orderline')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='nexus_payments.refund')),
            ],
            options={
                'verbose_name': 'line of a refund',
                'verbose_name_plural': 'lines of refunds',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.CheckConstraint(condition=models.Q(('balance__gte', 0), ('balance__lte', 1000000000000000)), name='nexus_creditaccount_balance'),
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code_hash__isnull', False), ('kind', 'gift_card')), models.Q(('code_hash__isnull', True), ('kind', 'store_credit'), models.Q(('customer__isnull', False), models.Q(('email', ''), _negated=True), _connector='OR')), _connector='OR'), name='nexus_creditaccount_kind'),
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('customer__isnull', False), ('kind', 'store_credit')), fields=('customer', 'currency'), name='nexus_creditaccount_one_of_customer'),
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('customer__isnull', True), ('kind', 'store_credit')), fields=('email', 'currency'), name='nexus_creditaccount_one_of_email'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['state', 'updated_at'], name='nexus_payment_state'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('operation', ''), _negated=True), fields=['locked_until'], name='nexus_payment_operation'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_ref__isnull', False)), fields=('provider', 'provider_ref'), name='nexus_payment_provider_ref'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), ('authorized__gte', 0), ('authorized__lte', 1000000000000000), ('captured__gte', 0), ('captured__lte', 1000000000000000)), name='nexus_payment_amounts'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('authorized', 0), ('captured__lte', models.F('authorized')), _connector='OR'), name='nexus_payment_captured'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('captured__gte', django.db.models.expressions.CombinedExpression(models.F('refunded'), '+', models.F('refund_pending'))), ('refunded__gte', 0), ('refund_pending__gte', 0)), name='nexus_payment_refunds'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', -1000000000000000), ('amount__lte', 1000000000000000), models.Q(('amount', 0), _negated=True)), name='nexus_creditentry_amount'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.UniqueConstraint(fields=('provider', 'provider_event'), name='nexus_paymentevent_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_paymentevent_amount'),
        ),
        migrations.AddConstraint(
            model_name='providernotice',
            constraint=models.UniqueConstraint(fields=('provider', 'provider_event'), name='nexus_providernotice_once'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['locked_until'], name='nexus_refund_pending'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), ('shipping_amount__gte', 0), ('shipping_amount__lte', 1000000000000000)), name='nexus_refund_amount'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_ref__isnull', False)), fields=('payment', 'provider_ref'), name='nexus_refund_provider_ref'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=models.UniqueConstraint(fields=('refund', 'order_line'), name='nexus_refundline_unique'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_refundline_amount'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('quantity__lte', 1000000)), name='nexus_refundline_quantity'),
        ),
        nexus_commerce.core.operations.ForbidChanges(
            model_name='PaymentEvent',
        ),
        nexus_commerce.core.operations.ForbidChanges(
            model_name='ProviderNotice',
        ),
        nexus_commerce.core.operations.ForbidChanges(
            model_name='CreditEntry',
        ),
    ]
