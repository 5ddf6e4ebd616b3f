using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Producers at the last epoch that clients are given, 32766: whoever ends a transaction with it gets a new id. Each is brought
/// there by asking for the next epoch again and again.
/// </summary>
internal static class ExhaustedEpochScript
{
    private const short LastEpoch = short.MaxValue - 1;
    private const short NewestProduce = 12;
    private static readonly string[] Ways = ["commit", "abort", "fence", "init"];

    public static async Task HoldAsync(Conversation with)
    {
        await with.MakeAsync(with.Name, 1);
        await Task.WhenAll(Ways.Select(way => WearOutAsync(with, way)));
        foreach (var way in Ways)
        {
            var p = await InitAsync(with, way, "the last epoch");
            if (way == "init")
            {
                await InitAsync(with, way, "a new id for what it has", p);
                await InitAsync(with, way, "the same again", p);
                await InitAsync(with, way, "with the epoch before", p with { Epoch = LastEpoch - 1 });
                continue;
            }

            await WriteAsync(with, way, "written with the last epoch", p, 0);
            var next = way == "fence" ? await FenceAsync(with) : await EndAsync(with, way, "ended", p, way == "commit");
            await EndAsync(with, way, "ended again", p, way == "commit");
            await EndAsync(with, way, "ended otherwise", p, way != "commit");
            await EndAsync(with, way, "ended with an id that is gone", p with { Epoch = LastEpoch - 1 }, true);
            await WriteAsync(with, way, "written with an id that is gone", p, 1);
            await WriteAsync(with, way, "written with the highest epoch", p with { Epoch = short.MaxValue }, 0);
            await WriteAsync(with, way, "written with the new id and the old epoch", next with { Epoch = LastEpoch }, 0);
            await WriteAsync(with, way, "written with the new id", next, 0);
            await EndAsync(with, way, "ended again while the next is open", p, true);
            await EndAsync(with, way, "the next ended", next, true);
            await InitAsync(with, way, "with what it had before", p);
            await DescribeAsync(with, way);
        }
    }

    private static async Task WearOutAsync(Conversation with, string way)
    {
        await using var connection = await with.AnotherAsync();
        InitProducerIdResponse answer;
        do
        {
            answer = await connection.Connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(
                new() { TransactionalId = Id(with, way), TransactionTimeoutMs = 60_000 });
        }
        while (answer.ErrorCode == KafkaError.None ? answer.ProducerEpoch < LastEpoch - 1 : answer.ErrorCode == KafkaError.ConcurrentTransactions);
    }

    // the first init aborts what is open and is told to come again
    private static async Task<Producer> FenceAsync(Conversation with)
    {
        await InitAsync(with, "fence", "init by another");
        await with.CompleteAsync(Id(with, "fence"));
        await DescribeAsync(with, "fence");
        return await InitAsync(with, "fence", "init by another again");
    }

    private static async Task<Producer> InitAsync(Conversation with, string way, string title, Producer? had = null)
    {
        var response = await with.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            $"{way}: {title}",
            new() { TransactionalId = Id(with, way), TransactionTimeoutMs = 60_000, ProducerId = had?.Id ?? -1, ProducerEpoch = had?.Epoch ?? -1 },
            5);
        return new Producer(response.ProducerId, response.ProducerEpoch);
    }

    private static async Task<Producer> EndAsync(Conversation with, string way, string title, Producer p, bool isCommit)
    {
        var response = await with.AskAsync<EndTxnRequest, EndTxnResponse>(
            $"{way}: {title}", new() { TransactionalId = Id(with, way), ProducerId = p.Id, ProducerEpoch = p.Epoch, Committed = isCommit }, 5);
        await with.CompleteAsync(Id(with, way));
        return new Producer(response.ProducerId, response.ProducerEpoch);
    }

    private static Task WriteAsync(Conversation with, string way, string title, Producer p, int sequence) => TopicScript.ProduceAsync(
        with,
        $"{way}: {title}",
        TopicScript.Batch(p.Id, p.Epoch, sequence, isTransactional: true),
        transactionalId: Id(with, way),
        version: NewestProduce);

    private static async Task DescribeAsync(Conversation with, string way)
    {
        await with.AskAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(
            $"{way}: described", new() { TransactionalIds = [Id(with, way)] }, 0);
        await with.AskAsync<DescribeProducersRequest, DescribeProducersResponse>(
            $"{way}: producers", new() { Topics = [new() { Name = with.Name, PartitionIndexes = [0] }] }, 0);
    }

    private static string Id(Conversation with, string way) => $"{with.Name}-{way}";

    private readonly record struct Producer(long Id, short Epoch);
}
