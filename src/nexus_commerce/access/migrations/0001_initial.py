from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='RateCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True, verbose_name='key')),
                ('window', models.DateTimeField(verbose_name='began at')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='tries')),
            ],
            options={
                'verbose_name': 'rate count',
                'verbose_name_plural': 'rate counts',
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['window'], name='nexus_ratecount_window')],
            },
        ),
    ]
