using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// A <see cref="MemoryWorld"/> written to a real broker and a real database, with aborted transactions in between.
/// </summary>
internal sealed class PublishedWorld(KafkaSettings kafka, string postgres)
{
    private const int TransactionRecords = 100;

    /// <summary>Records that were written and aborted.</summary>
    public long Aborted { get; private set; }

    public async Task WriteAsync(MemoryWorld world)
    {
        await KafkaTopics.EnsureAsync(
            kafka,
            [.. Topics.All().Select(t => new TopicSpecification { Name = t.Name, NumPartitions = t.Partitions,
                Configs = t.Settings.ToDictionary() })],
            TimeSpan.FromSeconds(30), NullLogger.Instance, CancellationToken.None);
        using var producer = new ProducerBuilder<byte[], byte[]>(
            kafka.TransactionalProducer($"world-{Guid.NewGuid()}", TimeSpan.FromSeconds(30))).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        foreach (var timeframe in Timeframes.All.ToArray())
            WriteOutsideTransactions(world.Read(Topics.Signals(timeframe)));
        Write(producer, world.Read(Topics.DeadLetters()).Select(letter => WithRealOffset(letter, world)));
        Write(producer, world.Read(Topics.Decisions()));
        Write(producer, world.Read(Topics.Orders));
        await new DatabaseMigrator(
            postgres, $"slot_{Guid.NewGuid():N}", Migration.All).RunAsync(CancellationToken.None);
        await WriteRowsAsync(world.Database);
    }

    private void WriteOutsideTransactions(IEnumerable<CommittedRecord> records)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(kafka.Producer()).Build();
        foreach (var record in records) Send(producer, record);
        producer.Flush();
    }

    private void Write(IProducer<byte[], byte[]> producer, IEnumerable<CommittedRecord> records)
    {
        foreach (var (index, chunk) in records.Chunk(TransactionRecords).Index())
        {
            if (index % 3 == 0)
            {
                producer.BeginTransaction();
                foreach (var record in chunk[..(chunk.Length / 2)]) Send(producer, record);
                producer.Flush();
                Aborted += chunk.Length / 2;
                producer.AbortTransaction();
            }

            producer.BeginTransaction();
            foreach (var record in chunk) Send(producer, record);
            producer.CommitTransaction();
        }
    }

    private static void Send(IProducer<byte[], byte[]> producer, CommittedRecord record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        var message = new Message<byte[], byte[]>
        {
            Key = record.Key!, Value = record.Value!,
            Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime), Headers = headers,
        };
        while (true)
        {
            try
            {
                producer.Produce(new TopicPartition(record.Topic, record.Partition), message);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    // a world in memory has holes between offsets, a topic that was written without transactions has none
    private static CommittedRecord WithRealOffset(CommittedRecord letter, MemoryWorld world)
    {
        var partition = int.Parse(letter.HeaderText(DeadLetterHeaders.Partition)!);
        var offset = long.Parse(letter.HeaderText(DeadLetterHeaders.Offset)!);
        var real = world.IndexOf(letter.HeaderText(DeadLetterHeaders.Topic)!, partition, offset);
        return letter with
        {
            Headers = [.. letter.Headers.Select(
                h => h.Name == DeadLetterHeaders.Offset ? RecordHeader.Of(h.Name, $"{real}") : h)],
        };
    }

    private async Task WriteRowsAsync(DatabaseRows rows)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY app.orders (id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, "
                + "created_at) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var row in rows.Orders)
                await copy.WriteRowAsync(default, row.Id, row.ClientOrderId,
                    row.DecisionId, row.SignalId, row.Symbol, row.Side, row.Qty, row.Price, row.Status, row.CreatedAt);
            await copy.CompleteAsync();
        }

        await using (var copy = await connection.BeginTextImportAsync(
            "COPY app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at, "
                + "traceparent) FROM STDIN"))
        {
            foreach (var row in rows.Outbox)
                await copy.WriteAsync(
                    $"{row.EventId}\t{row.AggregateType}\t{row.AggregateId}\t{row.Type}\t{System.Text.Encoding.UTF8.GetString(row.Payload)}\t{row.OccurredAt:O}\t{row.TraceParent ?? "\\N"}\n");
        }

        using var offsets = await TopicOffsets.OpenAsync(kafka, CancellationToken.None);
        foreach (var (partition, end) in await offsets.EndsAsync(
            offsets.Partitions(Topics.Decisions()), IsolationLevel.ReadCommitted))
        {
            await using var command = new NpgsqlCommand(
                "INSERT INTO app.consumer_offset (group_id, topic, partition, next_offset) VALUES "
                    + "('order-manager', $1, $2, $3)", connection)
            {
                Parameters = { new() { Value = Topics.Decisions() }, new() { Value = partition.Partition.Value },
                    new() { Value = end } },
            };
            await command.ExecuteNonQueryAsync();
        }
    }
}
