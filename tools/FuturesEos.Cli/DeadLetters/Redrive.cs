using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuturesEos.Cli.DeadLetters;

/// <summary>
/// Sends dead letters once more to where they came from, and never twice: the record and its receipt (a compacted
/// topic, keyed by the dead letter's place) are one transaction. Receipts are read after InitTransactions under one
/// transactional id for all: whoever redrove before is committed, aborted or fenced by then, so what no receipt names
/// was not sent.
/// </summary>
internal sealed class Redrive(KafkaSettings kafka, TopicOffsets offsets, string deadLetterTopic)
{
    private const int TransactionRecords = 500;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly string _receiptTopic = deadLetterTopic + ".redriven";

    /// <summary>Sent now.</summary>
    public long Sent { get; private set; }

    /// <summary>Sent before: a receipt says so.</summary>
    public long SentBefore { get; private set; }

    /// <summary>Sent before, and refused again.</summary>
    public long CameBack { get; private set; }

    /// <summary>Those that do not say which topic of signals they came from.</summary>
    public long WithoutOrigin { get; private set; }

    /// <summary>Sends those that a condition lets through.</summary>
    public async Task RunAsync(Func<DeadLetter, bool> isWanted, CancellationToken cancellationToken)
    {
        var specification = new TopicSpecification
        {
            Name = _receiptTopic, NumPartitions = 1, Configs = new()
            { ["cleanup.policy"] = "compact", ["retention.ms"] = "-1" },
        };
        await KafkaTopics.EnsureAsync(kafka, [specification], Timeout, NullLogger.Instance, cancellationToken);
        await Task.Run(() => SendAsync(isWanted, cancellationToken), cancellationToken);
    }

    private async Task SendAsync(Func<DeadLetter, bool> isWanted, CancellationToken cancellationToken)
    {
        var config = kafka.TransactionalProducer($"eos-redrive-{deadLetterTopic}", Timeout);
        config.MessageMaxBytes ??= Topics.DeadLetterBytesMax; // as large as what it reads
        using var producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        producer.InitTransactions(Timeout);
        var receipts = await ReceiptsAsync(cancellationToken);
        var ends = await offsets.EndsAsync(offsets.Partitions(deadLetterTopic), IsolationLevel.ReadCommitted);
        var wanted = TopicReader.Read(kafka, ends, cancellationToken)
            .Select(DeadLetter.Of).Where(isWanted).Where(letter => IsDue(letter, receipts));
        foreach (var chunk in wanted.Chunk(TransactionRecords))
        {
            producer.BeginTransaction();
            try
            {
                foreach (var letter in chunk) Produce(producer, letter);
                producer.CommitTransaction(Timeout);
            }
            catch (KafkaException e)
            {
                Abort(producer);
                throw Failure(e);
            }

            Sent += chunk.Length;
        }
    }

    private bool IsDue(DeadLetter letter, HashSet<string> receipts)
    {
        if (receipts.Contains(letter.Place)) SentBefore++;
        else if (letter.CameBack) CameBack++;
        else if (!letter.HasOrigin) WithoutOrigin++;
        else return true;
        return false;
    }

    private void Produce(IProducer<byte[], byte[]> producer, DeadLetter letter)
    {
        var headers = new Headers();
        foreach (var header in letter.HeadersToSend) headers.Add(header.Name, header.Value);
        producer.Produce(new TopicPartition(letter.Topic, letter.Partition), new Message<byte[], byte[]>
        {
            Key = letter.Record.Key!, Value = letter.Record.Value!, Headers = headers,
            Timestamp = new Timestamp(letter.Record.TimestampMs, TimestampType.CreateTime),
        });
        producer.Produce(_receiptTopic, new Message<byte[], byte[]>
        {
            Key = Encoding.ASCII.GetBytes(letter.Place),
            Value = Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{letter.Topic} {letter.Partition}:{letter.Offset}")),
        });
    }

    private async Task<HashSet<string>> ReceiptsAsync(CancellationToken cancellationToken)
    {
        var ends = await offsets.EndsAsync([new TopicPartition(_receiptTopic, 0)], IsolationLevel.ReadCommitted);
        return TopicReader.Read(kafka, ends, cancellationToken)
            .Where(receipt => receipt.Key is not null)
            .Select(receipt => Encoding.UTF8.GetString(receipt.Key!)).ToHashSet(StringComparer.Ordinal);
    }

    private static void Abort(IProducer<byte[], byte[]> producer)
    {
        try
        {
            producer.AbortTransaction(Timeout);
        }
        catch (KafkaException)
        {
            // its timeout ends it, or the next redrive's InitTransactions
        }
    }

    private ExpectedFailure Failure(KafkaException e) => new(
        e.Error.Code is ErrorCode.ProducerFenced or ErrorCode.Local_Fenced
            ? ExitCode.CheckFailed : ExitCode.Unreachable,
        $"the redrive stopped after {Sent} dead letters ({e.Error.Reason}); run it again: what was sent has its "
            + "receipt, the rest was not sent", e);
}
