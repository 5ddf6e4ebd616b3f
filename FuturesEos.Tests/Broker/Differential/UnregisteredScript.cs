using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Writes by protocol 1 to partitions that are not registered, alone and beside one that is.</summary>
internal static class UnregisteredScript
{
    private const int Partitions = 3;
    private static readonly short[] Versions = [3, 5, 8, 9, 10, 11];
    private static readonly int[][] Shapes = [[0], [0, 1], [1, 0], [0, 1, 2]];

    public static async Task HoldAsync(Conversation with)
    {
        await with.MakeAsync(with.Name, Partitions);
        foreach (var version in Versions)
        {
            foreach (var shape in Shapes)
            {
                var init = await InitAsync(with, version);
                await WriteAsync(with, "the first that it asks", init, version, shape);
                await WriteAsync(with, "again", init, version, shape);
                await AddAsync(with, init, shape[0]);
                await WriteAsync(with, "one of them registered", init, version, shape);
                await with.AskAsync<EndTxnRequest, EndTxnResponse>(
                    "aborted",
                    new()
                    {
                        TransactionalId = with.Name, ProducerId = init.ProducerId, ProducerEpoch = init.ProducerEpoch,
                    },
                    3);
                await with.CompleteAsync(with.Name);
                await WriteAsync(with, "after the end", init, version, shape);
            }
        }
    }

    private static Task<InitProducerIdResponse> InitAsync(Conversation with, short version) =>
        with.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            $"init for version {version}",
            new() { TransactionalId = with.Name, TransactionTimeoutMs = 60_000, ProducerId = -1, ProducerEpoch = -1 },
            4);

    private static Task AddAsync(Conversation with, InitProducerIdResponse p, int partition) =>
        with.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            "registered",
            new()
            {
                V3AndBelowTransactionalId = with.Name,
                V3AndBelowProducerId = p.ProducerId,
                V3AndBelowProducerEpoch = p.ProducerEpoch,
                V3AndBelowTopics = [new() { Name = with.Name, Partitions = [partition] }],
            },
            3);

    private static Task WriteAsync(
        Conversation with, string title, InitProducerIdResponse p, short version, int[] partitions) =>
        with.AskAsync<ProduceRequest, ProduceResponse>(
            $"{title}: {string.Join(',', partitions)}",
            BumpingScript.Write(with, with.Name, [.. partitions.Select(partition => (partition, Batch(p)))]),
            version);

    private static byte[] Batch(InitProducerIdResponse p) =>
        TopicScript.Batch(p.ProducerId, p.ProducerEpoch, sequence: 0, isTransactional: true);
}
