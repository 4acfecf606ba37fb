"""The outbox: addresses, deliveries and their items, ways out."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0002_for_ever'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeliveryAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=50, verbose_name='channel')),
                ('key', models.BigIntegerField(verbose_name='number')),
                ('leased_until', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True, verbose_name='last sent at')),
                ('switched_off_at', models.DateTimeField(null=True, verbose_name='switched off at')),
            ],
            options={
                'verbose_name': 'delivery address',
                'verbose_name_plural': 'delivery addresses',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due at')),
                ('gives_up_at', models.DateTimeField(verbose_name='gives up at')),
                ('sealed_at', models.DateTimeField(null=True)),
                ('attempts', models.SmallIntegerField(default=0, verbose_name='attempts')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('given_up_at', models.DateTimeField(null=True, verbose_name='given up at')),
                ('reached', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='helpdesk.deliveryaddress', verbose_name='address')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
            },
        ),
        migrations.CreateModel(
            name='DeliveryItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('number', models.BigIntegerField()),
                ('delivery', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='helpdesk.delivery')),
            ],
            options={
                'verbose_name': 'delivery item',
                'verbose_name_plural': 'delivery items',
            },
        ),
        migrations.CreateModel(
            name='WayOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, unique=True, verbose_name='name')),
                ('down_since', models.DateTimeField(null=True, verbose_name='down since')),
                ('probe_at', models.DateTimeField(null=True, verbose_name='next probe at')),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'way out',
                'verbose_name_plural': 'ways out',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('down_since', None), ('probe_at', None)), models.Q(('down_since__isnull', False), ('probe_at__isnull', False)), _connector='OR'), name='way_out_is_probed_while_it_is_down')],
            },
        ),
        migrations.AddField(
            model_name='deliveryaddress',
            name='way_out',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='helpdesk.wayout', verbose_name='way out'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['gives_up_at'], name='delivery_giving_up'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('given_up_at', None), ('sent_at', None)), models.Q(('due_at', None), ('given_up_at', None), ('sent_at__isnull', False)), models.Q(('due_at', None), ('given_up_at__isnull', False), ('sent_at', None)), _connector='OR'), name='delivery_waits_was_sent_or_was_given_up'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('due_at__isnull', False), ('sealed_at', None)), fields=('address',), name='delivery_one_collects_per_address'),
        ),
        migrations.AddConstraint(
            model_name='deliveryitem',
            constraint=models.UniqueConstraint(fields=('delivery', 'kind', 'number'), name='delivery_item_once'),
        ),
        migrations.AddIndex(
            model_name='deliveryaddress',
            index=models.Index(condition=models.Q(('leased_until__isnull', False)), fields=['way_out'], name='delivery_address_under_way'),
        ),
        migrations.AddConstraint(
            model_name='deliveryaddress',
            constraint=models.UniqueConstraint(fields=('channel', 'key'), name='delivery_address_once'),
        ),
    ]
