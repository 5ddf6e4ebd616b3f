using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Whether a partition is registered Apache Kafka asks the coordinator in one request for all producers that wait just
/// then, and answers all of them as the version of the first has it (AddPartitionsToTxnManager keeps one version for each
/// node). The embedded broker answers each in its own.
/// </summary>
[Trait("Category", "Long")]
public class VerificationTests
{
    private const short Older = 10;
    private const short Newer = 11;
    private const int OfEach = 6;

    private static readonly (short, KafkaError)[] TheirOwn =
        [(Older, KafkaError.InvalidTxnState), (Newer, KafkaError.TransactionAbortable)];

    [Fact]
    public async Task what_Apache_Kafka_tells_one_producer_depends_on_who_waits_beside_it()
    {
        await using var cluster = await RealKafka.OwnAsync(1); // nobody else waits there
        var servers = cluster.BootstrapServers;
        var alone = (await AskAsync(servers, (Older, OfEach))).Union(await AskAsync(servers, (Newer, OfEach)));
        Assert.Equal(TheirOwn, alone.Order());
        var together = await AskAsync(servers, (Older, OfEach), (Newer, OfEach));
        Assert.Contains((Older, KafkaError.TransactionAbortable), together);
        Assert.Contains((Newer, KafkaError.InvalidTxnState), together);
    }

    [Fact]
    public async Task the_embedded_broker_tells_each_what_its_version_has()
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var told = await AskAsync(broker.BootstrapServers, (Older, OfEach), (Newer, OfEach));
        Assert.Equal(TheirOwn, told.Order());
    }

    // writes to partitions that are not registered, from many at once, for a moment or until all there is was seen
    private static async Task<HashSet<(short Version, KafkaError Error)>> AskAsync(
        string servers, params (short Version, int Count)[] producers)
    {
        const int Answers = 4;
        var told = new HashSet<(short, KafkaError)>();
        var deadline = Deadline.InSeconds(5);
        await Task.WhenAll(producers.SelectMany(of => Enumerable.Repeat(of.Version, of.Count)).Select(async version =>
        {
            await using var with = await Conversation.OpenAsync(servers);
            await with.MakeAsync(with.Name, 2);
            var init = await with.Connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(
                new() { TransactionalId = with.Name, TransactionTimeoutMs = 60_000 });
            var batch = TopicScript.Batch(init.ProducerId, init.ProducerEpoch, sequence: 0, isTransactional: true);
            while (!deadline.IsOver)
            {
                var answer = await with.Connection.SendAsync<ProduceRequest, ProduceResponse>(
                    BumpingScript.Write(with, with.Name, (0, batch), (1, batch)), version);
                lock (told)
                {
                    told.UnionWith(answer.Responses[0].PartitionResponses.Select(p => (version, p.ErrorCode)));
                    if (told.Count == Answers) return;
                }
            }
        }));
        return told;
    }
}
